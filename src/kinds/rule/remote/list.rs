//! The rules of the account and region, on all buses.

use aws_sdk_eventbridge::types::Rule;

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.eventbridge();
    let name = |bus: aws_sdk_eventbridge::types::EventBus| bus.name;
    let buses = pages(
        cx,
        "eventbridge:ListEventBuses",
        |next| client.list_event_buses().set_next_token(next).send(),
        |page| (page.event_buses.unwrap_or_default().into_iter().filter_map(name), page.next_token),
    );
    let mut found = Vec::new();
    for bus in buses.await? {
        let rules = pages(
            cx,
            "eventbridge:ListRules",
            |next| client.list_rules().event_bus_name(&bus).set_next_token(next).send(),
            |page| (page.rules.unwrap_or_default().into_iter().filter_map(|rule| one(&bus, rule)), page.next_token),
        );
        found.extend(rules.await?);
    }
    Ok(found)
}

fn one(bus: &str, rule: Rule) -> Option<Listed> {
    let name = rule.name?;
    let id = if bus == "default" { name.clone() } else { format!("{bus}/{name}") };
    Some(Listed::named(id, name).foreign(rule.managed_by.map(|service| format!("managed by {service}"))))
}

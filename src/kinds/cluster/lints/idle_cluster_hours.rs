//! The idle hours of a cluster cost much.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::price::{Book, Rate};

/// Dollars a month that are worth a word.
const MUCH: Decimal = Decimal::ONE_HUNDRED;

pub(super) static RULE: Rule = Rule {
    code: "COST006",
    name: "idle-cluster-hours",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A long-running cluster whose idle hours, by `workload.busy_hours_per_day`, cost more than 100 dollars a month. The price book says what an hour costs.

## Why it matters

Instances are billed whether or not they work.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 4 }
workload = { busy_hours_per_day = 8 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 4 }
workload = { busy_hours_per_day = 8 }
auto_termination = "1h"
```

## References

- Amazon EMR pricing: per second, from start to termination.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(busy) = spec.workload.as_ref().and_then(|workload| workload.busy_hours_per_day) else { return };
    if spec.is_transient() || spec.auto_termination.is_some() || spec.managed_scaling.is_some() {
        return;
    }
    let region = view.project.architecture.settings.region.as_str();
    let mut hour = Decimal::ZERO;
    for pool in layout::pools(spec) {
        let Some(name) = layout::types(pool.nodes).first().copied() else { continue };
        let Some(prices) = Book::embedded().instance(region, name) else {
            return findings.needs(format!("the price of {name} in {region}"));
        };
        let (on_demand, spot) = layout::capacity(pool.nodes);
        let weight = Decimal::from(layout::weight(pool.nodes));
        let usd = |rate: &Rate| rate.tiers.first().map_or(Decimal::ZERO, |tier| tier.usd);
        let uplift = prices.emr_uplift.as_ref().map_or(Decimal::ZERO, usd);
        let spot_price = prices.spot.as_ref().map_or_else(|| usd(&prices.ondemand), usd);
        hour += (Decimal::from(on_demand) * (usd(&prices.ondemand) + uplift) + Decimal::from(spot) * (spot_price + uplift)) / weight;
    }
    let idle = Decimal::from(24u32.saturating_sub(busy)) * Decimal::from(30) * hour;
    if idle > MUCH {
        findings
            .at("workload.busy_hours_per_day", format!("{} idle hours a day cost ${} a month", 24 - busy, idle.round()))
            .help("set `auto_termination`, let a pipeline start the cluster, or use EMR Serverless");
    }
}

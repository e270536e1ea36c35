//! What holds for crawlers beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::civil::date;
use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, grants, validate};
use crate::model::access::Grant;
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::Range;
use crate::model::kind::Problems;
use crate::model::value::Value;

fn read(json: serde_json::Value) -> Spec {
    serde_json::from_value(json).unwrap()
}

fn items(spec: serde_json::Value, usage: serde_json::Value, starts: Option<Range>) -> Vec<CostItem> {
    let usage: Usage = serde_json::from_value(usage).unwrap();
    let context = CostContext { region: "us-east-1", today: date(2026, 11, 20), resource: &|_| None, usage: &|_| None, starts };
    cost::items(&read(spec), &usage, &context)
}

fn dollars(item: &CostItem, rate: Decimal) -> Decimal {
    (item.quantity.unwrap().likely * rate).round_dp(2)
}

fn plain() -> serde_json::Value {
    serde_json::json!({ "name": "c", "role": "r", "database": "d", "targets": { "s3": [{ "path": "s3://b/p/" }] } })
}

#[test]
fn half_an_hour_of_two_dpus_costs_44_cents() {
    let found = items(plain(), serde_json::json!({ "runs": "1/month", "duration": "30m" }), None);
    assert_eq!((dollars(&found[0], Decimal::new(44, 2)), found[0].price.as_str()), (Decimal::new(44, 2), "glue.crawler"));
    assert!(found[0].assumption.is_some());
}

#[test]
fn a_short_run_is_billed_for_ten_minutes() {
    let found = items(plain(), serde_json::json!({ "runs": "6/month", "duration": "20s", "dpus": 3 }), None);
    assert_eq!(found[0].quantity.unwrap().likely, Decimal::from(3));
    assert!(found[0].assumption.is_none());
}

#[test]
fn sixty_dpu_hours_cost_26_dollars_40() {
    let found = items(plain(), serde_json::json!({ "runs": "30/month", "duration": "1h", "dpus": 2 }), None);
    assert_eq!(dollars(&found[0], Decimal::new(44, 2)), Decimal::new(2640, 2));
}

#[test]
fn the_schedule_and_what_starts_it_give_the_runs() {
    let mut spec = plain();
    spec["schedule"] = "cron(0 2 * * ? *)".into();
    let once = items(spec.clone(), serde_json::json!({ "duration": "10m", "dpus": 6 }), None)[0].quantity.unwrap().likely;
    assert!((once - Decimal::new(3042, 2)).abs() < Decimal::ONE, "{once}");
    let started = items(spec, serde_json::json!({ "duration": "10m", "dpus": 6 }), Some(Range::exact(Decimal::TEN)));
    assert_eq!(started[0].quantity.unwrap().likely.round_dp(6), (once + Decimal::TEN).round_dp(6));
}

#[test]
fn without_runs_or_duration_the_cost_is_unknown() {
    assert_eq!(items(plain(), serde_json::json!({}), None)[0].missing, ["usage.runs", "usage.duration"]);
    assert_eq!(items(plain(), serde_json::json!({ "runs": "1/day" }), None)[0].missing, ["usage.duration"]);
}

#[test]
fn the_role_is_compared_by_its_name_with_its_path() {
    for (sent, answered) in [
        ("arn:aws:iam::123456789012:role/glue", "glue"),
        ("arn:aws:iam::123456789012:role/service-role/glue", "service-role/glue"),
        ("glue", "glue"),
    ] {
        let mut value = Value::from_json(serde_json::json!({ "role": sent })).unwrap();
        validate::normalize(&mut value);
        let once = value.clone();
        validate::normalize(&mut value);
        assert_eq!((value.get("role").and_then(Value::text), &value), (Some(answered), &once));
    }
}

#[test]
fn the_derived_role_reads_its_targets_and_no_more() {
    let resources: Vec<String> = grants::of(&read(plain()))
        .into_iter()
        .filter_map(|grant| match grant {
            Grant::Actions { actions, resources, .. } if actions.iter().any(|action| action.starts_with("s3:")) => Some(resources),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(resources, ["arn:{partition}:s3:::b", "arn:{partition}:s3:::b/p/*"]);
}

#[test]
fn only_a_crawler_that_may_delete_gets_delete_rights() {
    let deletes = |spec: serde_json::Value| {
        grants::of(&read(spec)).into_iter().any(|grant| match grant {
            Grant::Actions { actions, .. } => actions.iter().any(|action| action == "glue:DeleteTable"),
            _ => false,
        })
    };
    assert!(!deletes(plain()));
    let mut spec = plain();
    spec["schema_change"] = serde_json::json!({ "delete": "delete-from-database" });
    assert!(deletes(spec));
}

#[test]
fn targets_of_the_catalog_stand_alone() {
    let mut problems = Problems::default();
    let mut spec = plain();
    spec["targets"]["catalog"] = serde_json::json!([{ "database": "d", "tables": ["t"] }]);
    validate::check(&read(spec), &mut problems);
    assert_eq!(
        problems.found.iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>(),
        ["targets.catalog", "schema_change.delete"]
    );
}

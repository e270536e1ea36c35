//! What holds for log groups beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, validate};
use crate::model::kind::Problems;

#[test]
fn storage_grows_with_the_retention() {
    let usage: Usage = serde_json::from_value(serde_json::json!({ "ingested": "100GB" })).unwrap();
    let spec = |days: u32| serde_json::from_value::<Spec>(serde_json::json!({ "retention_days": days })).unwrap();
    let (short, long) = (cost::items(&spec(30), &usage), cost::items(&spec(90), &usage));
    assert_eq!(short[0].quantity.unwrap().likely, Decimal::from(100));
    assert!(long[1].quantity.unwrap().likely > short[1].quantity.unwrap().likely * Decimal::from(2));
}

#[test]
fn without_usage_nothing_is_known() {
    let items = cost::items(&serde_json::from_value(serde_json::json!({})).unwrap(), &Usage::default());
    assert!(items.iter().all(|item| item.quantity.is_none()));
}

#[test]
fn metrics_are_billed_each() {
    let metric = |name: &str| serde_json::json!({ "name": name, "metric": name, "namespace": "n" });
    let spec: Spec = serde_json::from_value(serde_json::json!({ "metric": [metric("a"), metric("b")] })).unwrap();
    let items = cost::items(&spec, &Usage::default());
    let metrics = items.iter().find(|item| item.meter == "metrics").unwrap();
    assert_eq!((metrics.price.as_str(), metrics.quantity.unwrap().likely), ("cloudwatch.custom-metric", Decimal::from(2)));
}

#[test]
fn filters_are_held_against_what_cloudwatch_takes() {
    let problems = |json: serde_json::Value| {
        let mut problems = Problems::default();
        validate::validate(&serde_json::from_value(json).unwrap(), &mut problems);
        problems.found.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    let metric = serde_json::json!({
        "name": "a", "metric": "m", "namespace": "n", "default": 0.0, "dimensions": { "a": "$.a" }, "unit": "Miles",
    });
    assert_eq!(problems(serde_json::json!({ "metric": [metric] })), ["metric[0].default", "metric[0].unit"]);
    let to = serde_json::json!({ "name": "a", "to": "stream.x" });
    assert_eq!(problems(serde_json::json!({ "class": "infrequent-access", "subscription": [to] })), ["subscription"]);
    assert_eq!(problems(serde_json::json!({ "subscription": [to, to, to] })), ["subscription[2]"]);
}

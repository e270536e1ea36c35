//! What holds for queues beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, spec};
use crate::model::kind::Problems;

fn read(json: serde_json::Value) -> Spec {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_payload_above_64_kb_counts_as_more_requests() {
    let usage: Usage = serde_json::from_value(serde_json::json!({ "requests": "1M/month", "payload": "65KB" })).unwrap();
    let items = cost::items(&read(serde_json::json!({})), &usage);
    assert_eq!(items[0].quantity.unwrap().likely, Decimal::from(2_000_000));
    assert_eq!(items[0].price, "sqs.standard");
}

#[test]
fn without_usage_the_cost_is_unknown() {
    let items = cost::items(&read(serde_json::json!({ "fifo": true })), &Usage::default());
    assert_eq!((items[0].quantity, items[0].price.as_str()), (None, "sqs.fifo"));
}

#[test]
fn fifo_fields_need_a_fifo_queue() {
    let mut problems = Problems::default();
    spec::validate(&read(serde_json::json!({ "content_based_deduplication": true })), &mut problems);
    assert_eq!(problems.found[0].message, "`content_based_deduplication` is for FIFO queues only");
}

//! What holds for topics beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, spec};
use crate::model::value::Value;

#[test]
fn deliveries_to_queues_are_free_and_to_mailboxes_are_not() {
    let spec: Spec = serde_json::from_value(serde_json::json!({
        "subscription": [
            { "protocol": "sqs", "endpoint": "queue.a" },
            { "protocol": "email", "endpoint": "a@example.com" },
        ],
    }))
    .unwrap();
    let usage: Usage = serde_json::from_value(serde_json::json!({ "publishes": "1M/month", "payload": "100KB" })).unwrap();
    let items = cost::items(&spec, &usage);
    assert_eq!(items.iter().map(|item| item.price.as_str()).collect::<Vec<_>>(), ["sns.publish-standard", "sns.delivery-email"]);
    assert_eq!(items[0].quantity.unwrap().likely, Decimal::from(2_000_000));
}

#[test]
fn the_numbers_of_an_archive_policy_are_text_as_sns_answers_them() {
    let mut value = Value::from_json(serde_json::json!({ "archive_policy": r#"{"MessageRetentionPeriod": 30}"# })).unwrap();
    spec::normalize(&mut value);
    assert_eq!(value.get("archive_policy").and_then(Value::text), Some(r#"{"MessageRetentionPeriod":"30"}"#));
}

//! What holds for topics beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, spec};
use crate::model::kind::Problems;
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

#[test]
fn what_sns_would_refuse_of_a_subscription_is_told() {
    let problems = |json: serde_json::Value| {
        let spec: Spec = serde_json::from_value(json).unwrap();
        let mut problems = Problems::default();
        spec::validate(&spec, &mut problems);
        problems.found.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let one = |more: serde_json::Value| {
        let mut json = serde_json::json!({ "protocol": "email", "endpoint": "a@example.com" });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json
    };
    let of = |subscriptions: &[serde_json::Value]| problems(serde_json::json!({ "subscription": subscriptions }));
    assert_eq!(of(&[one(serde_json::json!({ "raw": true }))]), ["only queues, delivery streams and URLs can get the message alone"]);
    assert_eq!(of(&[one(serde_json::json!({ "filter_policy_scope": "MessageBody" }))]), ["there is no filter"]);
    let plain = one(serde_json::json!({}));
    assert_eq!(of(&[plain.clone(), plain.clone()]), ["the same endpoint is subscribed twice"]);
    assert_eq!(of(&[plain, one(serde_json::json!({ "protocol": "email-json" }))]), [""; 0]);
    let fifo = |name: &str| problems(serde_json::json!({ "name": name, "fifo": true }));
    assert_eq!(fifo("orders"), ["the name of a FIFO topic must end in `.fifo`"]);
    assert_eq!(fifo("orders.fifo"), [""; 0]);
    assert_eq!(problems(serde_json::json!({ "name": "orders.fifo" })), ["only the name of a FIFO topic may end in `.fifo`"]);
}

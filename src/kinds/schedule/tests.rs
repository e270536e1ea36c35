//! What holds for schedules beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::civil::date;
use rust_decimal::Decimal;

use super::spec::{self, Spec};
use super::{Usage, cost, validate};
use crate::model::kind::Problems;
use crate::model::value::Value;

#[expect(clippy::needless_pass_by_value, reason = "it takes what `json!` makes")]
fn read(json: serde_json::Value) -> Spec {
    let mut whole = serde_json::json!({ "schedule": "rate(1 hour)", "role": "r", "target": { "function": "function.a" } });
    whole.as_object_mut().unwrap().extend(json.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn problems(json: serde_json::Value) -> Vec<String> {
    let mut problems = Problems::default();
    validate::validate(&read(json), &mut problems);
    problems.found.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn it_is_billed_by_its_firings() {
    let items = cost::items(&read(serde_json::json!({})), &Usage::default(), date(2026, 11, 20));
    assert_eq!(items[0].quantity.unwrap().likely, Decimal::from(730));
    let off = cost::items(&read(serde_json::json!({ "enabled": false })), &Usage::default(), date(2026, 11, 20));
    assert_eq!(off[0].quantity.unwrap().likely, Decimal::ZERO);
}

#[test]
fn what_cannot_be_is_refused() {
    assert_eq!(problems(serde_json::json!({ "timezone": "Europe/Berlyn" })), ["`Europe/Berlyn` is not a time zone"]);
    assert_eq!(problems(serde_json::json!({ "timezone": "America/New_York" })), [""; 0]);
    assert_eq!(problems(serde_json::json!({ "start": "tomorrow" })), ["`tomorrow` is not a moment"]);
    let both = serde_json::json!({ "start": "2027-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z" });
    assert_eq!(problems(both), ["the end is not after the start"]);
    assert_eq!(problems(serde_json::json!({ "target": { "stream": "stream.a" } })), ["a stream needs a `partition_key` and an `input`"]);
    assert_eq!(problems(serde_json::json!({ "window": "90s" })), ["the window is counted in whole minutes"]);
}

#[test]
fn moments_are_written_one_way() {
    let mut value =
        Value::from_json(serde_json::json!({ "start": "2026-12-01T01:00:00+01:00", "target": { "arn": "arn:aws:sqs:r:1:q" } })).unwrap();
    spec::normalize(&mut value);
    assert_eq!(value.to_json(), serde_json::json!({ "start": "2026-12-01T00:00:00Z", "target": { "queue": "arn:aws:sqs:r:1:q" } }));
}

//! What holds for rules beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::spec::{self, Spec};
use super::{Usage, cost, validate};
use crate::model::kind::Problems;
use crate::model::value::Value;

fn problems(json: serde_json::Value) -> Vec<String> {
    let spec: Spec = serde_json::from_value(json).unwrap();
    let mut problems = Problems::default();
    validate::validate(&spec, &mut problems);
    problems.found.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn targets_are_numbered_and_arns_stand_in_their_field() {
    let json = serde_json::json!({ "targets": [{ "arn": "arn:aws:sqs:us-east-1:1:q" }, { "id": "a", "arn": "arn:aws:logs:us-east-1:1:log-group:x" }] });
    let mut value = Value::from_json(json).unwrap();
    spec::normalize(&mut value);
    let expected = serde_json::json!({ "targets": [
        { "id": "target-0", "queue": "arn:aws:sqs:us-east-1:1:q" }, { "id": "a", "arn": "arn:aws:logs:us-east-1:1:log-group:x" },
    ] });
    assert_eq!(value.to_json(), expected);
    let once = value.clone();
    spec::normalize(&mut value);
    assert_eq!(value, once);
}

#[test]
fn a_rule_needs_something_to_fire_at_and_pipelines_need_a_role() {
    assert_eq!(problems(serde_json::json!({})), ["a rule needs an `event_pattern` or a `schedule`"]);
    assert_eq!(problems(serde_json::json!({ "event_pattern": "[1]" })), ["the pattern is not a JSON object"]);
    let pipeline = |role: Option<&str>| {
        problems(serde_json::json!({ "schedule": "rate(1 day)", "role": role, "targets": [{ "pipeline": "pipeline.a" }] }))
    };
    assert_eq!(pipeline(None), ["EventBridge needs a role for this target"]);
    assert_eq!(pipeline(Some("auto")), [""; 0]);
}

#[test]
fn no_two_targets_have_one_name() {
    let targets = serde_json::json!([{ "id": "target-1", "queue": "queue.a" }, { "queue": "queue.b" }]);
    let found = problems(serde_json::json!({ "schedule": "rate(1 day)", "targets": targets }));
    assert_eq!(found, ["two targets have the `id` `target-1`"]);
}

#[test]
fn events_of_aws_are_free() {
    let rule = |bus: &str| cost::items(&serde_json::from_value(serde_json::json!({ "bus": bus })).unwrap(), &Usage::default());
    assert!(rule("default").is_empty());
    assert_eq!(rule("own")[0].quantity, None);
}

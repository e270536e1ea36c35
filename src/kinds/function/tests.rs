//! What holds for functions beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{self, Spec, Usage};
use super::{Function, cost};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Kind, Problems};
use crate::model::value::Value;

fn read(mut json: serde_json::Value) -> Spec {
    let table = json.as_object_mut().unwrap();
    for (key, value) in
        [("code", "s3://code/f.zip"), ("runtime", "python3.13"), ("handler", "app.handler"), ("role", "auto"), ("name", "f")]
    {
        table.entry(key).or_insert_with(|| value.into());
    }
    serde_json::from_value(json).unwrap()
}

fn items(spec: serde_json::Value, usage: serde_json::Value) -> Vec<CostItem> {
    let usage: Usage = serde_json::from_value(usage).unwrap();
    let context =
        CostContext { region: "us-east-1", today: jiff::civil::date(2026, 11, 20), resource: &|_| None, usage: &|_| None, starts: None };
    cost::items(&read(spec), &usage, &context)
}

fn quantity(items: &[CostItem], price: &str) -> Decimal {
    items.iter().find(|item| item.price == price).unwrap().quantity.unwrap().likely
}

fn problems(spec: serde_json::Value) -> Vec<String> {
    let mut problems = Problems::default();
    spec::validate(&read(spec), &mut problems);
    problems.found.into_iter().map(|problem| problem.path.to_string()).collect()
}

fn normal(json: serde_json::Value) -> Value {
    let mut value = Value::of(&read(json)).unwrap();
    Function::normalize(&mut value);
    value
}

/// AWS's page of 2019 (worked example lambda-17): 3M requests of a second at 512 MB are 1.5M GB-seconds.
#[test]
fn requests_and_gb_seconds_are_those_of_aws_own_example() {
    let items = items(serde_json::json!({ "memory": "512MB" }), serde_json::json!({ "requests": "3M/month", "duration": "1s" }));
    assert_eq!(quantity(&items, "lambda.requests-x86"), Decimal::from(3_000_000));
    assert_eq!(quantity(&items, "lambda.duration-x86"), Decimal::from(1_500_000));
    assert_eq!(items.len(), 2);
}

/// Since August 2025 the start of an environment is billed with the run it is for.
#[test]
fn cold_starts_are_billed_for_their_share() {
    let usage = serde_json::json!({ "requests": "1000/month", "duration": "250ms", "init_duration": "100ms", "cold_share": "50%" });
    let items = items(serde_json::json!({ "memory": "1GB", "architecture": "arm64" }), usage);
    assert_eq!(quantity(&items, "lambda.duration-arm"), Decimal::from(300));
}

/// Worked example lambda-05 for a whole month: what fits into provisioned environments is billed at their lower rate.
#[test]
fn provisioned_environments_take_the_work_they_can() {
    let spec = serde_json::json!({ "memory": "4GB", "publish": true, "alias": [{ "name": "live" }], "provisioned": [{ "alias": "live", "concurrency": 7 }] });
    let items = items(spec, serde_json::json!({ "requests": "2M/month", "duration": "280ms" }));
    assert_eq!(quantity(&items, "lambda.provisioned-concurrency-x86"), Decimal::from(7u64 * 2_628_000 * 4));
    assert_eq!(quantity(&items, "lambda.provisioned-duration-x86"), Decimal::from(560_000 * 4));
    assert_eq!(quantity(&items, "lambda.duration-x86"), Decimal::ZERO);
}

#[test]
fn without_usage_the_cost_is_unknown_and_says_what_is_missing() {
    let items = items(serde_json::json!({}), serde_json::json!({}));
    assert!(items.iter().all(|item| item.quantity.is_none()));
    assert_eq!(items[1].missing, ["usage.requests", "usage.duration"]);
}

#[test]
fn a_schedule_alone_tells_how_often_the_function_runs() {
    let spec = serde_json::json!({ "trigger": { "schedule": [{ "schedule": "rate(1 hour)" }] } });
    assert_eq!(quantity(&items(spec, serde_json::json!({})), "lambda.requests-x86"), Decimal::from(730));
    let both = serde_json::json!({ "trigger": { "schedule": [{ "schedule": "rate(1 hour)" }], "sqs": [{ "queue": "queue.a" }] } });
    assert_eq!(items(both, serde_json::json!({}))[0].quantity, None);
}

#[test]
fn temporary_storage_is_billed_above_512_mb_and_large_events_as_more_requests() {
    let spec = serde_json::json!({ "ephemeral_storage": "1536MB", "trigger": { "s3": [{ "bucket": "raw" }] } });
    let usage = serde_json::json!({ "requests": "100/month", "duration": "2s", "event_size": "300KB" });
    let items = items(spec, usage);
    assert_eq!(quantity(&items, "lambda.ephemeral-storage"), Decimal::from(200));
    assert_eq!(quantity(&items, "lambda.async-extra"), Decimal::from(100));
}

#[test]
fn provisioned_pollers_are_billed_by_the_hour() {
    let spec = serde_json::json!({ "trigger": { "sqs": [{ "queue": "queue.a", "pollers": { "min": 3 } }] } });
    assert_eq!(quantity(&items(spec, serde_json::json!({})), "lambda.poller-sqs"), Decimal::from(3 * 730));
}

#[test]
fn a_zip_needs_a_runtime_and_an_image_takes_none() {
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/f:1";
    assert_eq!(problems(serde_json::json!({ "code": image })), ["runtime", "handler"]);
    assert_eq!(problems(serde_json::json!({ "image": { "command": ["x"] } })), ["image"]);
    assert_eq!(problems(serde_json::json!({ "code": "s3://bucket" })), ["code"]);
}

#[test]
fn an_alias_without_a_version_needs_published_versions() {
    assert_eq!(problems(serde_json::json!({ "alias": [{ "name": "live" }] })), ["alias[0]"]);
    assert_eq!(problems(serde_json::json!({ "publish": true, "alias": [{ "name": "live" }] })), Vec::<String>::new());
    assert_eq!(problems(serde_json::json!({ "alias": [{ "name": "7", "version": "1" }] })), ["alias[0].name"]);
}

#[test]
fn triggers_are_checked_between_their_fields() {
    let spec = serde_json::json!({ "trigger": {
        "kinesis": [{ "stream": "stream.a", "starting_position": "at-timestamp", "max_record_age": "5s" }],
        "rule": [{ "rule": "rule.a", "pattern": "{}" }, { "name": "a b", "pattern": "{}" }],
    } });
    assert_eq!(
        problems(spec),
        ["trigger.kinesis[0].starting_timestamp", "trigger.kinesis[0].max_record_age", "trigger.rule[0]", "trigger.rule[1].name"]
    );
}

#[test]
fn the_normal_form_is_normal_once() {
    let json = serde_json::json!({
        "url": { "auth": "aws-iam", "cors": { "headers": ["Content-Type"] } },
        "trigger": {
            "s3": [{ "bucket": "raw" }, { "name": "second", "bucket": "raw" }],
            "rule": [{ "pattern": "{ \"source\": [\"aws.s3\"], \"detail\": {} }" }],
            "sqs": [{ "queue": "queue.a", "filters": ["{ \"body\": {} }"] }],
        },
    });
    let once = normal(json);
    let mut twice = once.clone();
    Function::normalize(&mut twice);
    assert_eq!(once, twice);
    assert_eq!(once.get("package").and_then(Value::text), Some("zip"));
    assert_eq!(once.get("trigger.s3[0].name").and_then(Value::text), Some("1"));
    assert_eq!(once.get("trigger.s3[1].name").and_then(Value::text), Some("second"));
    assert_eq!(once.get("trigger.rule[0].pattern").and_then(Value::text), Some("{\"detail\":{},\"source\":[\"aws.s3\"]}"));
    assert_eq!(once.get("url.cors.headers[0]").and_then(Value::text), Some("content-type"));
    let spec: Spec = serde_json::from_value(once.to_literal_json()).unwrap();
    assert_eq!(Value::of(&spec).unwrap(), once);
}

#[test]
fn the_role_allows_what_the_function_does_by_itself() {
    let actions = |json| {
        let grants = Function::grants(&read(json));
        grants
            .into_iter()
            .flat_map(|grant| match grant {
                crate::model::access::Grant::Actions { actions, .. } => actions,
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(actions(serde_json::json!({})), ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
    let more = actions(serde_json::json!({ "tracing": "active", "vpc": { "subnets": ["subnet-1"], "security_groups": ["sg-1"] } }));
    assert!(more.contains(&"ec2:CreateNetworkInterface".to_owned()) && more.contains(&"xray:PutTraceSegments".to_owned()));
}

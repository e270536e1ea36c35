//! What holds between specs and Lambda's answers.
#![expect(clippy::unwrap_used, reason = "a test")]

use aws_sdk_lambda::types as api;

use super::configuration::{Settings, spec_of};
use super::mapping::Mapping;
use super::policy;
use crate::aws::{Target, Update};
use crate::base::address::Address;
use crate::kinds::function::spec::{Spec, Triggers};
use crate::model::plan::Change;
use crate::model::value::Value;

fn read(mut json: serde_json::Value) -> Spec {
    let table = json.as_object_mut().unwrap();
    for (key, value) in [("code", "sha256:abc="), ("role", "arn:aws:iam::123456789012:role/f"), ("name", "f")] {
        table.entry(key).or_insert_with(|| value.into());
    }
    serde_json::from_value(json).unwrap()
}

/// Runs `look` with the update from `prior` to `desired` that these changes describe.
fn with_update<T>(prior: &Spec, desired: &Spec, changes: &[Change], look: impl FnOnce(&Update<'_, Spec>) -> T) -> T {
    let (recorded, outputs, address) = (Value::of(prior).unwrap(), std::collections::BTreeMap::new(), Address::of("function", "f"));
    let target = Target { address: &address, id: "f", recorded: &recorded, desired: &recorded, outputs: &outputs };
    look(&Update { target, desired, prior, changes })
}

fn gone(path: &str, before: serde_json::Value) -> Change {
    Change { path: path.into(), before: Value::from_literal_json(before), after: None, replaces: None, sensitive: false }
}

#[test]
fn what_leaves_the_configuration_is_sent_as_its_reset_value() {
    let prior = read(serde_json::json!({ "description": "x", "layers": ["a"], "vpc": { "subnets": ["s"], "security_groups": ["g"] } }));
    let desired = read(serde_json::json!({}));
    let changes = [gone("description", "x".into()), gone("layers", serde_json::json!(["a"])), gone("vpc", serde_json::json!({}))];
    let settings = with_update(&prior, &desired, &changes, |update| Settings::for_update(update).unwrap());
    assert_eq!((settings.description.as_deref(), settings.layers.as_deref()), (Some(""), Some(&[][..])));
    assert_eq!(settings.vpc.unwrap().subnet_ids(), Vec::<String>::new());
    // Never set, never reset.
    assert!(settings.kms_key.is_none() && settings.tracing.is_none());
}

#[test]
fn variables_of_others_stay() {
    let prior = read(serde_json::json!({ "environment": { "OURS": "1", "OLD": "2", "THEIRS": "3" } }));
    let desired = read(serde_json::json!({ "environment": { "OURS": "9" } }));
    let changes = [gone("environment.OLD", "2".into())];
    let settings = with_update(&prior, &desired, &changes, |update| Settings::for_update(update).unwrap());
    let sent = settings.environment.unwrap().variables.unwrap();
    assert_eq!((sent.get("OURS").map(String::as_str), sent.get("OLD"), sent.contains_key("THEIRS")), (Some("9"), None, true));
}

#[test]
fn settings_survive_the_way_to_lambda_and_back() {
    let spec = read(serde_json::json!({
        "package": "zip", "runtime": "python3.13", "handler": "app.handler", "architecture": "arm64", "memory": "512MB", "timeout": "1m",
        "ephemeral_storage": "1GB", "environment": { "A": "1" }, "kms_key": "k", "dead_letter": "q", "tracing": "active",
    }));
    let sent = Settings::of(&spec).unwrap();
    let told = api::FunctionConfiguration::builder()
        .package_type(api::PackageType::Zip)
        .role(&sent.role)
        .set_runtime(sent.runtime)
        .set_handler(sent.handler)
        .architectures(sent.architecture)
        .memory_size(sent.memory)
        .timeout(sent.timeout)
        .set_ephemeral_storage(sent.ephemeral_storage)
        .environment(api::EnvironmentResponse::builder().set_variables(sent.environment.unwrap().variables).build())
        .set_kms_key_arn(sent.kms_key)
        .set_dead_letter_config(sent.dead_letter)
        .tracing_config(api::TracingConfigResponse::builder().mode(api::TracingMode::Active).build())
        .build();
    assert_eq!(spec_of("f", &told, spec.code.clone()), spec);
}

#[test]
fn minus_one_and_an_empty_destination_are_nothing() {
    let told = api::EventSourceMappingConfiguration::builder()
        .event_source_arn("arn:aws:kinesis:us-east-1:123456789012:stream/clicks")
        .maximum_retry_attempts(-1)
        .maximum_record_age_in_seconds(-1)
        .destination_config(api::DestinationConfig::builder().on_failure(api::OnFailure::builder().build()).build())
        .starting_position(api::EventSourcePosition::TrimHorizon)
        .state("Enabled")
        .build();
    let mapping = Mapping::read(&told).unwrap();
    assert_eq!((mapping.max_retries, mapping.max_record_age, mapping.on_failure.as_deref(), mapping.enabled), (None, None, None, true));
    let mut triggers = Triggers::default();
    mapping.clone().put(&mut triggers);
    assert_eq!(Mapping::all(&triggers), [(0, mapping)]);
}

#[test]
fn what_is_not_declared_on_a_mapping_is_kept_until_it_is_taken_away() {
    let of = |json: serde_json::Value| {
        Mapping::all(&serde_json::from_value::<Triggers>(serde_json::json!({ "sqs": [json] })).unwrap()).remove(0).1
    };
    let there = of(serde_json::json!({ "queue": "q", "batch_size": 50, "window": "2s", "report_batch_item_failures": true }));
    let wanted = of(serde_json::json!({ "queue": "q", "batch_size": 60 }));
    let merged = wanted.clone().over(&there, |_| false);
    assert_eq!((merged.batch_size, merged.window, merged.report_batch_item_failures), (Some(60), there.window, true));
    let merged = wanted.over(&there, |field| field == "window");
    assert_eq!(merged.window, None);
    assert!(!merged.needs_new(&there));
}

#[test]
fn only_pollers_and_the_starting_position_need_a_new_mapping() {
    let of = |json: serde_json::Value| Mapping::all(&serde_json::from_value::<Triggers>(json).unwrap()).remove(0).1;
    let latest = of(serde_json::json!({ "kinesis": [{ "stream": "s" }] }));
    let oldest = of(serde_json::json!({ "kinesis": [{ "stream": "s", "starting_position": "trim-horizon" }] }));
    assert!(oldest.needs_new(&latest));
    let polled = of(serde_json::json!({ "sqs": [{ "queue": "q", "pollers": { "min": 2 } }] }));
    let plain = of(serde_json::json!({ "sqs": [{ "queue": "q" }] }));
    assert!(plain.needs_new(&polled) && !polled.needs_new(&plain));
}

#[test]
fn a_policy_is_read_in_all_of_awss_spellings() {
    let policy = policy::parse(
        r#"{"Statement":[
        {"Sid":"pipetoll-s3-raw","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
         "Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::raw"}}},
        {"Sid":"theirs","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"lambda:InvokeFunction"},
        {"Sid":"pipetoll-url","Principal":"*","Action":"lambda:InvokeFunctionUrl",
         "Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}]}"#,
    );
    let raw = &policy["pipetoll-s3-raw"];
    assert_eq!((raw.source_arn.as_deref(), raw.source_account.as_deref()), (Some("arn:aws:s3:::raw"), Some("123456789012")));
    assert_eq!(policy["theirs"].principal, "123456789012");
    assert!(policy["pipetoll-url"].open_url && !policy["pipetoll-url"].over_url);
}

#[test]
fn statement_ids_stay_below_a_hundred_letters_and_differ() {
    let long = "x".repeat(200);
    let (one, other) = (policy::id("sns", &format!("{long}a")), policy::id("sns", &format!("{long}b")));
    assert!(one.len() <= 100 && one != other);
    assert_eq!(policy::id("s3", "raw"), "pipetoll-s3-raw");
    assert_ne!(policy::id("sns", "a.b"), policy::id("sns", "a-b"));
}

#[test]
fn only_items_that_the_plan_names_are_removed() {
    let prior = read(serde_json::json!({ "trigger": { "sqs": [{ "queue": "ours" }, { "queue": "theirs" }] } }));
    let desired = read(serde_json::json!({}));
    let one = [gone("trigger.sqs[0]", serde_json::json!({ "queue": "ours" }))];
    let names = with_update(&prior, &desired, &one, |update| update.removed_items("trigger.sqs", "queue"));
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["ours"]);
    let whole = [gone("trigger", serde_json::json!({ "sqs": [{ "queue": "a" }, { "queue": "b" }] }))];
    let names = with_update(&prior, &desired, &whole, |update| update.removed_items("trigger.sqs", "queue"));
    assert_eq!(names.len(), 2);
}

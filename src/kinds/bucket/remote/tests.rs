//! What is sent to S3 is what is read back, and entries of others stay.
#![expect(clippy::unwrap_used, reason = "a test")]

use aws_sdk_s3::types as s3;

use super::{convert, lifecycle, notification};
use crate::kinds::bucket::spec::Spec;

fn example() -> Spec {
    serde_json::from_value(serde_json::json!({
        "name": "raw",
        "encryption": { "kms_key": "alias/example", "bucket_key": true },
        "lifecycle_rule": [
            { "id": "plain", "expire_after": "30d" },
            { "id": "one", "enabled": false, "tags": { "keep": "short" }, "abort_incomplete_after": "7d" },
            {
                "id": "all", "prefix": "a/", "tags": { "b": "c", "d": "e" }, "larger_than": "128KB", "smaller_than": "5GB",
                "transition": [{ "after": "30d", "storage_class": "STANDARD_IA" }, { "on": "2030-01-01", "storage_class": "GLACIER_IR" }],
                "expire_on": "2031-01-01", "noncurrent_expire_after": "9d", "noncurrent_keep": 3,
                "noncurrent_transition": [{ "after": "3d", "keep": 2, "storage_class": "DEEP_ARCHIVE" }],
            },
        ],
        "cors": [{ "id": "a", "origins": ["*"], "methods": ["GET"], "headers": ["*"], "expose": ["ETag"], "max_age": "50m" }],
        "notification": [
            { "queue": "arn:aws:sqs:us-east-1:1:q", "events": ["s3:ObjectCreated:*"], "prefix": "in/", "suffix": ".csv" },
            { "topic": "arn:aws:sns:us-east-1:1:t", "events": ["s3:ObjectRemoved:*"] },
        ],
    }))
    .unwrap()
}

#[test]
fn lifecycle_rules_are_read_as_they_are_sent() {
    for rule in &example().lifecycle_rule {
        assert_eq!(lifecycle::rule_of(&lifecycle::to_send(rule).unwrap()).as_ref(), Some(rule));
    }
}

#[test]
fn a_filter_has_one_condition_or_an_and() {
    let rules = example().lifecycle_rule;
    let filter = |at: usize| lifecycle::to_send(&rules[at]).unwrap().filter.unwrap();
    assert_eq!(filter(0).prefix(), Some(""));
    assert!(filter(1).tag().is_some() && filter(1).and().is_none());
    let last = filter(2);
    assert!(last.prefix().is_none() && last.and().is_some_and(|and| and.tags().len() == 2));
}

#[test]
fn a_key_without_a_word_about_it_means_kms() {
    let sent = convert::encryption_to_send(&example().encryption.unwrap()).unwrap();
    let back = convert::encryption_of(&sent).unwrap();
    assert_eq!(serde_json::to_value(back).unwrap()["algorithm"], "aws:kms");
}

#[test]
fn a_block_that_leaves_the_file_is_closed_and_not_deleted() {
    let closed = convert::block_of(&convert::block_to_send(None));
    assert!(closed.block_public_policy && closed.restrict_public_buckets && closed.block_public_acls && closed.ignore_public_acls);
}

#[test]
fn cross_origin_rules_are_read_as_they_are_sent() {
    let cors = example().cors;
    let sent = convert::cors_to_send(&cors).unwrap().unwrap();
    assert_eq!(sent.cors_rules().iter().map(convert::cors_of).collect::<Vec<_>>(), cors);
    assert_eq!(convert::cors_to_send(&[]).unwrap(), None);
}

#[test]
fn notifications_of_others_are_kept() {
    let foreign = s3::LambdaFunctionConfiguration::builder()
        .id("pipetoll:raw-loader:0")
        .lambda_function_arn("arn:aws:lambda:us-east-1:1:function:f")
        .events(s3::Event::from("s3:ObjectCreated:*"))
        .build()
        .unwrap();
    let old =
        s3::QueueConfiguration::builder().id("pipetoll:raw:7").queue_arn("x").events(s3::Event::from("s3:TestEvent")).build().unwrap();
    let document = s3::NotificationConfiguration::builder()
        .lambda_function_configurations(foreign.clone())
        .queue_configurations(old)
        .event_bridge_configuration(s3::EventBridgeConfiguration::builder().build())
        .build();
    let wanted = example().notification;
    let written = notification::with_ours("raw", document, &wanted, None).unwrap();
    assert_eq!(written.lambda_function_configurations(), [foreign]);
    assert!(written.event_bridge_configuration().is_some());
    assert_eq!(notification::ours("raw", &written), wanted);
    let emptied = notification::with_ours("raw", written, &[], Some(false)).unwrap();
    assert!(notification::ours("raw", &emptied).is_empty() && emptied.event_bridge_configuration().is_none());
    assert_eq!(emptied.lambda_function_configurations().len(), 1);
}

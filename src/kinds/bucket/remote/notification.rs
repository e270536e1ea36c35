//! Notifications: one document per bucket without a lock, shared with functions' triggers and with other programs. Only our own entries are touched.

use aws_sdk_s3::types as s3;

use super::convert::built;
use crate::aws::{Cx, Failure, Update};
use crate::kinds::bucket::spec::{Notification, Spec};
use crate::model::reference::Ref;

const OPERATION: &str = "s3:PutBucketNotificationConfiguration";

/// How often a rewrite is tried when another process undid it.
const REWRITES: usize = 4;

fn id(bucket: &str, number: usize) -> String {
    format!("pipetoll:{bucket}:{number}")
}

/// The number of an entry of ours.
fn number(bucket: &str, id: Option<&str>) -> Option<usize> {
    id?.strip_prefix("pipetoll:")?.strip_prefix(bucket)?.strip_prefix(':')?.parse().ok()
}

/// The document of a bucket; one that is gone has an empty one.
pub(super) async fn document(cx: &Cx<'_>, bucket: &str) -> Result<s3::NotificationConfiguration, Failure> {
    let client = cx.session.s3();
    let answer =
        cx.read("s3:GetBucketNotificationConfiguration", || client.get_bucket_notification_configuration().bucket(bucket).send()).await?;
    let document = s3::NotificationConfiguration::builder();
    Ok(match answer {
        Some(answer) => document
            .set_topic_configurations(answer.topic_configurations)
            .set_queue_configurations(answer.queue_configurations)
            .set_lambda_function_configurations(answer.lambda_function_configurations)
            .set_event_bridge_configuration(answer.event_bridge_configuration)
            .build(),
        None => document.build(),
    })
}

/// Our entries of a document, in the order in which they were declared.
pub(super) fn ours(bucket: &str, document: &s3::NotificationConfiguration) -> Vec<Notification> {
    let mut found: Vec<(usize, Notification)> = Vec::new();
    for entry in document.queue_configurations() {
        if let Some(at) = number(bucket, entry.id()) {
            let base = entry_of(entry.events(), entry.filter());
            found.push((at, Notification { queue: Some(Ref(entry.queue_arn().to_owned())), ..base }));
        }
    }
    for entry in document.topic_configurations() {
        if let Some(at) = number(bucket, entry.id()) {
            let base = entry_of(entry.events(), entry.filter());
            found.push((at, Notification { topic: Some(Ref(entry.topic_arn().to_owned())), ..base }));
        }
    }
    for entry in document.lambda_function_configurations() {
        if let Some(at) = number(bucket, entry.id()) {
            let base = entry_of(entry.events(), entry.filter());
            found.push((at, Notification { function: Some(Ref(entry.lambda_function_arn().to_owned())), ..base }));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, notification)| notification).collect()
}

fn entry_of(events: &[s3::Event], filter: Option<&s3::NotificationConfigurationFilter>) -> Notification {
    let rules = filter.and_then(|filter| filter.key()).map(s3::S3KeyFilter::filter_rules).unwrap_or_default();
    // S3 answers the names with a capital letter, whichever way they were written.
    let rule = |wanted: &str| {
        let found = rules.iter().find(|rule| rule.name().is_some_and(|name| name.as_str().eq_ignore_ascii_case(wanted)));
        found.and_then(|rule| rule.value()).filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let mut events: Vec<String> = events.iter().map(|event| event.as_str().to_owned()).collect();
    events.sort();
    Notification { queue: None, topic: None, function: None, events, prefix: rule("prefix"), suffix: rule("suffix") }
}

/// Brings our entries, and the switch for EventBridge, to what is desired.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let switch = match update.desired.eventbridge {
        None if update.removes("eventbridge") => Some(false),
        other => other,
    };
    for _ in 0..REWRITES {
        let document = document(cx, bucket).await?;
        if is_so(bucket, &document, &update.desired.notification, switch) {
            return Ok(());
        }
        let document = with_ours(bucket, document, &update.desired.notification, switch)?;
        cx.write(OPERATION, || {
            client.put_bucket_notification_configuration().bucket(bucket).notification_configuration(document.clone()).send()
        })
        .await?;
    }
    if is_so(bucket, &document(cx, bucket).await?, &update.desired.notification, switch) {
        return Ok(());
    }
    Err(Failure::unexpected(OPERATION, format!("the notifications of {bucket} do not stay as they were written; somebody rewrites them")))
}

fn is_so(bucket: &str, document: &s3::NotificationConfiguration, wanted: &[Notification], switch: Option<bool>) -> bool {
    let mut wanted = wanted.to_vec();
    for notification in &mut wanted {
        notification.events.sort();
    }
    ours(bucket, document) == wanted && switch.is_none_or(|on| on == document.event_bridge_configuration.is_some())
}

/// The document with our entries exchanged and all others as they are.
pub(super) fn with_ours(
    bucket: &str,
    document: s3::NotificationConfiguration,
    wanted: &[Notification],
    switch: Option<bool>,
) -> Result<s3::NotificationConfiguration, Failure> {
    let foreign = |id: Option<&str>| number(bucket, id).is_none();
    let mut queues = document.queue_configurations.unwrap_or_default();
    let mut topics = document.topic_configurations.unwrap_or_default();
    let mut functions = document.lambda_function_configurations.unwrap_or_default();
    queues.retain(|entry| foreign(entry.id()));
    topics.retain(|entry| foreign(entry.id()));
    functions.retain(|entry| foreign(entry.id()));
    for (at, Notification { queue, topic, function, events, prefix, suffix }) in wanted.iter().enumerate() {
        let events: Vec<s3::Event> = events.iter().map(|event| s3::Event::from(event.as_str())).collect();
        let filter = filter(prefix.as_deref(), suffix.as_deref());
        let id = id(bucket, at);
        if let Some(queue) = queue {
            let entry = s3::QueueConfiguration::builder().id(&id).queue_arn(&queue.0).set_events(Some(events.clone()));
            queues.push(built(OPERATION, entry.set_filter(filter.clone()).build())?);
        }
        if let Some(topic) = topic {
            let entry = s3::TopicConfiguration::builder().id(&id).topic_arn(&topic.0).set_events(Some(events.clone()));
            topics.push(built(OPERATION, entry.set_filter(filter.clone()).build())?);
        }
        if let Some(function) = function {
            let entry = s3::LambdaFunctionConfiguration::builder().id(&id).lambda_function_arn(&function.0).set_events(Some(events));
            functions.push(built(OPERATION, entry.set_filter(filter).build())?);
        }
    }
    let eventbridge = match switch {
        Some(true) => Some(s3::EventBridgeConfiguration::builder().build()),
        Some(false) => None,
        None => document.event_bridge_configuration,
    };
    Ok(s3::NotificationConfiguration::builder()
        .set_queue_configurations(Some(queues))
        .set_topic_configurations(Some(topics))
        .set_lambda_function_configurations(Some(functions))
        .set_event_bridge_configuration(eventbridge)
        .build())
}

fn filter(prefix: Option<&str>, suffix: Option<&str>) -> Option<s3::NotificationConfigurationFilter> {
    let rule = |name: s3::FilterRuleName, value: Option<&str>| Some(s3::FilterRule::builder().name(name).value(value?).build());
    let rules: Vec<s3::FilterRule> =
        [rule(s3::FilterRuleName::Prefix, prefix), rule(s3::FilterRuleName::Suffix, suffix)].into_iter().flatten().collect();
    if rules.is_empty() {
        return None;
    }
    let key = s3::S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
    Some(s3::NotificationConfigurationFilter::builder().key(key).build())
}

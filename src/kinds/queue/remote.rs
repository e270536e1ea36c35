//! How a queue is read, made, changed and deleted.

mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName as Attribute;

use super::Queue;
use super::spec::{DeduplicationScope, FifoThroughputLimit, Redrive, RedriveAllow, RedrivePermission, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::units::{Duration, Size};
use crate::model::reference::Ref;

type Attributes = std::collections::BTreeMap<String, String>;

#[async_trait]
impl Remote for Queue {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let sqs = cx.session.sqs();
        let Some(url) = url_of(cx, target.id).await? else { return Ok(None) };
        let answer =
            cx.read("sqs:GetQueueAttributes", || sqs.get_queue_attributes().queue_url(&url).attribute_names(Attribute::All).send()).await?;
        let Some(answer) = answer else { return Ok(None) };
        let attributes: Attributes =
            answer.attributes.unwrap_or_default().into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect();
        let tags = cx.read("sqs:ListQueueTags", || sqs.list_queue_tags().queue_url(&url).send()).await?.and_then(|tags| tags.tags);
        let mut outputs = BTreeMap::from([("url".to_owned(), url)]);
        if let Some(arn) = attributes.get("QueueArn") {
            outputs.insert("arn".to_owned(), arn.clone());
        }
        Ok(Some(Found { spec: spec_of(target.id, &attributes), outputs, tags: tags.unwrap_or_default().into_iter().collect() }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let attributes = attributes_of(spec);
        cx.create("sqs:CreateQueue", &spec.name, || {
            let mut call = cx.session.sqs().create_queue().queue_name(&spec.name);
            for (name, value) in &attributes {
                call = call.attributes(Attribute::from(name.as_str()), value);
            }
            if spec.fifo {
                call = call.attributes(Attribute::FifoQueue, "true");
            }
            for (key, value) in cx.tags {
                call = call.tags(key, value);
            }
            call.send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let sqs = cx.session.sqs();
        let Some(url) = url_of(cx, update.target.id).await? else {
            return Err(Failure::unexpected("sqs:GetQueueUrl", "the queue is gone"));
        };
        // A merge API: what left the configuration must be reset by name, and only what differs is sent.
        let (desired, prior) = (attributes_of(update.desired), attributes_of(update.prior));
        let mut changed: Attributes = desired
            .iter()
            .filter(|(name, value)| prior.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for (field, name, reset) in RESETS {
            if update.removes(field) {
                changed.insert((*name).to_owned(), (*reset).to_owned());
            }
        }
        if !changed.is_empty() {
            cx.write("sqs:SetQueueAttributes", || {
                let mut call = sqs.set_queue_attributes().queue_url(&url);
                for (name, value) in &changed {
                    call = call.attributes(Attribute::from(name.as_str()), value);
                }
                call.send()
            })
            .await?;
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            cx.write("sqs:TagQueue", || sqs.tag_queue().queue_url(&url).set_tags(Some(set.clone().into_iter().collect())).send()).await?;
        }
        if !remove.is_empty() {
            cx.write("sqs:UntagQueue", || sqs.untag_queue().queue_url(&url).set_tag_keys(Some(remove.clone())).send()).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let Some(url) = url_of(cx, target.id).await? else { return Ok(()) };
        cx.delete("sqs:DeleteQueue", || cx.session.sqs().delete_queue().queue_url(&url).send()).await?;
        cx.wait("the queue to be gone", || async {
            Ok(if url_of(cx, target.id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(url_of(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

/// The attribute that puts a field back to what SQS gives when nothing is said.
const RESETS: &[(&str, &str, &str)] = &[
    ("content_based_deduplication", "ContentBasedDeduplication", "false"),
    ("deduplication_scope", "DeduplicationScope", "queue"),
    ("fifo_throughput_limit", "FifoThroughputLimit", "perQueue"),
    ("max_message_size", "MaximumMessageSize", "1048576"),
    ("redrive", "RedrivePolicy", ""),
    ("redrive_allow", "RedriveAllowPolicy", ""),
    ("kms_key", "KmsMasterKeyId", ""),
    ("kms_data_key_reuse", "KmsDataKeyReusePeriodSeconds", "300"),
    ("sqs_managed_sse", "SqsManagedSseEnabled", "true"),
    ("policy", "Policy", ""),
];

async fn url_of(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let answer = cx.read("sqs:GetQueueUrl", || cx.session.sqs().get_queue_url().queue_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.queue_url))
}

/// The attributes to send. `fifo` is left out: it is sent at creation only.
fn attributes_of(spec: &Spec) -> Attributes {
    let Spec {
        name: _,
        fifo: _,
        content_based_deduplication,
        deduplication_scope,
        fifo_throughput_limit,
        delay,
        max_message_size,
        retention,
        receive_wait,
        visibility_timeout,
        redrive,
        redrive_allow,
        kms_key,
        kms_data_key_reuse,
        sqs_managed_sse,
        policy,
    } = spec;
    let mut attributes = Attributes::from([
        ("DelaySeconds".to_owned(), delay.as_seconds().to_string()),
        ("MessageRetentionPeriod".to_owned(), retention.as_seconds().to_string()),
        ("ReceiveMessageWaitTimeSeconds".to_owned(), receive_wait.as_seconds().to_string()),
        ("VisibilityTimeout".to_owned(), visibility_timeout.as_seconds().to_string()),
    ]);
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            attributes.insert(name.to_owned(), value);
        }
    };
    set("ContentBasedDeduplication", content_based_deduplication.map(|on| on.to_string()));
    set("DeduplicationScope", deduplication_scope.and_then(|scope| word(&scope)));
    set("FifoThroughputLimit", fifo_throughput_limit.and_then(|limit| word(&limit)));
    set("MaximumMessageSize", max_message_size.map(|size| size.as_bytes().to_string()));
    set(
        "RedrivePolicy",
        redrive.as_ref().map(|Redrive { dead_letter, max_receive_count }| {
            serde_json::json!({ "deadLetterTargetArn": dead_letter, "maxReceiveCount": max_receive_count }).to_string()
        }),
    );
    set(
        "RedriveAllowPolicy",
        redrive_allow.as_ref().map(|RedriveAllow { permission, sources }| {
            let mut policy = serde_json::json!({ "redrivePermission": permission });
            if !sources.is_empty() {
                policy["sourceQueueArns"] = serde_json::json!(sources);
            }
            policy.to_string()
        }),
    );
    set("KmsMasterKeyId", kms_key.clone());
    set("KmsDataKeyReusePeriodSeconds", kms_data_key_reuse.map(|time| time.as_seconds().to_string()));
    set("SqsManagedSseEnabled", sqs_managed_sse.map(|on| on.to_string()));
    set("Policy", policy.clone());
    attributes
}

/// The spec that SQS's answer tells.
fn spec_of(name: &str, attributes: &Attributes) -> Spec {
    let text = |name: &str| attributes.get(name).filter(|value| !value.is_empty());
    let number = |name: &str| text(name).and_then(|value| value.parse::<u64>().ok());
    let flag = |name: &str| text(name).map(|value| value == "true");
    let seconds = |name: &str, default: u64| Duration::seconds(number(name).unwrap_or(default));
    let json = |name: &str| text(name).and_then(|value| serde_json::from_str::<serde_json::Value>(value).ok());
    Spec {
        name: name.to_owned(),
        fifo: flag("FifoQueue").unwrap_or(false),
        content_based_deduplication: flag("ContentBasedDeduplication"),
        deduplication_scope: text("DeduplicationScope").and_then(|value| parse(value)) as Option<DeduplicationScope>,
        fifo_throughput_limit: text("FifoThroughputLimit").and_then(|value| parse(value)) as Option<FifoThroughputLimit>,
        delay: seconds("DelaySeconds", 0),
        max_message_size: number("MaximumMessageSize").map(Size::bytes),
        retention: seconds("MessageRetentionPeriod", 345_600),
        receive_wait: seconds("ReceiveMessageWaitTimeSeconds", 0),
        visibility_timeout: seconds("VisibilityTimeout", 30),
        redrive: json("RedrivePolicy").and_then(|policy| {
            // SQS answers the count as a number or as a string, depending on how it was set.
            let count = policy.get("maxReceiveCount")?;
            let count = count.as_u64().or_else(|| count.as_str()?.parse().ok())?;
            Some(Redrive {
                dead_letter: Ref(policy.get("deadLetterTargetArn")?.as_str()?.to_owned()),
                max_receive_count: u32::try_from(count).ok()?,
            })
        }),
        redrive_allow: json("RedriveAllowPolicy").and_then(|policy| {
            let permission: RedrivePermission = parse(policy.get("redrivePermission")?.as_str()?)?;
            let sources = policy.get("sourceQueueArns").and_then(|arns| arns.as_array()).into_iter().flatten();
            Some(RedriveAllow { permission, sources: sources.filter_map(|arn| arn.as_str()).map(|arn| Ref(arn.to_owned())).collect() })
        }),
        kms_key: text("KmsMasterKeyId").cloned(),
        kms_data_key_reuse: number("KmsDataKeyReusePeriodSeconds").map(Duration::seconds),
        sqs_managed_sse: flag("SqsManagedSseEnabled"),
        policy: text("Policy").cloned(),
    }
}

/// The word serde writes for a choice.
fn word<T: serde::Serialize>(choice: &T) -> Option<String> {
    serde_json::to_value(choice).ok()?.as_str().map(str::to_owned)
}

/// The choice serde reads from a word; `None` for one that is newer than this program.
fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

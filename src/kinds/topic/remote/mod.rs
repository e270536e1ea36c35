//! How a topic and its subscriptions are read, made, changed and deleted.

mod list;
mod subscriptions;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_sns::types::Tag;

use super::Topic;
use super::spec::{DeliveryLogging, LoggedProtocol, Spec, Subscription};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::model::reference::Ref;

type Attributes = BTreeMap<String, String>;

#[async_trait]
impl Remote for Topic {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let arn = arn_of(cx, target.id);
        let Some(attributes) = attributes(cx, &arn).await? else { return Ok(None) };
        let tags = cx.read("sns:ListTagsForResource", || cx.session.sns().list_tags_for_resource().resource_arn(&arn).send()).await?;
        let tags = tags.map(|answer| answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect());
        let spec = spec_of(target.id, &attributes, subscriptions::read(cx, &arn, target).await?);
        Ok(Some(Found { spec, outputs: BTreeMap::from([("arn".to_owned(), arn)]), tags: tags.unwrap_or_default() }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "sns:CreateTopic";
        // CreateTopic answers "done" for a topic that is there: it would be taken over without a look at its tags.
        if self::attributes(cx, &arn_of(cx, &spec.name)).await?.is_some() {
            return Err(Failure::exists(OPERATION, &format!("the topic {}", spec.name)));
        }
        let attributes = attributes_of(spec);
        let tags = tags_of(cx.tags)?;
        cx.create(OPERATION, &spec.name, || {
            let mut call = cx.session.sns().create_topic().name(&spec.name).set_tags(Some(tags.clone()));
            for (name, value) in &attributes {
                call = call.attributes(name, value);
            }
            if spec.fifo {
                call = call.attributes("FifoTopic", "true");
            }
            call.send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (sns, arn) = (cx.session.sns(), arn_of(cx, update.target.id));
        let (desired, prior) = (attributes_of(update.desired), attributes_of(update.prior));
        let mut changed: Attributes = desired.into_iter().filter(|(name, value)| prior.get(name) != Some(value)).collect();
        for (field, name, reset) in RESETS {
            if update.removes(field) {
                changed.insert((*name).to_owned(), (*reset).to_owned());
            }
        }
        if update.removes("policy") {
            changed.insert("Policy".to_owned(), owner_policy(&arn));
        }
        changed.extend(untold(update));
        for (name, value) in &changed {
            cx.write("sns:SetTopicAttributes", || {
                sns.set_topic_attributes().topic_arn(&arn).attribute_name(name).attribute_value(value).send()
            })
            .await?;
        }
        if update.touches(&["subscription"]) {
            subscriptions::update(cx, &arn, update).await?;
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            let tags = tags_of(&set)?;
            cx.write("sns:TagResource", || sns.tag_resource().resource_arn(&arn).set_tags(Some(tags.clone())).send()).await?;
        }
        if !remove.is_empty() {
            cx.write("sns:UntagResource", || sns.untag_resource().resource_arn(&arn).set_tag_keys(Some(remove.clone())).send()).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let arn = arn_of(cx, target.id);
        // SNS keeps the subscriptions of a topic that is gone; ours go first.
        subscriptions::end(cx, &arn, target).await?;
        // SNS refuses to delete a topic that archives.
        if attributes(cx, &arn).await?.is_some_and(|attributes| archive_of(&attributes).is_some()) {
            let sns = cx.session.sns();
            cx.delete("sns:SetTopicAttributes", || {
                sns.set_topic_attributes().topic_arn(&arn).attribute_name(ARCHIVE).attribute_value("{}").send()
            })
            .await?;
        }
        cx.delete("sns:DeleteTopic", || cx.session.sns().delete_topic().topic_arn(&arn).send()).await?;
        cx.wait("the topic to be gone", || async {
            Ok(if attributes(cx, &arn).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(attributes(cx, &arn_of(cx, &spec.name)).await?.map(|_| spec.name.clone()))
    }
}

const ARCHIVE: &str = "ArchivePolicy";

/// What a topic keeps of its messages; an empty policy is none.
fn archive_of(attributes: &Attributes) -> Option<String> {
    attributes.get(ARCHIVE).filter(|policy| !policy.is_empty() && *policy != "{}").cloned()
}

/// The policy that SNS gives a topic when nothing is said: its account may do everything, and nobody else anything.
fn owner_policy(arn: &str) -> String {
    const ACTIONS: [&str; 8] = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    let account = arn.split(':').nth(4).unwrap_or_default();
    serde_json::json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": ACTIONS,
            "Resource": arn,
            "Condition": { "StringEquals": { "AWS:SourceOwner": account } },
        }],
    })
    .to_string()
}

/// AWS's word for a choice.
fn word<T: serde::Serialize>(choice: T) -> Option<String> {
    serde_json::to_value(choice).ok()?.as_str().map(str::to_owned)
}

/// The choice for AWS's word; a word that is new to us is none.
fn choice<T: serde::de::DeserializeOwned>(word: Option<String>) -> Option<T> {
    serde_json::from_value(word?.into()).ok()
}

/// The attribute value that puts a field back to what SNS gives when nothing is said.
const RESETS: &[(&str, &str, &str)] = &[
    ("display_name", "DisplayName", ""),
    ("content_based_deduplication", "ContentBasedDeduplication", "false"),
    ("fifo_throughput_scope", "FifoThroughputScope", "MessageGroup"),
    ("archive_policy", ARCHIVE, "{}"),
    ("kms_key", "KmsMasterKeyId", ""),
    ("tracing", "TracingConfig", "PassThrough"),
    ("signature_version", "SignatureVersion", "1"),
    ("delivery_policy", "DeliveryPolicy", ""),
];

async fn attributes(cx: &Cx<'_>, arn: &str) -> Result<Option<Attributes>, Failure> {
    let answer = cx.read("sns:GetTopicAttributes", || cx.session.sns().get_topic_attributes().topic_arn(arn).send()).await?;
    Ok(answer.map(|answer| answer.attributes.unwrap_or_default().into_iter().collect()))
}

/// SNS finds a topic by its ARN alone, whose form AWS has fixed.
fn arn_of(cx: &Cx<'_>, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    format!("arn:{}:sns:{}:{}:{name}", cx.session.partition(), cx.session.region(), cx.session.account())
}

/// The attributes to send. `fifo` is left out: it is sent at creation only.
fn attributes_of(spec: &Spec) -> Attributes {
    let Spec {
        name: _,
        fifo: _,
        display_name,
        content_based_deduplication,
        fifo_throughput_scope,
        archive_policy,
        kms_key,
        tracing,
        signature_version,
        delivery_policy,
        policy,
        delivery_logging,
        subscription: _,
    } = spec;
    let pairs = [
        ("DisplayName", display_name.clone()),
        ("ContentBasedDeduplication", content_based_deduplication.map(|on| on.to_string())),
        ("FifoThroughputScope", fifo_throughput_scope.and_then(word)),
        (ARCHIVE, archive_policy.clone()),
        ("KmsMasterKeyId", kms_key.clone()),
        ("TracingConfig", tracing.and_then(word)),
        ("SignatureVersion", signature_version.map(|version| version.to_string())),
        ("DeliveryPolicy", delivery_policy.clone()),
        ("Policy", policy.clone()),
    ];
    let mut attributes: Attributes = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    for logging in delivery_logging {
        let DeliveryLogging { protocol, success_role, success_percent, failure_role } = logging;
        let told = [
            (SUCCESS_ROLE, success_role.as_ref().map(|role| role.0.clone())),
            (SUCCESS_PERCENT, success_percent.map(|percent| percent.to_string())),
            (FAILURE_ROLE, failure_role.as_ref().map(|role| role.0.clone())),
        ];
        attributes.extend(told.into_iter().filter_map(|(name, value)| Some((feedback(*protocol, name), value?))));
    }
    attributes
}

const SUCCESS_ROLE: &str = "SuccessFeedbackRoleArn";
const SUCCESS_PERCENT: &str = "SuccessFeedbackSampleRate";
const FAILURE_ROLE: &str = "FailureFeedbackRoleArn";

/// The topic attribute that tells of deliveries over a protocol.
fn feedback(protocol: LoggedProtocol, name: &str) -> String {
    let protocol = match protocol {
        LoggedProtocol::Http => "HTTP",
        LoggedProtocol::Firehose => "Firehose",
        LoggedProtocol::Lambda => "Lambda",
        LoggedProtocol::Application => "Application",
        LoggedProtocol::Sqs => "SQS",
    };
    format!("{protocol}{name}")
}

/// The roles that left the configuration: without one, nothing is told.
fn untold(update: &Update<'_, Spec>) -> Attributes {
    let mut attributes = Attributes::new();
    for (at, logging) in update.desired.delivery_logging.iter().enumerate() {
        for (field, name) in [("success_role", SUCCESS_ROLE), ("failure_role", FAILURE_ROLE)] {
            if update.removes_from_item("delivery_logging", at, field) {
                attributes.insert(feedback(logging.protocol, name), String::new());
            }
        }
    }
    for gone in update.removed_items("delivery_logging", "protocol") {
        if let Some(protocol) = choice(Some(gone)) {
            attributes.extend([SUCCESS_ROLE, FAILURE_ROLE].map(|name| (feedback(protocol, name), String::new())));
        }
    }
    attributes
}

/// What is told of deliveries. How much of them stays known to SNS when nobody tells of them any more.
fn logging_of(attributes: &Attributes) -> Vec<DeliveryLogging> {
    use LoggedProtocol::{Application, Firehose, Http, Lambda, Sqs};
    let told = |protocol| {
        let text = |name: &str| attributes.get(&feedback(protocol, name)).filter(|value| !value.is_empty()).cloned();
        let (success_role, failure_role) = (text(SUCCESS_ROLE).map(Ref), text(FAILURE_ROLE).map(Ref));
        let success_percent = success_role.as_ref().and_then(|_| text(SUCCESS_PERCENT)?.parse().ok());
        let any = success_role.is_some() || failure_role.is_some();
        any.then_some(DeliveryLogging { protocol, success_role, success_percent, failure_role })
    };
    [Http, Firehose, Lambda, Application, Sqs].into_iter().filter_map(told).collect()
}

fn spec_of(id: &str, attributes: &Attributes, subscription: Vec<Subscription>) -> Spec {
    let text = |name: &str| attributes.get(name).filter(|value| !value.is_empty()).cloned();
    let flag = |name: &str| text(name).map(|value| value == "true");
    Spec {
        name: id.rsplit(':').next().unwrap_or(id).to_owned(),
        fifo: flag("FifoTopic").unwrap_or(false),
        display_name: text("DisplayName"),
        content_based_deduplication: flag("ContentBasedDeduplication"),
        fifo_throughput_scope: choice(text("FifoThroughputScope")),
        archive_policy: archive_of(attributes),
        kms_key: text("KmsMasterKeyId"),
        tracing: choice(text("TracingConfig")),
        signature_version: text("SignatureVersion").and_then(|version| version.parse().ok()),
        delivery_policy: text("DeliveryPolicy"),
        policy: text("Policy"),
        delivery_logging: logging_of(attributes),
        subscription,
    }
}

fn tags_of(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, Failure> {
    let built: Result<Vec<Tag>, _> = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    built.map_err(|error| Failure::local("sns:TagResource", error.to_string()))
}

//! What users write for a topic.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::path::Path;
use crate::base::units::{Rate, Size};
use crate::model::estimate::Estimate;
use crate::model::kind::Problems;
use crate::model::reference::Ref;
use crate::model::value::Value;

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The topic's name; `.fifo` ends the name of a FIFO topic. Default: `<project>-<environment>-<block>`, and `.fifo` where it is FIFO.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "SNS cannot rename a topic", "x-aws" = "Name"))]
    pub name: String,

    /// Deliver in order and exactly once to FIFO queues; to standard queues as those deliver.
    #[serde(default)]
    #[schemars(extend("x-name-ending" = ".fifo", "x-replace" = "SNS cannot turn a standard topic into a FIFO topic", "x-aws" = "FifoTopic"))]
    pub fifo: bool,

    /// The name that e-mails and text messages show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "DisplayName"))]
    pub display_name: Option<String>,

    /// FIFO only: use a hash of the body as the deduplication id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ContentBasedDeduplication"))]
    pub content_based_deduplication: Option<bool>,

    /// FIFO only: what the throughput quota counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "FifoThroughputScope"))]
    pub fifo_throughput_scope: Option<ThroughputScope>,

    /// FIFO only: keep messages for replay, as JSON: `{"MessageRetentionPeriod":"30"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "ArchivePolicy"))]
    pub archive_policy: Option<String>,

    /// A KMS key that encrypts messages at rest: id, ARN or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KmsMasterKeyId"))]
    pub kms_key: Option<String>,

    /// Whether X-Ray follows messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "TracingConfig"))]
    pub tracing: Option<Tracing>,

    /// The hash of signatures: `1` (SHA-1) or `2` (SHA-256).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2), extend("x-server-set" = true, "x-aws" = "SignatureVersion"))]
    pub signature_version: Option<u8>,

    /// Retries of HTTP deliveries, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "DeliveryPolicy"))]
    pub delivery_policy: Option<String>,

    /// The topic's resource policy, as JSON. Without it only the account itself may publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-json" = true, "x-aws" = "Policy"))]
    pub policy: Option<String>,

    /// What becomes of deliveries, told in CloudWatch Logs. Without it SNS tells nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "protocol"))]
    pub delivery_logging: Vec<DeliveryLogging>,

    /// Who gets the messages. Subscriptions that somebody else made are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "endpoint"))]
    pub subscription: Vec<Subscription>,
}

/// What the throughput quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ThroughputScope {
    /// The whole topic.
    Topic,
    /// Each message group.
    MessageGroup,
}

/// Whether X-Ray follows messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Tracing {
    /// It follows those that the publisher samples, and SNS tells of its own part.
    Active,
    /// What the publisher began goes on to the subscribers.
    PassThrough,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FilterScope {
    /// The message's attributes.
    MessageAttributes,
    /// The message itself, which must be JSON; the filter may be nested.
    MessageBody,
}

/// What is told of deliveries over one protocol. The roles are assumed by SNS and write to CloudWatch Logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryLogging {
    /// Of which deliveries.
    pub protocol: LoggedProtocol,
    /// The role that tells of deliveries that arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "SuccessFeedbackRoleArn"))]
    pub success_role: Option<Ref>,
    /// Of how many of those that arrived, in percent. SNS's own choice is 0 or 100, by the way it was set up; removed, it stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100), extend("x-server-set" = true, "x-aws" = "SuccessFeedbackSampleRate"))]
    pub success_percent: Option<u8>,
    /// The role that tells of deliveries that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "FailureFeedbackRoleArn"))]
    pub failure_role: Option<Ref>,
}

/// The deliveries that SNS can tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LoggedProtocol {
    /// To URLs, with or without TLS.
    Http,
    /// To Firehose delivery streams.
    Firehose,
    /// To Lambda functions.
    Lambda,
    /// To apps on phones and computers.
    Application,
    /// To SQS queues.
    Sqs,
}

/// Somebody who gets the messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// How messages travel.
    pub protocol: Protocol,
    /// Where to: an e-mail address, a URL, a phone number, or a queue or function by address or ARN.
    #[schemars(extend("x-ref" = ["queue.arn", "function.arn"]))]
    pub endpoint: Ref,
    /// Only messages that match, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "FilterPolicy"))]
    pub filter_policy: Option<String>,
    /// What the filter looks at: the attributes, unless it says another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "FilterPolicyScope"))]
    pub filter_policy_scope: Option<FilterScope>,
    /// Deliver the message alone, without SNS's envelope; for queues, Firehose and HTTP.
    #[serde(default)]
    #[schemars(extend("x-aws" = "RawMessageDelivery"))]
    pub raw: bool,
    /// The queue for messages that could not be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "RedrivePolicy"))]
    pub dead_letter: Option<Ref>,
    /// Firehose only, and needed there: the role that SNS assumes to write to the delivery stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "SubscriptionRoleArn"))]
    pub role: Option<Ref>,
    /// HTTP only: retries of this subscription, as JSON. Without it the topic's `delivery_policy` counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "DeliveryPolicy"))]
    pub delivery_policy: Option<String>,
    /// FIFO topics with an archive only: which messages are delivered again, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "ReplayPolicy"))]
    pub replay_policy: Option<String>,
}

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// To an SQS queue, whose policy must let the topic send.
    Sqs,
    /// To a Lambda function, which needs a permission: better written as the function's `trigger.sns`.
    Lambda,
    /// To a Firehose delivery stream.
    Firehose,
    /// To a mailbox; its owner must confirm.
    Email,
    /// To a mailbox, as JSON; its owner must confirm.
    EmailJson,
    /// To a URL; it must confirm.
    Http,
    /// To a URL over TLS; it must confirm.
    Https,
    /// To a phone.
    Sms,
    /// To an app, by the ARN of its endpoint at a push service.
    Application,
}

/// What a topic's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Messages published.
    #[serde(default)]
    pub publishes: Option<Estimate<Rate>>,
    /// Size of a message; every 64 KB is billed as one request.
    #[serde(default)]
    pub payload: Option<Estimate<Size>>,
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    let fifo_only = [
        ("content_based_deduplication", spec.content_based_deduplication.is_some()),
        ("fifo_throughput_scope", spec.fifo_throughput_scope.is_some()),
        ("archive_policy", spec.archive_policy.is_some()),
    ];
    for (field, set) in fifo_only {
        if set && !spec.fifo {
            problems.add(field, format!("`{field}` is for FIFO topics only"), format!("add `fifo = true`, or remove `{field}`"));
        }
    }
    if spec.fifo && !spec.name.is_empty() && spec.name.strip_suffix(".fifo").is_none() && !spec.name.contains("${") {
        problems.add("name", "the name of a FIFO topic must end in `.fifo`", format!("write `name = \"{}.fifo\"`", spec.name));
    }
    if !spec.fifo && spec.name.strip_suffix(".fifo").is_some() {
        problems.add("name", "only the name of a FIFO topic may end in `.fifo`", "add `fifo = true`, or give it another name");
    }
    for (at, logging) in spec.delivery_logging.iter().enumerate() {
        if logging.success_role.is_none() && logging.failure_role.is_none() {
            problems.add(
                format!("delivery_logging[{at}]").as_str(),
                "without a role nothing is told",
                "add `success_role`, `failure_role` or both",
            );
        }
    }
    for (at, subscription) in spec.subscription.iter().enumerate() {
        if spec.fifo && !matches!(subscription.protocol, Protocol::Sqs) {
            problems.add(
                format!("subscription[{at}].protocol").as_str(),
                "a FIFO topic delivers to queues only",
                "subscribe a queue, or make the topic a standard one",
            );
        }
        let path = |field: &str| format!("subscription[{at}].{field}");
        let to_firehose = subscription.protocol == Protocol::Firehose;
        if to_firehose && subscription.role.is_none() {
            problems.add(
                path("protocol").as_str(),
                "SNS writes to a delivery stream by a role only",
                "add `role`, a role that `sns.amazonaws.com` may assume and that may `firehose:PutRecord`",
            );
        }
        if !to_firehose && subscription.role.is_some() {
            problems.add(path("role").as_str(), "`role` is for delivery streams of Firehose only", "remove it");
        }
        if subscription.delivery_policy.is_some() && !matches!(subscription.protocol, Protocol::Http | Protocol::Https) {
            problems.add(path("delivery_policy").as_str(), "only deliveries to URLs have a delivery policy", "remove it");
        }
        if subscription.raw && !matches!(subscription.protocol, Protocol::Sqs | Protocol::Firehose | Protocol::Http | Protocol::Https) {
            problems.add(path("raw").as_str(), "only queues, delivery streams and URLs can get the message alone", "remove it");
        }
        if subscription.filter_policy_scope.is_some() && subscription.filter_policy.is_none() {
            problems.add(path("filter_policy_scope").as_str(), "there is no filter", "add `filter_policy`, or remove it");
        }
        let before = &spec.subscription[..at];
        if before.iter().any(|other| other.protocol == subscription.protocol && other.endpoint == subscription.endpoint) {
            problems.add(path("endpoint").as_str(), "the same endpoint is subscribed twice", "remove one of the two");
        }
        if subscription.replay_policy.is_some() && spec.archive_policy.is_none() {
            problems.add(path("replay_policy").as_str(), "there is no archive to replay from", "add `archive_policy` to the topic");
        }
    }
}

/// SNS answers the numbers of an archive policy as text, however they were sent.
pub(super) fn normalize(value: &mut Value) {
    let Some(Value::Text(policy)) = value.at_mut(&Path::from("archive_policy")) else { return };
    let Ok(serde_json::Value::Object(mut entries)) = serde_json::from_str(policy) else { return };
    for entry in entries.values_mut().filter(|entry| entry.is_number()) {
        *entry = entry.to_string().into();
    }
    *policy = serde_json::Value::Object(entries).to_string();
}

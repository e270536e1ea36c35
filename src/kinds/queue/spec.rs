//! What users write for a queue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::Estimate;
use crate::model::kind::Problems;
use crate::model::reference::Ref;

/// An SQS queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The queue's name; `.fifo` ends the name of a FIFO queue. Default: `<project>-<environment>-<block>`, and `.fifo` where it is FIFO.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "SQS cannot rename a queue", "x-aws" = "QueueName"))]
    pub name: String,

    /// Deliver in order and exactly once.
    #[serde(default)]
    #[schemars(extend("x-name-ending" = ".fifo", "x-replace" = "SQS cannot turn a standard queue into a FIFO queue", "x-aws" = "FifoQueue"))]
    pub fifo: bool,

    /// FIFO only: use a hash of the body as the deduplication id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ContentBasedDeduplication"))]
    pub content_based_deduplication: Option<bool>,

    /// FIFO only: what duplicates are looked for in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "DeduplicationScope"))]
    pub deduplication_scope: Option<DeduplicationScope>,

    /// FIFO only: what the throughput quota counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "FifoThroughputLimit"))]
    pub fifo_throughput_limit: Option<FifoThroughputLimit>,

    /// How long a new message stays hidden.
    #[serde(default = "Spec::default_delay")]
    #[schemars(extend("x-limit" = "sqs.delay", "x-aws" = "DelaySeconds"))]
    pub delay: Duration,

    /// The largest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "sqs.message_size", "x-aws" = "MaximumMessageSize"))]
    pub max_message_size: Option<Size>,

    /// How long a message is kept when nobody takes it.
    #[serde(default = "Spec::default_retention")]
    #[schemars(extend("x-limit" = "sqs.message_retention", "x-aws" = "MessageRetentionPeriod"))]
    pub retention: Duration,

    /// How long a receive waits for a message (long polling).
    #[serde(default = "Spec::default_receive_wait")]
    #[schemars(extend("x-limit" = "sqs.receive_wait", "x-aws" = "ReceiveMessageWaitTimeSeconds"))]
    pub receive_wait: Duration,

    /// How long a message that was taken stays hidden from others. At least six times the timeout of a function that takes from it.
    #[serde(default = "Spec::default_visibility")]
    #[schemars(extend("x-limit" = "sqs.visibility_timeout", "x-aws" = "VisibilityTimeout"))]
    pub visibility_timeout: Duration,

    /// Where messages go that were taken too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "RedrivePolicy"))]
    pub redrive: Option<Redrive>,

    /// Which queues may use this one as their dead-letter queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "RedriveAllowPolicy"))]
    pub redrive_allow: Option<RedriveAllow>,

    /// A KMS key for encryption at rest: id, ARN or alias. Without it, SQS's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KmsMasterKeyId"))]
    pub kms_key: Option<String>,

    /// How long SQS reuses a data key before it asks KMS again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "sqs.kms_reuse", "x-aws" = "KmsDataKeyReusePeriodSeconds"))]
    pub kms_data_key_reuse: Option<Duration>,

    /// Encrypt with SQS's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "SqsManagedSseEnabled"))]
    pub sqs_managed_sse: Option<bool>,

    /// The queue's resource policy, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Policy"))]
    pub policy: Option<String>,
}

/// Where messages go that were taken too often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redrive {
    /// The dead-letter queue: of the same type (FIFO or standard), account and region.
    #[schemars(extend("x-ref" = ["queue.arn"]))]
    pub dead_letter: Ref,
    /// After how many takes.
    #[schemars(extend("x-limit" = "sqs.max_receive_count"))]
    pub max_receive_count: u32,
}

/// Which queues may use this one as their dead-letter queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedriveAllow {
    /// All, none, or those listed.
    pub permission: RedrivePermission,
    /// The queues, for `byQueue`; at most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-set" = true))]
    pub sources: Vec<Ref>,
}

/// Who may redrive here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RedrivePermission {
    /// Any queue of the account and region.
    AllowAll,
    /// No queue.
    DenyAll,
    /// The queues in `sources`.
    ByQueue,
}

/// What duplicates are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeduplicationScope {
    /// The whole queue.
    Queue,
    /// Each message group.
    MessageGroup,
}

/// What the throughput quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FifoThroughputLimit {
    /// The whole queue.
    PerQueue,
    /// Each message group; needs `deduplication_scope = "messageGroup"`.
    PerMessageGroupId,
}

impl Spec {
    fn default_delay() -> Duration {
        Duration::seconds(0)
    }
    fn default_retention() -> Duration {
        Duration::hours(96)
    }
    fn default_receive_wait() -> Duration {
        Duration::seconds(0)
    }
    fn default_visibility() -> Duration {
        Duration::seconds(30)
    }
}

/// What a queue's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// API requests: sends, receives and deletes together; a batch of ten is one.
    #[serde(default)]
    pub requests: Option<Estimate<Rate>>,
    /// Size of a request's payload; every 64 KB is billed as one request.
    #[serde(default)]
    pub payload: Option<Estimate<Size>>,
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    let fifo_only = [
        ("content_based_deduplication", spec.content_based_deduplication.is_some()),
        ("deduplication_scope", spec.deduplication_scope.is_some()),
        ("fifo_throughput_limit", spec.fifo_throughput_limit.is_some()),
    ];
    for (field, set) in fifo_only {
        if set && !spec.fifo {
            problems.add(field, format!("`{field}` is for FIFO queues only"), format!("add `fifo = true`, or remove `{field}`"));
        }
    }
    if spec.fifo && !spec.name.is_empty() && spec.name.strip_suffix(".fifo").is_none() && !spec.name.contains("${") {
        problems.add("name", "the name of a FIFO queue must end in `.fifo`", format!("write `name = \"{}.fifo\"`", spec.name));
    }
    if !spec.fifo && spec.name.strip_suffix(".fifo").is_some() {
        problems.add("name", "only the name of a FIFO queue may end in `.fifo`", "add `fifo = true`, or give it another name");
    }
    if spec.kms_key.is_some() && spec.sqs_managed_sse == Some(true) {
        problems.add("sqs_managed_sse", "a queue is encrypted with one key: KMS or SQS's own", "remove `sqs_managed_sse` or `kms_key`");
    }
    if spec.fifo_throughput_limit == Some(FifoThroughputLimit::PerMessageGroupId)
        && spec.deduplication_scope != Some(DeduplicationScope::MessageGroup)
    {
        problems.add("fifo_throughput_limit", "`perMessageGroupId` needs `deduplication_scope = \"messageGroup\"`", "set both");
    }
}

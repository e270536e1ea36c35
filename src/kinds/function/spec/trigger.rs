//! What starts a function: streams and queues that Lambda polls, and services that call it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Spec, Url};
use crate::base::units::Duration;
use crate::model::reference::Ref;

/// What starts a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Triggers {
    /// Kinesis streams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "stream"))]
    pub kinesis: Vec<Kinesis>,
    /// Streams of DynamoDB tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "table"))]
    pub dynamodb: Vec<Dynamodb>,
    /// SQS queues.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "queue"))]
    pub sqs: Vec<Sqs>,
    /// Events of S3 buckets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub s3: Vec<S3>,
    /// SNS topics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "topic"))]
    pub sns: Vec<Sns>,
    /// Schedules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub schedule: Vec<Schedule>,
    /// Events that match a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub rule: Vec<RuleTrigger>,
    /// Permissions for whoever else calls it: SES, IoT, Cognito, Config, Lex, an account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub invoke: Vec<Invoke>,
}

impl Triggers {
    /// Whether nothing starts it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether somebody starts the function without waiting for its answer, so that Lambda retries by itself.
pub(in crate::kinds::function) fn is_async_trigger(spec: &Spec) -> bool {
    const ASYNC: &[&str] = &["ses", "iot", "config", "codecommit", "logs", "cloudformation"];
    let Triggers { kinesis: _, dynamodb: _, sqs: _, s3, sns, schedule, rule, invoke } = &spec.trigger;
    !s3.is_empty()
        || !sns.is_empty()
        || !schedule.is_empty()
        || !rule.is_empty()
        || invoke.iter().any(|invoke| invoke.principal.strip_suffix(".amazonaws.com").is_some_and(|service| ASYNC.contains(&service)))
}

/// Where the reading of a stream begins. Cannot be changed on a mapping that exists: pipetoll makes a new one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StartingPosition {
    /// At the records that come from now on.
    #[default]
    Latest,
    /// At the oldest record that is still there.
    TrimHorizon,
    /// At a moment; Kinesis only.
    AtTimestamp,
}

/// Pollers that are always there, and paid for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pollers {
    /// At least so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.pollers.minimum", "x-aws" = "MinimumPollers"))]
    pub min: Option<u32>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.pollers.maximum", "x-aws" = "MaximumPollers"))]
    pub max: Option<u32>,
}

macro_rules! stream_trigger {
    ($(#[$doc:meta])* $name:ident, $(#[$source_doc:meta])* $source:ident $(, $(#[$extra_doc:meta])* $extra:ident: $extra_type:ty)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(#[$source_doc])*
            pub $source: Ref,
            /// Where reading begins.
            #[serde(default)]
            #[schemars(extend("x-aws" = "StartingPosition"))]
            pub starting_position: StartingPosition,
            $(
                $(#[$extra_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $extra: Option<$extra_type>,
            )?
            /// At most so many records at once; Lambda's own figure is 100.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.stream.batch_size", "x-aws" = "BatchSize"))]
            pub batch_size: Option<u32>,
            /// How long to wait for a full batch.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.batching_window", "x-aws" = "MaximumBatchingWindowInSeconds"))]
            pub window: Option<Duration>,
            /// How many batches of one shard run at once; Lambda's own figure is 1.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.stream.parallelization_factor", "x-aws" = "ParallelizationFactor"))]
            pub parallelization: Option<u32>,
            /// Split a batch that failed, to find the bad record.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            #[schemars(extend("x-aws" = "BisectBatchOnFunctionError"))]
            pub bisect_on_error: bool,
            /// How often a failed batch is tried again; without it, until its records expire.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-limit" = "lambda-esm.stream.retry_attempts", "x-aws" = "MaximumRetryAttempts"))]
            pub max_retries: Option<u32>,
            /// Older records are given up; without it, none are.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-limit" = "lambda-esm.stream.record_age", "x-aws" = "MaximumRecordAgeInSeconds"))]
            pub max_record_age: Option<Duration>,
            /// Hands state from batch to batch for so long (tumbling window).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.stream.tumbling_window", "x-aws" = "TumblingWindowInSeconds"))]
            pub tumbling_window: Option<Duration>,
            /// Where a note about batches goes that were given up: a standard queue, a topic, or a bucket (which gets the records too).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-ref" = ["queue.arn", "topic.arn", "bucket.arn"], "x-use" = "write", "x-aws" = "DestinationConfig.OnFailure.Destination"))]
            pub on_failure: Option<Ref>,
            /// Patterns, as JSON; records that match none never reach the function.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            #[schemars(extend("x-json" = true, "x-set" = true, "x-aws" = "FilterCriteria"))]
            pub filters: Vec<String>,
            /// The function answers which records failed; only those are tried again.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            #[schemars(extend("x-aws" = "FunctionResponseTypes"))]
            pub report_batch_item_failures: bool,
            /// A KMS key for the filters, as an ARN.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schemars(extend("x-aws" = "KMSKeyArn"))]
            pub kms_key: Option<String>,
            /// Count events in CloudWatch.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            #[schemars(extend("x-aws" = "MetricsConfig"))]
            pub metrics: bool,
            /// Whether it is polled.
            #[serde(default = "yes")]
            #[schemars(extend("x-aws" = "Enabled"))]
            pub enabled: bool,
        }
    };
}

stream_trigger! {
    /// A Kinesis stream that Lambda polls.
    Kinesis,
    /// The stream, or the ARN of an enhanced fan-out consumer.
    #[schemars(extend("x-ref" = ["stream.arn"], "x-use" = "consume", "x-aws" = "EventSourceArn"))]
    stream,
    /// For `at-timestamp`: the moment, as `2026-11-20T06:00:00Z`.
    #[schemars(extend("x-aws" = "StartingPositionTimestamp"))]
    starting_timestamp: String
}

stream_trigger! {
    /// A DynamoDB table's stream that Lambda polls.
    Dynamodb,
    /// The table, or the ARN of its stream.
    #[schemars(extend("x-ref" = ["dynamodb.stream_arn"], "x-use" = "consume", "x-aws" = "EventSourceArn"))]
    table
}

/// An SQS queue that Lambda polls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sqs {
    /// The queue.
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "consume", "x-aws" = "EventSourceArn"))]
    pub queue: Ref,
    /// At most so many messages at once; Lambda's own figure is 10, and a FIFO queue gives no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.sqs.batch_size", "x-aws" = "BatchSize"))]
    pub batch_size: Option<u32>,
    /// How long to wait for a full batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda-esm.batching_window", "x-aws" = "MaximumBatchingWindowInSeconds"))]
    pub window: Option<Duration>,
    /// At most so many executions at once for this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "lambda-esm.sqs.concurrency", "x-aws" = "ScalingConfig.MaximumConcurrency"))]
    pub max_concurrency: Option<u32>,
    /// Patterns, as JSON; messages that match none are deleted unseen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-json" = true, "x-set" = true, "x-aws" = "FilterCriteria"))]
    pub filters: Vec<String>,
    /// The function answers which messages failed; only those are tried again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-aws" = "FunctionResponseTypes"))]
    pub report_batch_item_failures: bool,
    /// Pollers that are always there. Taking them away makes a new mapping: Lambda cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ProvisionedPollerConfig"))]
    pub pollers: Option<Pollers>,
    /// A KMS key for the filters, as an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KMSKeyArn"))]
    pub kms_key: Option<String>,
    /// Count events in CloudWatch.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-aws" = "MetricsConfig"))]
    pub metrics: bool,
    /// Whether it is polled.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "Enabled"))]
    pub enabled: bool,
}

/// Events of an S3 bucket. Only the notification with this trigger's id is pipetoll's; all others of the bucket stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// What it is called among the function's S3 triggers; its number when absent.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub name: String,
    /// The bucket.
    #[schemars(extend("x-ref" = ["bucket.name"], "x-use" = "read", "x-aws" = "Bucket"))]
    pub bucket: Ref,
    /// Which events.
    #[serde(default = "S3::default_events")]
    #[schemars(extend("x-set" = true, "x-aws" = "Events"))]
    pub events: Vec<String>,
    /// Only objects whose key begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Key.FilterRules[prefix]"))]
    pub prefix: Option<String>,
    /// Only objects whose key ends so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Key.FilterRules[suffix]"))]
    pub suffix: Option<String>,
}

impl S3 {
    fn default_events() -> Vec<String> {
        vec!["s3:ObjectCreated:*".to_owned()]
    }
}

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sns {
    /// The topic.
    #[schemars(extend("x-ref" = ["topic.arn"], "x-aws" = "TopicArn"))]
    pub topic: Ref,
    /// A filter policy, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "FilterPolicy"))]
    pub filter: Option<String>,
    /// What the filter looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "FilterPolicyScope"))]
    pub filter_scope: Option<FilterScope>,
    /// The queue for messages that SNS could not deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "RedrivePolicy"))]
    pub dead_letter: Option<Ref>,
}

/// What a filter policy looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FilterScope {
    /// The message's attributes.
    MessageAttributes,
    /// The message itself.
    MessageBody,
}

/// A schedule: an EventBridge rule that belongs to the function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What it is called among the function's schedules; its number when absent.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub name: String,
    /// `cron(…)` or `rate(…)`, in UTC.
    #[schemars(extend("x-schedule" = "eventbridge", "x-aws" = "ScheduleExpression"))]
    pub schedule: String,
    /// The event the function gets, as JSON; without it, EventBridge's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Input"))]
    pub input: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Description"))]
    pub description: Option<String>,
    /// The queue for events that EventBridge could not deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "DeadLetterConfig.Arn"))]
    pub dead_letter: Option<Ref>,
    /// How often and how long delivery is tried. Without it: 185 times in 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RetryPolicy"))]
    pub retry: Option<Delivery>,
    /// Whether it fires.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "State"))]
    pub enabled: bool,
}

/// Events that match a rule: one that another block declares, or one of the function's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTrigger {
    /// What it is called among the function's rules; its number when absent.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub name: String,
    /// A rule that is declared elsewhere; the function becomes one of its targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["rule.arn"]))]
    pub rule: Option<Ref>,
    /// The pattern of a rule of its own, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "EventPattern"))]
    pub pattern: Option<String>,
    /// For a rule of its own: what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), extend("x-aws" = "Description"))]
    pub description: Option<String>,
    /// The event bus of a rule of its own; without it, `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "EventBusName"))]
    pub bus: Option<String>,
    /// The event the function gets, as JSON; without it, the one that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Input"))]
    pub input: Option<String>,
    /// The part of the event that the function gets, as a JSONPath.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "InputPath"))]
    pub input_path: Option<String>,
    /// What the function gets, made from parts of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "InputTransformer"))]
    pub input_transformer: Option<InputTransformer>,
    /// The queue for events that EventBridge could not deliver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "DeadLetterConfig.Arn"))]
    pub dead_letter: Option<Ref>,
    /// How often and how long delivery is tried. Without it: 185 times in 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RetryPolicy"))]
    pub retry: Option<Delivery>,
    /// For a rule of its own: whether it is in force.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "State"))]
    pub enabled: bool,
}

/// What a function gets, made from parts of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputTransformer {
    /// Names for parts of the event: `{ job = "$.detail.jobName" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "InputPathsMap"))]
    pub paths: BTreeMap<String, String>,
    /// The text, with `<job>` where a part goes.
    #[schemars(length(min = 1, max = 8192), extend("x-aws" = "InputTemplate"))]
    pub template: String,
}

/// How often and how long EventBridge tries to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// How often at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 185), extend("x-server-set" = true, "x-aws" = "MaximumRetryAttempts"))]
    pub attempts: Option<u32>,
    /// For how long at most: 1 minute to 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "MaximumEventAgeInSeconds"))]
    pub max_age: Option<Duration>,
}

/// A permission to call the function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invoke {
    /// What it is called among the function's permissions; its number when absent.
    #[serde(default)]
    #[schemars(length(max = 64))]
    pub name: String,
    /// Who: a service such as `ses.amazonaws.com`, an account's number, the ARN of a role, or `*`.
    #[schemars(extend("x-aws" = "Principal"))]
    pub principal: String,
    /// The resource in whose name a service calls, as an ARN; may end in `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SourceArn"))]
    pub source_arn: Option<String>,
    /// The account in whose name a service calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SourceAccount"))]
    pub source_account: Option<String>,
    /// The organisation whose members may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "PrincipalOrgID"))]
    pub organization: Option<String>,
    /// A token that an Alexa skill must send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "EventSourceToken"))]
    pub event_source_token: Option<String>,
}

fn yes() -> bool {
    true
}

impl Url {
    /// Whether the whole world may call.
    pub fn is_open(&self) -> bool {
        self.auth == super::Auth::None
    }
}

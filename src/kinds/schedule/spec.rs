//! What users write for a schedule.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate};
use crate::model::estimate::Estimate;
use crate::model::reference::Ref;
use crate::model::value::Value;

/// An EventBridge Scheduler schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The schedule's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(length(max = 64), extend("x-name" = true, "x-replace" = "Scheduler cannot rename a schedule", "x-aws" = "Name"))]
    pub name: String,

    /// The schedule group; it must be there.
    #[serde(default = "Spec::default_group")]
    #[schemars(length(min = 1, max = 64), extend("x-replace" = "a schedule cannot move to another group", "x-aws" = "GroupName"))]
    pub group: String,

    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), extend("x-aws" = "Description"))]
    pub description: Option<String>,

    /// When: `rate(1 hour)`, `cron(0 3 * * ? *)`, or once: `at(2030-01-31T08:00:00)`.
    #[schemars(extend("x-schedule" = "scheduler", "x-aws" = "ScheduleExpression"))]
    pub schedule: String,

    /// The time zone of `cron` and `at`: `Europe/Berlin`.
    #[serde(default = "Spec::default_timezone")]
    #[schemars(length(min = 1, max = 50), extend("x-aws" = "ScheduleExpressionTimezone"))]
    pub timezone: String,

    /// Start at some time within this long after the moment, to spread load; without it, within the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "scheduler.flexible_window", "x-aws" = "FlexibleTimeWindow.MaximumWindowInMinutes"))]
    pub window: Option<Duration>,

    /// Not before this moment: `2026-12-01T00:00:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "StartDate"))]
    pub start: Option<String>,

    /// Not after this moment: `2030-12-01T00:00:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "EndDate"))]
    pub end: Option<String>,

    /// Whether it works.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "State"))]
    pub enabled: bool,

    /// Let AWS delete the schedule when it has fired for the last time.
    #[serde(default)]
    #[schemars(extend("x-aws" = "ActionAfterCompletion"))]
    pub delete_after_completion: bool,

    /// A KMS key that encrypts the schedule's input: its ARN. Without it, a key of AWS's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KmsKeyArn"))]
    pub kms_key: Option<String>,

    /// The role with which the target is called. `"auto"` derives it.
    #[schemars(extend("x-auto-role" = true, "x-ref" = ["role.arn"], "x-aws" = "Target.RoleArn"))]
    pub role: Ref,

    /// What is started.
    #[schemars(extend("x-aws" = "Target"))]
    pub target: Destination,
}

/// What is started: exactly one of `function`, `pipeline`, `job`, `crawler`, `queue`, `topic`, `stream` and `arn`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// A function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["function.arn"], "x-use" = "run", "x-aws" = "Arn"))]
    pub function: Option<Ref>,
    /// A pipeline (a Step Functions state machine).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["pipeline.arn"], "x-use" = "run", "x-aws" = "Arn"))]
    pub pipeline: Option<Ref>,
    /// A Glue job; its name goes into the call of `StartJobRun`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["job.name"], "x-use" = "run", "x-aws" = "Arn + Input"))]
    pub job: Option<Ref>,
    /// A Glue crawler; its name goes into the call of `StartCrawler`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["crawler.name"], "x-use" = "run", "x-aws" = "Arn + Input"))]
    pub crawler: Option<Ref>,
    /// A queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "write", "x-aws" = "Arn"))]
    pub queue: Option<Ref>,
    /// A topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["topic.arn"], "x-use" = "write", "x-aws" = "Arn"))]
    pub topic: Option<Ref>,
    /// A stream; needs `partition_key` and `input`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["stream.arn"], "x-use" = "write", "x-aws" = "Arn"))]
    pub stream: Option<Ref>,
    /// The ARN of anything else, such as a call of any API: `arn:aws:scheduler:::aws-sdk:emr:runJobFlow`. The role must be a declared one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Arn"))]
    pub arn: Option<String>,
    /// What it gets: text, for most targets JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Input"))]
    pub input: Option<String>,
    /// The message group in a FIFO queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), extend("x-aws" = "SqsParameters.MessageGroupId"))]
    pub message_group: Option<String>,
    /// The partition key in a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), extend("x-aws" = "KinesisParameters.PartitionKey"))]
    pub partition_key: Option<String>,
    /// For an event bus: what the event calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "EventBridgeParameters"))]
    pub event: Option<Event>,
    /// How often and how long it is tried. Without it: 185 times in 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RetryPolicy"))]
    pub retry: Option<Retry>,
    /// The queue for what could not be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "write", "x-aws" = "DeadLetterConfig.Arn"))]
    pub dead_letter: Option<Ref>,
}

/// What an event calls itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Where it comes from; not `aws.…`.
    #[schemars(length(min = 1, max = 256), extend("x-aws" = "Source"))]
    pub source: String,
    /// Of which type it is.
    #[schemars(length(min = 1, max = 128), extend("x-aws" = "DetailType"))]
    pub detail_type: String,
}

/// How often and how long it is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 185), extend("x-server-set" = true, "x-aws" = "MaximumRetryAttempts"))]
    pub attempts: Option<u32>,
    /// For how long at most: 1 minute to 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "MaximumEventAgeInSeconds"))]
    pub max_age: Option<Duration>,
}

/// What a schedule's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// How often it calls its target, tries counted. Default: as often as it fires.
    #[serde(default)]
    #[schemars(extend("x-schedule" = "runs"))]
    pub invocations: Option<Estimate<Rate>>,
}

impl Spec {
    fn default_group() -> String {
        "default".to_owned()
    }
    fn default_timezone() -> String {
        "UTC".to_owned()
    }
}

fn yes() -> bool {
    true
}

/// The field for an ARN of this service.
pub(super) fn field_of(arn: &str) -> &'static str {
    match arn.split(':').nth(2) {
        Some("lambda") => "function",
        Some("states") => "pipeline",
        Some("sqs") => "queue",
        Some("sns") => "topic",
        Some("kinesis") => "stream",
        _ => "arn",
    }
}

/// An ARN stands in the field of its service, and moments are written one way.
pub(super) fn normalize(value: &mut Value) {
    if let Some(Value::Table(target)) = value.at_mut(&"target".into()) {
        let field = target.get("arn").and_then(Value::text).map(field_of).filter(|field| *field != "arn");
        if let Some(field) = field
            && let Some(arn) = target.shift_remove("arn")
        {
            target.insert(field.to_owned(), arn);
        }
    }
    for field in ["start", "end"] {
        if let Some(Value::Text(text)) = value.at_mut(&field.into())
            && let Ok(moment) = text.parse::<jiff::Timestamp>()
        {
            *text = moment.to_string();
        }
    }
}

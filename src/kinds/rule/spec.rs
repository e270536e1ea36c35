//! What users write for a rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate};
use crate::model::estimate::Estimate;
use crate::model::reference::Ref;
use crate::model::value::Value;

/// An EventBridge rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The rule's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "EventBridge cannot rename a rule", "x-aws" = "Name"))]
    pub name: String,

    /// The event bus.
    #[serde(default = "Spec::default_bus")]
    #[schemars(extend("x-replace" = "a rule cannot move to another bus", "x-aws" = "EventBusName"))]
    pub bus: String,

    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), extend("x-aws" = "Description"))]
    pub description: Option<String>,

    /// Which events it picks, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "EventPattern"))]
    pub event_pattern: Option<String>,

    /// When it fires by itself, in UTC: `rate(5 minutes)`, `cron(0 3 * * ? *)`. On the bus `default` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "eventbridge", "x-aws" = "ScheduleExpression"))]
    pub schedule: Option<String>,

    /// Whether it works.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "State"))]
    pub enabled: bool,

    /// Pick management events of CloudTrail that only read, too.
    #[serde(default)]
    #[schemars(extend("x-aws" = "State=ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"))]
    pub all_management_events: bool,

    /// The role for targets that need one and name none: pipelines, streams, other buses. `"auto"` derives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-auto-role" = true, "x-ref" = ["role.arn"], "x-write-only" = true, "x-aws" = "Targets[].RoleArn"))]
    pub role: Option<Ref>,

    /// Who gets the events: up to five. Targets of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "id", "x-aws" = "Targets"))]
    pub targets: Vec<Target>,
}

/// Somebody who gets the events: exactly one of `queue`, `topic`, `function`, `pipeline`, `stream` and `arn`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The target's name in the rule. Default: `target-0`, `target-1` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), extend("x-aws" = "Id"))]
    pub id: Option<String>,
    /// A queue whose policy lets EventBridge send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "Arn"))]
    pub queue: Option<Ref>,
    /// A topic whose policy lets EventBridge publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["topic.arn"], "x-aws" = "Arn"))]
    pub topic: Option<Ref>,
    /// A function; it gets the permission to be invoked by the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["function.arn"], "x-use" = "run", "x-aws" = "Arn"))]
    pub function: Option<Ref>,
    /// A pipeline (a Step Functions state machine). Needs a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["pipeline.arn"], "x-use" = "run", "x-aws" = "Arn"))]
    pub pipeline: Option<Ref>,
    /// A stream. Needs a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["stream.arn"], "x-use" = "write", "x-aws" = "Arn"))]
    pub stream: Option<Ref>,
    /// The ARN of anything else: a log group, another bus, an API destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Arn"))]
    pub arn: Option<String>,
    /// What it gets in place of the event, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8192), extend("x-json" = true, "x-aws" = "Input"))]
    pub input: Option<String>,
    /// The part of the event it gets: `$.detail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-aws" = "InputPath"))]
    pub input_path: Option<String>,
    /// What it gets, made from parts of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "InputTransformer"))]
    pub input_transformer: Option<InputTransformer>,
    /// The role with which EventBridge calls this target; the rule's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "RoleArn"))]
    pub role: Option<Ref>,
    /// The queue for events that could not be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "DeadLetterConfig.Arn"))]
    pub dead_letter: Option<Ref>,
    /// How often and how long delivery is tried. Without it: 185 times in 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RetryPolicy"))]
    pub retry: Option<Retry>,
    /// The message group in a FIFO queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SqsParameters.MessageGroupId"))]
    pub message_group: Option<String>,
    /// The part of the event that is the partition key in a stream; the event's id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-aws" = "KinesisParameters.PartitionKeyPath"))]
    pub partition_key_path: Option<String>,
}

/// What a target gets, made from parts of the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// How often and how long delivery is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 185), extend("x-server-set" = true, "x-aws" = "MaximumRetryAttempts"))]
    pub attempts: Option<u32>,
    /// For how long at most: up to 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "MaximumEventAgeInSeconds"))]
    pub max_age: Option<Duration>,
}

/// What a rule's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Events of your own that are put on the bus for this rule; those of AWS and schedules are free.
    #[serde(default)]
    pub events: Option<Estimate<Rate>>,
}

impl Spec {
    fn default_bus() -> String {
        "default".to_owned()
    }
}

impl Target {
    /// Its name in the rule, in which it has this place.
    pub fn name(&self, at: usize) -> String {
        self.id.clone().unwrap_or_else(|| numbered(at))
    }

    /// The ARN, whichever field holds it.
    pub fn destination(&self) -> Option<&str> {
        let references = [&self.queue, &self.topic, &self.function, &self.pipeline, &self.stream];
        references.into_iter().flatten().map(Ref::as_str).next().or(self.arn.as_deref())
    }

    /// Whether EventBridge calls it with a role; queues, topics, functions and log groups have policies of their own.
    pub fn needs_role(&self) -> bool {
        self.pipeline.is_some() || self.stream.is_some() || self.arn.as_deref().is_some_and(|arn| !arn.contains(":logs:"))
    }
}

fn yes() -> bool {
    true
}

/// What a target is called that has no name.
fn numbered(at: usize) -> String {
    format!("target-{at}")
}

/// The field for an ARN of this service.
pub(super) fn field_of(arn: &str) -> &'static str {
    match arn.split(':').nth(2) {
        Some("sqs") => "queue",
        Some("sns") => "topic",
        Some("lambda") => "function",
        Some("states") => "pipeline",
        Some("kinesis") => "stream",
        _ => "arn",
    }
}

/// Targets without a name are numbered, and an ARN stands in the field of its service.
pub(super) fn normalize(value: &mut Value) {
    let Some(Value::List(targets)) = value.at_mut(&"targets".into()) else { return };
    for (at, target) in targets.iter_mut().enumerate() {
        let Value::Table(entries) = target else { continue };
        if !entries.contains_key("id") {
            entries.insert("id".to_owned(), Value::Text(numbered(at)));
        }
        let field = entries.get("arn").and_then(Value::text).map(field_of).filter(|field| *field != "arn");
        if let Some(field) = field
            && let Some(arn) = entries.shift_remove("arn")
        {
            entries.insert(field.to_owned(), arn);
        }
    }
}

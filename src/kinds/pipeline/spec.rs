//! What users write for a pipeline, and what its cost depends on.

use crate::base::table::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::task::{QueryLanguage, Task};
use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Count, Estimate, Share};
use crate::model::reference::Ref;

/// A pipeline: an AWS Step Functions state machine, written as tasks or as raw Amazon States Language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The state machine's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Step Functions cannot rename a state machine", "x-limit" = "stepfunctions.name_length", "x-aws" = "name"))]
    pub name: String,

    /// What runs it. Only `step-functions` can be used: AWS closed Data Pipeline to new customers.
    #[serde(default)]
    #[schemars(extend("x-write-only" = true))]
    pub engine: Engine,

    /// `standard`: up to a year, billed by state transition. `express`: up to five minutes, billed by request and duration.
    #[serde(default, rename = "type")]
    #[schemars(extend("x-replace" = "Step Functions cannot change the type of a state machine", "x-aws" = "type"))]
    pub workflow: Workflow,

    /// The role its calls are made with; `"auto"` derives the least it needs from its tasks.
    #[schemars(extend("x-auto-role" = true, "x-ref" = ["role.arn"], "x-aws" = "roleArn"))]
    pub role: Ref,

    /// The tasks, in order. Give these or `definition`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-key" = "name"))]
    pub task: Vec<Task>,

    /// Raw Amazon States Language: a file's path, or the JSON text itself. `${…}` of other blocks may stand in it.
    /// With `task`, this is what the tasks were compiled to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-artifact" = "inline", "x-json" = true, "x-aws" = "definition"))]
    pub definition: Option<String>,

    /// With `task`: what the pipeline is for. Stands in the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "Comment"))]
    pub description: Option<String>,

    /// With `task`: how long a run may take. Stands in the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "TimeoutSeconds"))]
    pub timeout: Option<Duration>,

    /// With `task`: the language of paths and expressions, where a task does not say another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "QueryLanguage"))]
    pub query_language: Option<QueryLanguage>,

    /// What of each run goes to a log group. Absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "loggingConfiguration"))]
    pub logging: Option<Logging>,

    /// Whether runs are traced with X-Ray.
    #[serde(default)]
    #[schemars(extend("x-aws" = "tracingConfiguration.enabled"))]
    pub tracing: bool,

    /// A KMS key of yours for encryption at rest. Absent: a key of AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "encryptionConfiguration"))]
    pub encryption: Option<Encryption>,

    /// Publish a version at each change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "publish"))]
    pub publish: Option<bool>,

    /// What a published version is said to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "versionDescription"))]
    pub version_description: Option<String>,

    /// When it runs: `cron(…)`, `rate(…)` or `at(…)`; makes a schedule of EventBridge Scheduler with the pipeline's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "scheduler", "x-aws" = "ScheduleExpression"))]
    pub schedule: Option<String>,

    /// Whether the schedule fires.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "State"))]
    pub enabled: bool,

    /// The time zone of the schedule and the deadline: `Europe/Berlin`. Absent: UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ScheduleExpressionTimezone"))]
    pub timezone: Option<String>,

    /// What a scheduled run gets as its input, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Target.Input"))]
    pub schedule_input: Option<String>,

    /// Let the schedule fire at any time within this long after its moment. Absent: at its moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "scheduler.flexible_window", "x-aws" = "FlexibleTimeWindow"))]
    pub schedule_window: Option<Duration>,

    /// How often and how long a start that failed is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Target.RetryPolicy"))]
    pub schedule_retry: Option<ScheduleRetry>,

    /// The queue that gets starts that failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "Target.DeadLetterConfig"))]
    pub schedule_dead_letter: Option<Ref>,

    /// The role the schedule starts the pipeline with; derived when there is a schedule and this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-auto-role" = true, "x-auto-when" = "schedule", "x-principal" = "scheduler.amazonaws.com", "x-ref" = ["role.arn"], "x-aws" = "Target.RoleArn"))]
    pub schedule_role: Option<Ref>,

    /// The time of day by which a scheduled run must be done: `"06:00"`, in `timezone`. Only pipetoll knows of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub deadline: Option<String>,

    /// What else it reads, where a call of yours does and no field says so; for `role = "auto"`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-set" = true, "x-use" = "read", "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "stream.arn", "database.arn"]))]
    pub reads: Vec<Ref>,

    /// What else it writes; for `role = "auto"`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-set" = true, "x-use" = "write", "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "topic.arn", "stream.arn", "database.arn"]))]
    pub writes: Vec<Ref>,
}

/// What runs a pipeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// AWS Step Functions.
    #[default]
    StepFunctions,
    /// AWS Data Pipeline: closed to new customers, and not available here.
    DataPipeline,
}

/// How long runs last and how they are billed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Workflow {
    /// Exactly once, up to a year, billed by transition.
    #[default]
    Standard,
    /// At least once, up to five minutes, billed by request and duration.
    Express,
}

/// What of each run goes to a log group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// Which events.
    #[schemars(extend("x-aws" = "level"))]
    pub level: LogLevel,
    /// Whether input and output of states are logged too.
    #[serde(default)]
    #[schemars(extend("x-aws" = "includeExecutionData"))]
    pub include_data: bool,
    /// The log group; names that start with `/aws/vendedlogs/` need no resource policy of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["log_group.arn"], "x-aws" = "destinations"))]
    pub log_group: Option<Ref>,
}

/// Which events are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// None.
    Off,
    /// Failures of runs.
    Fatal,
    /// Failures of runs and of states.
    Error,
    /// All.
    All,
}

/// A KMS key of yours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// Key id, ARN or alias.
    #[schemars(extend("x-aws" = "kmsKeyId"))]
    pub kms_key: String,
    /// How long a data key is used again before KMS is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "stepfunctions.kms_data_key_reuse", "x-aws" = "kmsDataKeyReusePeriodSeconds"))]
    pub key_reuse: Option<Duration>,
}

/// How often and how long a start that failed is tried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleRetry {
    /// How often, at most 185.
    #[schemars(range(max = 185), extend("x-aws" = "MaximumRetryAttempts"))]
    pub attempts: u32,
    /// For how long: 60 seconds to a day.
    #[serde(default = "a_day")]
    #[schemars(extend("x-aws" = "MaximumEventAgeInSeconds"))]
    pub max_age: Duration,
}

fn yes() -> bool {
    true
}

fn a_day() -> Duration {
    Duration::hours(24)
}

/// What a pipeline's cost depends on, beyond its schedule.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// How often it runs, schedule included; without this, as often as the schedule says and others start it.
    #[serde(default)]
    pub runs: Option<Estimate<Rate>>,
    /// Express: how long a run takes. Standard workflows are not billed for time.
    #[serde(default)]
    pub duration: Option<Estimate<Duration>>,
    /// Express: memory of a run; billed in steps of 64 MB.
    #[serde(default)]
    pub memory: Option<Estimate<Size>>,
    /// How many items a `map` task goes over in a run, by the task's name.
    #[serde(default)]
    pub items: IndexMap<String, Estimate<Count>>,
    /// How often a loop back from a choice goes round in a run, by the choice's name.
    #[serde(default)]
    pub loops: IndexMap<String, Estimate<Count>>,
    /// How likely each way out of a choice is: `{ wanted = { finished = 0.1 } }`; what is not named shares the rest equally.
    #[serde(default)]
    pub choices: IndexMap<String, IndexMap<String, Estimate<Share>>>,
    /// How many retries of tasks there are in a run; each is one more transition.
    #[serde(default)]
    pub retries: Option<Estimate<Count>>,
}

//! A task of a pipeline: one action, what comes before and after it, and what happens when it fails.

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::base::units::Duration;
use crate::model::reference::Ref;

/// A task: exactly one action, and what is around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name; the state's name in Step Functions.
    #[schemars(extend("x-limit" = "stepfunctions.state_name_length"))]
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Comment"))]
    pub comment: Option<String>,
    /// The tasks that must be done first. Without it, the task starts at once, or when a choice or catch leads to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The task that follows, where it is not the one that names this in `after`: for loops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Next"))]
    pub next: Option<String>,
    /// End the run (or the branch) here.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("x-aws" = "End"))]
    pub end: bool,

    /// Action: invoke a function and wait for its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["function.arn"], "x-use" = "run"))]
    pub function: Option<Ref>,
    /// Action: run a Glue job and wait for its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["job.name"], "x-use" = "run"))]
    pub job: Option<Ref>,
    /// Action: run a crawler and wait for its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["crawler.name"], "x-use" = "run"))]
    pub crawler: Option<Ref>,
    /// Action: make an EMR cluster of this block's description, and wait until its steps are done and it is gone.
    /// With `steps`: run these on it in place of its own, and terminate it, also after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["cluster.request"], "x-use" = "run"))]
    pub cluster: Option<Ref>,
    /// Action: run `steps` on a cluster that is there already, and wait for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["cluster.id"], "x-use" = "run"))]
    pub running_cluster: Option<Ref>,
    /// The steps for `cluster` or `running_cluster`, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Action: start another pipeline and wait for its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["pipeline.arn"], "x-use" = "run"))]
    pub pipeline: Option<Ref>,
    /// Action: send a message to a queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.url"], "x-use" = "write"))]
    pub queue: Option<Ref>,
    /// Action: publish a message to a topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["topic.arn"], "x-use" = "write"))]
    pub topic: Option<Ref>,
    /// Action: any other integration of Step Functions, by the end of its ARN: `"athena:startQueryExecution.sync"`, `"aws-sdk:s3:copyObject"`.
    /// A derived role does not know what it needs: say so in `reads` and `writes`, or give a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Resource"))]
    pub call: Option<String>,
    /// Action: wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// Action: go different ways. The first that holds is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Choices"))]
    pub choice: Vec<Way>,
    /// The way of a `choice` when no other holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Default"))]
    pub default: Option<String>,
    /// Action: do several things at once, and go on when all are done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<Parallel>,
    /// Action: do the same for each item of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<Map>,
    /// Action: nothing; the value becomes the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "Result"))]
    pub pass: Option<Json>,
    /// Action: end well.
    #[serde(default, skip_serializing_if = "is_false")]
    pub succeed: bool,
    /// Action: end with an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub fail: Option<Fail>,
    /// Action: a state in raw Amazon States Language, as JSON, without `Next` and `End`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true))]
    pub state: Option<String>,

    /// What a function, pipeline or call gets: the state's `Payload`, `Input` or `Parameters`. Absent: the state's input
    /// (nothing for a call). Keys that end in `.$` take JSONPath.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub payload: Option<Json>,
    /// Arguments of a job: `{ "--day" = "2026-01-01" }`; keys that end in `.$` take JSONPath.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub arguments: IndexMap<String, String>,
    /// The message for a queue or topic: text, or a table that is sent as JSON. Absent: the state's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub message: Option<Json>,
    /// The subject of a message to a topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The group of a message to a FIFO queue or topic, within which messages keep their order. A FIFO queue or topic needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MessageGroupId"))]
    pub message_group: Option<String>,
    /// What a message to a FIFO queue or topic is known by, so that the same one within five minutes counts once. Absent: the queue or topic
    /// must have `content_based_deduplication`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MessageDeduplicationId"))]
    pub message_id: Option<String>,
    /// `false`: start a job, pipeline or step and do not wait for its end. Default: wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for_end: Option<bool>,
    /// Wait until somebody answers with the task token (`$$.Task.Token` in the payload or message).
    #[serde(default, skip_serializing_if = "is_false")]
    pub callback: bool,

    /// What is tried again, and how often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// The topic that is told when the task fails for good; the run then fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["topic.arn"], "x-use" = "write"))]
    pub on_error: Option<Ref>,
    /// Where the run goes when the task fails for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catch: Vec<Catch>,
    /// How long it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TimeoutSeconds"))]
    pub timeout: Option<Duration>,
    /// How long it may be silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "HeartbeatSeconds"))]
    pub heartbeat: Option<Duration>,

    /// The language of this task's paths and expressions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "QueryLanguage"))]
    pub query_language: Option<QueryLanguage>,
    /// JSONPath: the part of the input that is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "InputPath"))]
    pub input_path: Option<String>,
    /// JSONPath: what of the result is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "ResultSelector"))]
    pub result_selector: Option<Json>,
    /// JSONPath: where the result goes in the data; `"none"` throws it away. Default: under the task's name, so that the input stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ResultPath"))]
    pub result_path: Option<String>,
    /// JSONPath: the part of the data that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "OutputPath"))]
    pub output_path: Option<String>,
    /// JSONata: what goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "Output"))]
    pub output: Option<Json>,
    /// Variables to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "Assign"))]
    pub assign: Option<Json>,
}

/// The language of paths and expressions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QueryLanguage {
    /// `$.a.b`.
    #[default]
    JsonPath,
    /// `{% $states.input.a.b %}`.
    Jsonata,
}

impl QueryLanguage {
    /// As Step Functions writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::JsonPath => "JSONPath",
            Self::Jsonata => "JSONata",
        }
    }
}

/// A step on a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// A Spark program: a local file that is uploaded, or an `s3://` URL. Give this or `jar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-artifact" = "upload"))]
    pub script: Option<String>,
    /// A JAR, or `command-runner.jar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Jar"))]
    pub jar: Option<String>,
    /// The class of the JAR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MainClass"))]
    pub main_class: Option<String>,
    /// Arguments of the program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Args"))]
    pub arguments: Vec<String>,
}

/// How long to wait: exactly one of these.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// This long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Seconds"))]
    pub time: Option<Duration>,
    /// Until this moment: `2026-12-31T23:59:59Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Timestamp"))]
    pub until: Option<String>,
    /// As many seconds as the data says at this path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SecondsPath"))]
    pub time_path: Option<String>,
    /// Until the moment that the data says at this path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TimestampPath"))]
    pub until_path: Option<String>,
}

/// A way out of a choice. Give a variable and one comparison, or a condition, or a whole rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// The task it leads to.
    #[schemars(extend("x-aws" = "Next"))]
    pub next: String,
    /// JSONPath of what is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Variable"))]
    pub variable: Option<String>,
    /// It equals this text, number or truth value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub equals: Option<Json>,
    /// It is less than this number, text or moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub less_than: Option<Json>,
    /// It is this or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub at_most: Option<Json>,
    /// It is more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub greater_than: Option<Json>,
    /// It is this or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub at_least: Option<Json>,
    /// It matches this text with `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "StringMatches"))]
    pub matches: Option<String>,
    /// It is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "IsPresent"))]
    pub is_present: Option<bool>,
    /// It is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "IsNull"))]
    pub is_null: Option<bool>,
    /// JSONata: an expression that is true or false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Condition"))]
    pub condition: Option<String>,
    /// A whole choice rule of Amazon States Language, as a table without `Next`: for `And`, `Or` and `Not`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub rule: Option<Json>,
}

/// Several things at once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parallel {
    /// Each a list of tasks.
    #[schemars(extend("x-aws" = "Branches"))]
    pub branches: Vec<Vec<Task>>,
}

/// The same for each item of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Where the list is: JSONPath `$.files`, or a JSONata expression. Absent: the whole input, or what `reader` reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ItemsPath"))]
    pub items: Option<String>,
    /// What is done with each.
    #[schemars(extend("x-aws" = "ItemProcessor"))]
    pub tasks: Vec<Task>,
    /// How many at once; absent or 0: as many as Step Functions likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MaxConcurrency"))]
    pub max_concurrency: Option<u32>,
    /// What each iteration gets as its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "ItemSelector"))]
    pub item: Option<Json>,
    /// Run each iteration as an execution of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true))]
    pub distributed: Option<Distributed>,
}

/// Iterations as executions of their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distributed {
    /// Run the iterations as express workflows.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("x-aws" = "ExecutionType"))]
    pub express: bool,
    /// Where the items are read from: `ItemReader` of Amazon States Language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "ItemReader"))]
    pub reader: Option<Json>,
    /// Where the results are written: `ResultWriter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-empty" = true, "x-aws" = "ResultWriter"))]
    pub writer: Option<Json>,
    /// How many items an iteration gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ItemBatcher.MaxItemsPerBatch"))]
    pub batch_size: Option<u32>,
    /// The percentage of iterations that may fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ToleratedFailurePercentage"), range(max = 100))]
    pub tolerated_failure_percent: Option<u32>,
}

/// How a run ends with an error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// The error's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Error"))]
    pub error: Option<String>,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Cause"))]
    pub cause: Option<String>,
}

/// What is tried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often, after the first try.
    #[schemars(range(max = 99_999_999), extend("x-aws" = "MaxAttempts"))]
    pub attempts: u32,
    /// By how much each pause is longer than the one before; at least 1.
    #[serde(default = "two", deserialize_with = "exact")]
    #[schemars(with = "f64", extend("x-aws" = "BackoffRate"))]
    pub backoff: Decimal,
    /// The first pause, in whole seconds.
    #[serde(default = "a_while")]
    #[schemars(extend("x-aws" = "IntervalSeconds"))]
    pub interval: Duration,
    /// The longest pause; longer than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MaxDelaySeconds"))]
    pub max_delay: Option<Duration>,
    /// Make pauses random, so that many do not try at one moment.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("x-aws" = "JitterStrategy"))]
    pub jitter: bool,
    /// Which errors. Default: those that a task raises (`States.TaskFailed`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "ErrorEquals"))]
    pub errors: Vec<String>,
}

/// Where the run goes when a task fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catch {
    /// The task it goes to.
    #[schemars(extend("x-aws" = "Next"))]
    pub next: String,
    /// For which errors. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "ErrorEquals"))]
    pub errors: Vec<String>,
    /// JSONPath: where the error goes in the data. Default: `$.error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ResultPath"))]
    pub result_path: Option<String>,
}

/// A number as JSON and the normal form have it: `2`, `1.5` or `"1.5"`.
fn exact<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let json = Json::deserialize(deserializer)?;
    let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    text.parse::<Decimal>().map(|number| number.normalize()).map_err(|_| serde::de::Error::custom(format!("`{text}` is not a number")))
}

fn two() -> Decimal {
    Decimal::TWO
}

fn a_while() -> Duration {
    Duration::seconds(10)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Task {
    /// The actions it has, by the field that says so.
    pub(super) fn actions(&self) -> Vec<&'static str> {
        let all = [
            ("function", self.function.is_some()),
            ("job", self.job.is_some()),
            ("crawler", self.crawler.is_some()),
            ("cluster", self.cluster.is_some()),
            ("running_cluster", self.running_cluster.is_some()),
            ("pipeline", self.pipeline.is_some()),
            ("queue", self.queue.is_some()),
            ("topic", self.topic.is_some()),
            ("call", self.call.is_some()),
            ("wait", self.wait.is_some()),
            ("choice", !self.choice.is_empty()),
            ("parallel", self.parallel.is_some()),
            ("map", self.map.is_some()),
            ("pass", self.pass.is_some()),
            ("succeed", self.succeed),
            ("fail", self.fail.is_some()),
            ("state", self.state.is_some()),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(action, _)| action).collect()
    }

    /// The tasks that it leads to by name: choices, catches and `next`.
    pub(super) fn jumps(&self) -> impl Iterator<Item = &str> {
        let ways = self.choice.iter().map(|way| way.next.as_str());
        ways.chain(self.default.as_deref()).chain(self.catch.iter().map(|catch| catch.next.as_str())).chain(self.next.as_deref())
    }

    /// The lists of tasks within it.
    pub(super) fn inner(&self) -> impl Iterator<Item = &Vec<Self>> {
        let branches = self.parallel.iter().flat_map(|parallel| &parallel.branches);
        branches.chain(self.map.iter().map(|map| &map.tasks))
    }
}

/// Every task, those within others included, outer ones first.
pub(super) fn all(tasks: &[Task]) -> Vec<&Task> {
    let mut found = Vec::new();
    for task in tasks {
        found.push(task);
        for inner in task.inner() {
            found.extend(all(inner));
        }
    }
    found
}

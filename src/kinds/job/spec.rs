//! What users write for a job.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trigger::Trigger;
use crate::base::units::Duration;
use crate::catalog::JobType;
use crate::model::reference::Ref;

/// A Glue job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The job's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Glue cannot rename a job", "x-limit" = "glue.job.name_length", "x-aws" = "Name"))]
    pub name: String,

    /// What it is for; at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.description_length", "x-aws" = "Description"))]
    pub description: Option<String>,

    /// What runs it.
    #[serde(default, rename = "type")]
    #[schemars(extend("x-aws" = "Command.Name"))]
    pub job_type: Type,

    /// The script: a local file, which is uploaded, or `s3://bucket/key`.
    #[schemars(extend("x-artifact" = "upload", "x-aws" = "Command.ScriptLocation"))]
    pub script: String,

    /// The script's language: `python` or `scala`. Absent: Python.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--job-language"))]
    pub language: Option<String>,

    /// Scala only: the class that is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--class"))]
    pub main_class: Option<String>,

    /// The version of Python: `3` for Spark, `3.9` for Python shell and Ray. Glue 5 and later ignore it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Command.PythonVersion"))]
    pub python_version: Option<String>,

    /// Ray only: the runtime, `Ray2.4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Command.Runtime"))]
    pub runtime: Option<String>,

    /// The role it runs as; `"auto"` derives the least it needs.
    #[schemars(extend("x-auto-role" = true, "x-ref" = ["role.arn"], "x-aws" = "Role"))]
    pub role: Ref,

    /// The version of Glue: `6.0`. Absent: the newest when the job is made, which moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-values" = "glue.versions", "x-aws" = "GlueVersion"))]
    pub glue_version: Option<String>,

    /// The size of its workers: `G.1X`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-values" = "glue.workers", "x-aws" = "WorkerType"))]
    pub worker_type: Option<String>,

    /// How many workers; with `autoscaling`, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "NumberOfWorkers"))]
    pub workers: Option<u32>,

    /// Python shell: 0.0625 or 1 DPU. Spark takes `worker_type` and `workers` in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "MaxCapacity"))]
    pub max_capacity: Option<f64>,

    /// Whether it may start late and lose workers, for about a third less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ExecutionClass"))]
    pub execution_class: Option<ExecutionClass>,

    /// Whether it remembers what it has read. Glue's default is `disable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--job-bookmark-option"))]
    pub bookmark: Option<Bookmark>,

    /// When a run is stopped: 1 minute to 7 days. Absent: 8 hours, or 48 before Glue 5.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "glue.job.timeout", "x-aws" = "Timeout"))]
    pub timeout: Option<Duration>,

    /// How often a failed run is repeated by Glue: 0 to 10.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10), extend("x-aws" = "MaxRetries"))]
    pub max_retries: u32,

    /// How many runs at once.
    #[serde(default = "one")]
    #[schemars(range(min = 1), extend("x-aws" = "ExecutionProperty.MaxConcurrentRuns"))]
    pub max_concurrent_runs: u32,

    /// Arguments of every run, beside those that fields stand for: `{ "--date" = "today" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "DefaultArguments"))]
    pub default_arguments: BTreeMap<String, String>,

    /// Arguments that no run may set otherwise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "NonOverridableArguments"))]
    pub non_overridable_arguments: BTreeMap<String, String>,

    /// Connections to databases and networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "Connections"))]
    pub connections: Vec<Ref>,

    /// How its logs, bookmarks and results are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["glue_security.name"], "x-aws" = "SecurityConfiguration"))]
    pub security_configuration: Option<Ref>,

    /// After how long a run that goes on is told of: at least 1 minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "NotificationProperty.NotifyDelayAfter"))]
    pub notify_delay: Option<Duration>,

    /// Whether runs wait when no capacity or concurrency is free.
    #[serde(default)]
    #[schemars(extend("x-aws" = "JobRunQueuingEnabled"))]
    pub queuing: bool,

    /// Streaming: the hour of the week when Glue may restart it, `Sun:10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MaintenanceWindow"))]
    pub maintenance_window: Option<String>,

    /// The repository that Glue's console keeps the script in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SourceControlDetails"))]
    pub source_control: Option<SourceControl>,

    /// How the job was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "JobMode"))]
    pub job_mode: Option<Mode>,

    /// Where logs go; Glue keeps the field for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "LogUri"))]
    pub log_uri: Option<String>,

    /// Metrics of memory, executors and bytes.
    #[serde(default)]
    #[schemars(extend("x-aws" = "--enable-metrics"))]
    pub metrics: bool,

    /// Metrics of reliability, performance and skew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--enable-observability-metrics"))]
    pub observability_metrics: Option<bool>,

    /// Logs in CloudWatch while the run goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--enable-continuous-cloudwatch-log"))]
    pub continuous_logging: Option<bool>,

    /// The log group of continuous logging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["log_group.name"], "x-aws" = "--continuous-log-logGroup"))]
    pub log_group: Option<Ref>,

    /// Event logs for the Spark UI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--enable-spark-ui"))]
    pub spark_ui: Option<bool>,

    /// Where the event logs go: `s3://bucket/prefix/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--spark-event-logs-path"))]
    pub spark_event_logs: Option<String>,

    /// Whether the number of workers follows the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--enable-auto-scaling"))]
    pub autoscaling: Option<bool>,

    /// Hints on failed and slow runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--enable-job-insights"))]
    pub insights: Option<bool>,

    /// Whether Spark SQL uses the Data Catalog as its metastore.
    #[serde(default)]
    #[schemars(extend("x-aws" = "--enable-glue-datacatalog"))]
    pub data_catalog: bool,

    /// Open table formats to load: `["iceberg"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "--datalake-formats"))]
    pub table_formats: Vec<String>,

    /// Python files and packages put on the path: local files, which are uploaded, or `s3://…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-artifact" = "upload", "x-aws" = "--extra-py-files"))]
    pub extra_py_files: Vec<String>,

    /// Java archives put on the class path: local files, which are uploaded, or `s3://…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-artifact" = "upload", "x-aws" = "--extra-jars"))]
    pub extra_jars: Vec<String>,

    /// Other files copied to each worker: local files, which are uploaded, or `s3://…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-artifact" = "upload", "x-aws" = "--extra-files"))]
    pub extra_files: Vec<String>,

    /// Python packages that are installed: `["pyarrow==21.0.0"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "--additional-python-modules"))]
    pub python_modules: Vec<String>,

    /// Where intermediate results go: `s3://bucket/tmp/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "--TempDir"))]
    pub temp_dir: Option<String>,

    /// When it runs, in UTC: `cron(0 3 * * ? *)`. Makes the Glue trigger `<job>-schedule`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "glue", "x-aws" = "Trigger.Schedule"))]
    pub schedule: Option<String>,

    /// Glue triggers that start it; each is named `<job>-<name>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub trigger: Vec<Trigger>,

    /// What it reads, for the linter; never sent to AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true))]
    pub sources: Vec<Dataset>,

    /// What it writes, for the linter; never sent to AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true))]
    pub sinks: Vec<Dataset>,

    /// The engine the script is written for, when it is not the type's own: `hive`, `flink`. For the linter; never sent to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub engine: Option<String>,

    /// Whether a run must handle only what is new. For the linter; never sent to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub incremental: Option<bool>,

    /// Whether people start it by hand, so that nothing else needs to. For the linter; never sent to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub on_demand: Option<bool>,

    /// Resources its script reads; `role = "auto"` allows it. Never sent to AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-use" = "read",
        "x-ref" = ["bucket.arn", "database.arn", "dynamodb.arn", "stream.arn", "queue.arn", "topic.arn"]))]
    pub reads: Vec<Ref>,

    /// Resources its script writes; `role = "auto"` allows it. Never sent to AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-use" = "write",
        "x-ref" = ["bucket.arn", "database.arn", "dynamodb.arn", "stream.arn", "queue.arn", "topic.arn"]))]
    pub writes: Vec<Ref>,
}

/// What runs a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// Spark, for data that is there (`glueetl`).
    #[default]
    Spark,
    /// Spark, for data that keeps coming (`gluestreaming`).
    Streaming,
    /// Python on one small machine (`pythonshell`).
    PythonShell,
    /// Ray (`glueray`).
    Ray,
}

impl Type {
    /// As the catalog calls it.
    pub fn catalog(self) -> JobType {
        match self {
            Self::Spark => JobType::Spark,
            Self::Streaming => JobType::Streaming,
            Self::PythonShell => JobType::PythonShell,
            Self::Ray => JobType::Ray,
        }
    }

    /// The type of a command's name; Spark for one that is newer than this program.
    pub fn of_command(command: &str) -> Self {
        match JobType::parse(command) {
            Some(JobType::Streaming) => Self::Streaming,
            Some(JobType::PythonShell) => Self::PythonShell,
            Some(JobType::Ray) => Self::Ray,
            Some(JobType::Spark) | None => Self::Spark,
        }
    }
}

/// Whether a job may start late and lose workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExecutionClass {
    /// It starts at once and keeps its workers.
    Standard,
    /// It runs on spare capacity: cheaper, and later.
    Flex,
}

/// Whether a job remembers what it has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bookmark {
    /// It goes on where the last run ended.
    Enable,
    /// It reads everything each time.
    Disable,
    /// It reads what is new and does not move the mark.
    Pause,
}

/// How a job was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// As a script.
    Script,
    /// With the visual editor.
    Visual,
    /// In a notebook.
    Notebook,
}

/// The repository that Glue's console keeps a script in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceControl {
    /// Who keeps it: `GITHUB`, `GITLAB`, `BITBUCKET` or `AWS_CODE_COMMIT`.
    #[schemars(extend("x-aws" = "Provider"))]
    pub provider: String,
    /// The repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Repository"))]
    pub repository: Option<String>,
    /// Its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Owner"))]
    pub owner: Option<String>,
    /// The branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Branch"))]
    pub branch: Option<String>,
    /// The folder in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Folder"))]
    pub folder: Option<String>,
    /// The last commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "LastCommitId"))]
    pub last_commit: Option<String>,
    /// How Glue logs in: `PERSONAL_ACCESS_TOKEN` or `AWS_SECRETS_MANAGER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "AuthStrategy"))]
    pub auth_strategy: Option<String>,
    /// The token, or the secret's ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-sensitive" = true, "x-aws" = "AuthToken"))]
    pub auth_token: Option<String>,
}

/// Something that a job reads or writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// What it is: `s3`, `catalog`, `jdbc`, `kinesis`, `kafka`, `dynamodb`, `mongodb`, `documentdb`, `redshift`, `opensearch` …
    #[serde(rename = "type")]
    pub store: String,
    /// Where it is: `s3://bucket/prefix/`, `database.table`, a stream's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its format: `parquet`, `json`, `csv`, `avro`, `orc`, `xml`, `iceberg`, `hudi`, `delta`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// How it is written: `append`, `overwrite`, `merge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The keys of its folders, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_keys: Vec<String>,
    /// Whether rows are changed after they were written.
    #[serde(default)]
    pub mutable: bool,
    /// JDBC: the columns that bookmarks go by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookmark_keys: Vec<String>,
    /// JDBC: whether the primary key only ever grows or only ever falls.
    #[serde(default)]
    pub monotonic_key: bool,
}

fn one() -> u32 {
    1
}

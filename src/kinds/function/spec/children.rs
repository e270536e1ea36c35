//! The tables of a function: network, logging, URL, aliases, and how its code behaves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Size};
use crate::model::reference::Ref;

/// The kind of package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Package {
    /// A zip archive.
    Zip,
    /// A container image.
    Image,
}

/// The processor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// Intel and AMD.
    #[default]
    #[serde(rename = "x86_64")]
    X86,
    /// Graviton: a fifth cheaper per GB-second.
    #[serde(rename = "arm64")]
    Arm,
}

/// Where the package of code in S3 is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CodeStorage {
    /// Lambda keeps a copy of its own, which counts towards the account's 75 GB.
    Copy,
    /// Lambda runs the object in the bucket, which must stay there.
    Reference,
}

/// What a container image's Dockerfile says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// In place of `CMD`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// In place of `ENTRYPOINT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    /// In place of `WORKDIR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
}

/// The VPC a function runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Ids of subnets, best in two Availability Zones.
    #[schemars(length(max = 16), extend("x-set" = true))]
    pub subnets: Vec<String>,
    /// Ids of security groups.
    #[schemars(length(max = 5), extend("x-set" = true))]
    pub security_groups: Vec<String>,
    /// Let it reach IPv6 addresses from dual-stack subnets.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-aws" = "Ipv6AllowedForDualStack"))]
    pub ipv6: bool,
}

/// A file system mounted into a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSystem {
    /// The access point of EFS or of S3 Files, as an ARN.
    #[schemars(extend("x-aws" = "Arn"))]
    pub access_point: String,
    /// Where it is mounted: a path below `/mnt/`.
    #[schemars(length(max = 160), extend("x-aws" = "LocalMountPath"))]
    pub mount: String,
    /// For S3 Files: whether it reads from the bucket itself, which is faster for much data. Lambda's own choice is `auto`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "S3FilesConfig.DirectS3Read"))]
    pub direct_read: Option<DirectRead>,
}

/// Whether a function reads from the bucket behind a file system of S3 Files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DirectRead {
    /// From 512 MB of memory on.
    Auto,
    /// Always.
    Enabled,
    /// Never.
    Disabled,
}

/// X-Ray tracing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tracing {
    /// Lambda samples and traces.
    Active,
    /// Traces that the caller began go on.
    PassThrough,
}

/// SnapStart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SnapStart {
    /// A snapshot of each published version.
    PublishedVersions,
    /// No snapshots.
    None,
}

/// How and where a function logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// Plain text, or JSON with levels.
    #[serde(default)]
    #[schemars(extend("x-aws" = "LogFormat"))]
    pub format: LogFormat,
    /// The log group; Lambda's own is `/aws/lambda/<name>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["log_group.name"], "x-server-set" = true, "x-aws" = "LogGroup"))]
    pub group: Option<Ref>,
    /// For JSON: the least level of the function's own lines that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ApplicationLogLevel"))]
    pub application_level: Option<LogLevel>,
    /// For JSON: the least level of Lambda's lines that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "SystemLogLevel"))]
    pub system_level: Option<SystemLogLevel>,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Plain text.
    #[default]
    Text,
    /// JSON objects with a level.
    Json,
}

/// A level of a function's own lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// Everything.
    Trace,
    /// From debugging lines on.
    Debug,
    /// From information on.
    Info,
    /// From warnings on.
    Warn,
    /// From errors on.
    Error,
    /// What ends the function only.
    Fatal,
}

/// A level of Lambda's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SystemLogLevel {
    /// Everything.
    Debug,
    /// From information on.
    Info,
    /// From warnings on.
    Warn,
}

/// Whether Lambda ends loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecursiveLoop {
    /// It ends them after about 16 rounds.
    Terminate,
    /// It lets them run.
    Allow,
}

/// When Lambda moves a function to a new patch of its runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuntimeManagement {
    /// When.
    #[schemars(extend("x-aws" = "UpdateRuntimeOn"))]
    pub update: RuntimeUpdate,
    /// For `manual`: the runtime's version, as an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "RuntimeVersionArn"))]
    pub version: Option<String>,
}

/// When a runtime is patched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeUpdate {
    /// In waves, soon after the patch is out.
    Auto,
    /// When the function is changed.
    FunctionUpdate,
    /// Never by itself.
    Manual,
}

/// Where a function on a capacity provider is published to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PublishTo {
    /// To `$LATEST.PUBLISHED`.
    LatestPublished,
}

/// A capacity provider that a function runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityProvider {
    /// Its ARN.
    #[schemars(extend("x-aws" = "CapacityProviderArn"))]
    pub arn: String,
    /// Memory for each vCPU, in GB: 2, 4 or 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ExecutionEnvironmentMemoryGiBPerVCpu"))]
    pub memory_per_vcpu: Option<u32>,
    /// How many invocations one environment takes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "PerExecutionEnvironmentMaxConcurrency"))]
    pub max_concurrency: Option<u32>,
}

/// A durable function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Durable {
    /// How long an execution may last, pauses included.
    #[schemars(extend("x-limit" = "lambda.durable.execution_timeout", "x-aws" = "ExecutionTimeout"))]
    pub execution_timeout: Duration,
    /// How long the history of an execution is kept, in whole days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda.durable.retention", "x-aws" = "RetentionPeriodInDays"))]
    pub retention: Option<Duration>,
    /// A KMS key for the history, as an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KMSKeyArn"))]
    pub kms_key: Option<String>,
}

/// A name for a published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The alias.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// The version's number; without it, the newest published one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "FunctionVersion"))]
    pub version: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Description"))]
    pub description: Option<String>,
    /// A second version that gets part of the invocations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "RoutingConfig"))]
    pub canary: Option<Canary>,
}

/// A second version behind an alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// The version's number.
    pub version: String,
    /// Its share of the invocations, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub percent: u32,
}

/// Environments that are always ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provisioned {
    /// An alias of the function, or the number of a published version.
    #[schemars(extend("x-aws" = "Qualifier"))]
    pub alias: String,
    /// How many.
    #[schemars(range(min = 1), extend("x-aws" = "ProvisionedConcurrentExecutions"))]
    pub concurrency: u32,
}

/// What becomes of asynchronous invocations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Async {
    /// How often a failed one is tried again; Lambda's own figure is 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda.async.retry_attempts", "x-aws" = "MaximumRetryAttempts"))]
    pub retries: Option<u32>,
    /// How long an event may wait; Lambda's own figure is 6 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda.async.event_age", "x-aws" = "MaximumEventAgeInSeconds"))]
    pub max_event_age: Option<Duration>,
    /// Where the results of those that succeeded go: a queue, topic, function or event bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn", "topic.arn", "function.arn"], "x-use" = "write", "x-aws" = "DestinationConfig.OnSuccess.Destination"))]
    pub on_success: Option<Ref>,
    /// Where those that failed go, with the reason: a queue, topic, bucket, function or event bus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn", "topic.arn", "bucket.arn", "function.arn"], "x-use" = "write", "x-aws" = "DestinationConfig.OnFailure.Destination"))]
    pub on_failure: Option<Ref>,
}

/// An HTTPS address of a function's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Url {
    /// Who may call it.
    #[schemars(extend("x-aws" = "AuthType"))]
    pub auth: Auth,
    /// Says that `auth = "none"` is meant: the whole world may call, and the account pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub public: Option<bool>,
    /// How the answer is sent.
    #[serde(default)]
    #[schemars(extend("x-aws" = "InvokeMode"))]
    pub invoke_mode: InvokeMode,
    /// Which web pages may call it from a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Cors"))]
    pub cors: Option<Cors>,
}

/// Who may call a function URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// Requests that IAM allows.
    AwsIam,
    /// Everybody: pipetoll adds the two statements that this needs, and takes them away again.
    None,
}

/// How the answer is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InvokeMode {
    /// Whole, up to 6 MB.
    #[default]
    Buffered,
    /// Piece by piece, up to 200 MB.
    ResponseStream,
}

/// Which web pages may call from a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// Let pages send cookies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-aws" = "AllowCredentials"))]
    pub credentials: bool,
    /// Request headers that pages may send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "AllowHeaders"))]
    pub headers: Vec<String>,
    /// HTTP methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "AllowMethods"))]
    pub methods: Vec<String>,
    /// Where the pages come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "AllowOrigins"))]
    pub origins: Vec<String>,
    /// Response headers that pages may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "ExposeHeaders"))]
    pub expose: Vec<String>,
    /// How long a browser may remember this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MaxAge"))]
    pub max_age: Option<Duration>,
}

/// How a function's code behaves, as far as its configuration does not show it. Rules read it; nothing of it goes to AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Where it keeps what one invocation leaves for the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What it serves to people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serves: Option<Serves>,
    /// How it loads Redshift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redshift: Option<WarehouseLoad>,
    /// How long it works on one record of a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_record: Option<Duration>,
    /// How many records of a batch it works on at once. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub parallel_records: Option<u32>,
    /// Whether the same event may be handled twice without harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent: Option<bool>,
    /// How old results may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Duration>,
    /// The most data that one run of the whole work goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_per_run: Option<Size>,
    /// Words of your own, for people.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
}

/// Where a function keeps state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In variables that outlive an invocation.
    Memory,
    /// In files below `/tmp`.
    Tmp,
    /// In a store outside, or it keeps none.
    External,
}

/// What a function serves to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Serves {
    /// Pages, with their pictures and scripts.
    Website,
    /// Data, to programs.
    Api,
}

/// How Redshift is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WarehouseLoad {
    /// Row by row with `INSERT`.
    Insert,
    /// In files with `COPY`.
    Copy,
}

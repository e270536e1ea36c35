//! What users write for a function.

mod children;
mod normalize;
mod trigger;
mod usage;
mod validate;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Size};
use crate::model::reference::Ref;

pub use children::{
    Alias, Architecture, Async, Auth, Canary, CapacityProvider, CodeStorage, Cors, DirectRead, Durable, FileSystem, Image, InvokeMode,
    LogFormat, LogLevel, Logging, Package, Provisioned, PublishTo, RecursiveLoop, RuntimeManagement, RuntimeUpdate, Serves, SnapStart,
    State, SystemLogLevel, Tracing, Url, Vpc, WarehouseLoad, Workload,
};
pub(super) use normalize::normalize;
pub(super) use trigger::is_async_trigger;
pub use trigger::{
    Delivery, Dynamodb, FilterScope, InputTransformer, Invoke, Kinesis, Pollers, RuleTrigger, S3, Schedule, Sns, Sqs, StartingPosition,
    Triggers,
};
pub use usage::Usage;
pub(super) use validate::validate;

/// A Lambda function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The function's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Lambda cannot rename a function", "x-aws" = "FunctionName"))]
    pub name: String,

    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Description"))]
    pub description: Option<String>,

    /// The code: a folder, which is zipped the same way every time, a ready `.zip` or `.jar`, an object `s3://bucket/key`,
    /// or the URI of a container image in ECR.
    #[schemars(extend("x-artifact" = "zip", "x-aws" = "Code"))]
    pub code: String,

    /// For code in S3: the version of the object. Without it a new object under the same key is not noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "Code.S3ObjectVersion"))]
    pub code_version: Option<String>,

    /// For code in S3: whether Lambda keeps a copy, or runs it from the bucket, where it must stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "Code.S3ObjectStorageMode"))]
    pub code_storage: Option<CodeStorage>,

    /// The kind of package; told from `code` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "Lambda cannot change a function from zip to image or back", "x-aws" = "PackageType"))]
    pub package: Option<Package>,

    /// For an image: what its Dockerfile says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ImageConfig"))]
    pub image: Option<Image>,

    /// The runtime, by Lambda's name: `python3.13`, `nodejs24.x`. Not for images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-values" = "lambda.runtimes", "x-aws" = "Runtime"))]
    pub runtime: Option<String>,

    /// Where the code begins: `module.function`, `package.Class::method` or `Assembly::Namespace.Class::Method`. Not for images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128), extend("x-aws" = "Handler"))]
    pub handler: Option<String>,

    /// The processor it runs on.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Architectures"))]
    pub architecture: Architecture,

    /// Memory, in MB of 1,048,576 bytes; processor power grows with it, one vCPU at 1,769MB.
    #[serde(default = "Spec::default_memory")]
    #[schemars(extend("x-limit" = "lambda.function.memory", "x-aws" = "MemorySize"))]
    pub memory: Size,

    /// How long one invocation may take.
    #[serde(default = "Spec::default_timeout")]
    #[schemars(extend("x-limit" = "lambda.function.timeout", "x-aws" = "Timeout"))]
    pub timeout: Duration,

    /// Space in `/tmp`, in MB of 1,048,576 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "lambda.function.ephemeral_storage", "x-aws" = "EphemeralStorage.Size"))]
    pub ephemeral_storage: Option<Size>,

    /// The role it runs with; `"auto"` derives the least it needs from what it is connected to.
    #[schemars(extend("x-ref" = ["role.arn"], "x-auto-role" = true, "x-aws" = "Role"))]
    pub role: Ref,

    /// Environment variables; at most 4 KB in all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Environment.Variables"))]
    pub environment: BTreeMap<String, String>,

    /// Layers, in the order in which they are laid over each other; at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-ref" = ["layer.version_arn"], "x-aws" = "Layers"))]
    pub layers: Vec<Ref>,

    /// The VPC it runs in. Without it, Lambda's own network with access to the internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "VpcConfig"))]
    pub vpc: Option<Vpc>,

    /// A file system mounted into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "FileSystemConfigs"))]
    pub file_system: Option<FileSystem>,

    /// A KMS key for the environment variables, as an ARN. Without it, Lambda's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KMSKeyArn"))]
    pub kms_key: Option<String>,

    /// A KMS key for the package that Lambda keeps, as an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "SourceKMSKeyArn"))]
    pub code_kms_key: Option<String>,

    /// Where events go that an asynchronous invocation could not handle. `async.on_failure` tells more of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn", "topic.arn"], "x-use" = "write", "x-aws" = "DeadLetterConfig.TargetArn"))]
    pub dead_letter: Option<Ref>,

    /// X-Ray tracing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "TracingConfig.Mode"))]
    pub tracing: Option<Tracing>,

    /// Starts new environments of published versions from a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "SnapStart.ApplyOn"))]
    pub snap_start: Option<SnapStart>,

    /// How and where it logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "LoggingConfig"))]
    pub logging: Option<Logging>,

    /// A code signing configuration, as an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CodeSigningConfigArn"))]
    pub code_signing: Option<String>,

    /// Whether Lambda ends loops in which the function starts itself over SQS, SNS or S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RecursiveLoop"))]
    pub recursive_loop: Option<RecursiveLoop>,

    /// When Lambda moves it to a new patch of its runtime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "PutRuntimeManagementConfig"))]
    pub runtime_management: Option<RuntimeManagement>,

    /// Executions kept for it, which are also the most it gets. 0 stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "lambda.function.reserved_concurrency", "x-aws" = "ReservedConcurrentExecutions"))]
    pub reserved_concurrency: Option<u32>,

    /// A capacity provider whose instances it runs on (Lambda Managed Instances).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-whole" = "UpdateFunctionConfiguration has no word for taking a function off its capacity provider", "x-aws" = "CapacityProviderConfig"))]
    pub capacity_provider: Option<CapacityProvider>,

    /// Lets an execution last up to a year, with checkpoints (durable functions).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-whole" = "Lambda cannot make a function durable, or end that, in place", "x-aws" = "DurableConfig"))]
    pub durable: Option<Durable>,

    /// Gives each tenant environments of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-replace" = "Lambda sets tenant isolation at creation only", "x-aws" = "TenancyConfig"))]
    pub tenant_isolation: bool,

    /// Publish a version whenever code or configuration changes; aliases without a version follow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "PublishVersion"))]
    pub publish: Option<bool>,

    /// For a function on a capacity provider: publish to `$LATEST.PUBLISHED`, which its instances run, in place of a version with a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "PublishVersion.PublishTo"))]
    pub publish_to: Option<PublishTo>,

    /// What is said of the versions published from now on; without it, the function's own description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256), extend("x-write-only" = true, "x-aws" = "PublishVersion.Description"))]
    pub version_description: Option<String>,

    /// Names for published versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "CreateAlias"))]
    pub alias: Vec<Alias>,

    /// Environments of an alias that are always ready, and paid for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "alias", "x-aws" = "PutProvisionedConcurrencyConfig"))]
    pub provisioned: Vec<Provisioned>,

    /// What becomes of asynchronous invocations.
    #[serde(default, rename = "async", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "PutFunctionEventInvokeConfig"))]
    pub asynchronous: Option<Async>,

    /// An HTTPS address of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CreateFunctionUrlConfig"))]
    pub url: Option<Url>,

    /// What starts it.
    #[serde(default, skip_serializing_if = "Triggers::is_empty")]
    pub trigger: Triggers,

    /// What its code gets data from; `role = "auto"` allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "topic.arn", "stream.arn", "database.arn", "delivery_stream.arn"],
        "x-use" = "read", "x-set" = true, "x-write-only" = true
    ))]
    pub reads: Vec<Ref>,

    /// What its code puts data into; `role = "auto"` allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "topic.arn", "stream.arn", "database.arn", "delivery_stream.arn"],
        "x-use" = "write", "x-set" = true, "x-write-only" = true
    ))]
    pub writes: Vec<Ref>,

    /// What its code starts: functions, jobs, crawlers, pipelines; `role = "auto"` allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-ref" = ["function.arn", "job.arn", "crawler.arn", "workflow.arn", "pipeline.arn"],
        "x-use" = "run", "x-set" = true, "x-write-only" = true
    ))]
    pub runs: Vec<Ref>,

    /// How its code behaves, for the rules; nothing of it goes to AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub workload: Option<Workload>,
}

impl Spec {
    fn default_memory() -> Size {
        Size::megabytes(128)
    }
    fn default_timeout() -> Duration {
        Duration::seconds(3)
    }

    /// Whether the code is a container image.
    pub fn is_image(&self) -> bool {
        self.package == Some(Package::Image) || is_image_uri(&self.code)
    }
}

/// Whether a text is the URI of an image in ECR.
pub(super) fn is_image_uri(code: &str) -> bool {
    code.contains(".dkr.ecr.") || code.starts_with("public.ecr.aws/")
}

//! Kinds that exist only in tests: with units, references, files, and roles.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate, Size};
use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::{Estimate, NoUsage};
use crate::model::kind::{Idempotency, Kind, KindEntry, Of, Output, Problems};
use crate::model::reference::Ref;
use crate::model::rule::Rule;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkerSpec {
    #[schemars(extend("x-name" = true, "x-limit" = "lambda.function.name_length"))]
    pub(super) name: String,
    /// Its runtime.
    #[schemars(extend("x-values" = "lambda.runtimes"))]
    pub(super) runtime: String,
    #[schemars(extend("x-artifact" = "zip"))]
    pub(super) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-artifact" = "upload"))]
    pub(super) script: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-artifact" = "inline"))]
    pub(super) definition: Option<String>,
    #[serde(default)]
    #[schemars(extend("x-limit" = "lambda.function.memory"))]
    pub(super) memory: Option<Size>,
    #[schemars(extend("x-limit" = "lambda.function.timeout"))]
    pub(super) timeout: Option<Duration>,
    pub(super) architecture: Option<Architecture>,
    #[schemars(extend("x-ref" = ["role.arn"], "x-auto-role" = true))]
    pub(super) role: Option<Ref>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, String>,
    #[schemars(range(min = 1, max = 10))]
    pub(super) retries: Option<u32>,
    #[serde(default)]
    pub(super) trigger: Vec<Trigger>,
    #[serde(default)]
    #[schemars(extend("x-ref" = ["bucket.arn", "channel.arn"], "x-use" = "read"))]
    pub(super) reads: Vec<Ref>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "eventbridge"))]
    pub(super) schedule: Option<String>,
    #[serde(default)]
    pub(super) layers: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trigger {
    #[schemars(extend("x-ref" = ["channel.arn"], "x-use" = "consume"))]
    pub(super) source: Ref,
    pub(super) batch_size: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Architecture {
    Arm64,
    X86,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WorkerUsage {
    pub(super) requests: Option<Estimate<Rate>>,
    pub(super) duration: Option<Estimate<Duration>>,
}

pub(super) struct Worker;

impl Kind for Worker {
    type Spec = WorkerSpec;
    type Usage = WorkerUsage;
    const NAME: &'static str = "worker";
    const TITLE: &'static str = "a worker";
    const DOC: &'static str = "";
    const EXAMPLE: &'static str = "";
    const RULES: &'static [&'static Rule] = &[];
    const OUTPUTS: &'static [Output] =
        &[Output { name: "arn", doc: "", pattern: Some("arn:{partition}:lambda:{region}:{account}:function:{name}") }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("lambda.amazonaws.com");

    fn validate(spec: &WorkerSpec, problems: &mut Problems) {
        if spec.runtime == "bad" {
            problems.add("runtime", "the runtime is bad", "take a good one").label = "bad".into();
        }
    }
    fn grants(spec: &WorkerSpec) -> Vec<Grant> {
        let logs = Grant::Actions {
            actions: vec!["logs:PutLogEvents".into()],
            resources: vec![format!("arn:{{partition}}:logs:{{region}}:{{account}}:log-group:/aws/lambda/{}:*", spec.name)],
            reason: "writes its log",
        };
        let hands = Grant::PassRole { role: spec.role.clone().unwrap_or_default(), service: "lambda.amazonaws.com" };
        if spec.retries == Some(9) { vec![logs, hands] } else { vec![logs] }
    }
    fn cost(_: &WorkerSpec, _: &WorkerUsage, _: &CostContext<'_>) -> Vec<CostItem> {
        Vec::new()
    }
}

macro_rules! plain_kind {
    ($kind:ident, $spec:ident, $name:literal, $pattern:literal, $access:expr) => {
        pub(super) struct $kind;
        impl Kind for $kind {
            type Spec = $spec;
            type Usage = NoUsage;
            const NAME: &'static str = $name;
            const TITLE: &'static str = $name;
            const DOC: &'static str = "";
            const EXAMPLE: &'static str = "";
            const RULES: &'static [&'static Rule] = &[];
            const OUTPUTS: &'static [Output] = &[Output { name: "arn", doc: "", pattern: Some($pattern) }];
            const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
            const ACCESS: &'static [Access] = $access;
            fn cost(_: &$spec, _: &NoUsage, _: &CostContext<'_>) -> Vec<CostItem> {
                Vec::new()
            }
        }
    };
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelSpec {
    #[schemars(extend("x-name" = true))]
    name: String,
    shards: Option<u32>,
    #[schemars(extend("x-ref" = ["channel.arn"]))]
    next: Option<Ref>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BucketSpec {
    #[schemars(extend("x-name" = true))]
    name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleSpec {
    #[schemars(extend("x-name" = true))]
    name: String,
    assumed_by: Vec<String>,
    #[serde(default)]
    statement: Vec<Statement>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    reason: Option<String>,
}

plain_kind!(
    Channel,
    ChannelSpec,
    "channel",
    "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
    &[Access { of: Use::Consume, actions: &["kinesis:GetRecords", "kinesis:DescribeStream"], resources: &["{arn}"] }]
);
plain_kind!(
    Bucket,
    BucketSpec,
    "bucket",
    "arn:{partition}:s3:::{name}",
    &[Access { of: Use::Read, actions: &["s3:ListBucket", "s3:GetObject"], resources: &["{arn}", "{arn}/*"] }]
);
plain_kind!(Role, RoleSpec, "role", "arn:{partition}:iam::{account}:role/{name}", &[]);

pub(super) static KINDS: [KindEntry; 4] = [
    KindEntry::new(&Of::<Worker>(std::marker::PhantomData)),
    KindEntry::new(&Of::<Channel>(std::marker::PhantomData)),
    KindEntry::new(&Of::<Bucket>(std::marker::PhantomData)),
    KindEntry::new(&Of::<Role>(std::marker::PhantomData)),
];

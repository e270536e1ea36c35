//! `function`: an AWS Lambda function with its triggers, URL, aliases and destinations.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{
    Alias, Architecture, Async, Auth, Canary, CapacityProvider, CodeStorage, Cors, Delivery, DirectRead, Durable, Dynamodb, FileSystem,
    FilterScope, Image, InputTransformer, Invoke, InvokeMode, Kinesis, LogFormat, LogLevel, Logging, Package, Pollers, Provisioned,
    PublishTo, RecursiveLoop, RuleTrigger, RuntimeManagement, RuntimeUpdate, S3, Schedule, Serves, SnapStart, Sns, Spec, Sqs,
    StartingPosition, State, SystemLogLevel, Tracing, Triggers, Url, Usage, Vpc, WarehouseLoad, Workload,
};

use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// An AWS Lambda function.
pub struct Function;

const INVOKE: &[&str] = &["lambda:InvokeFunction"];

impl Kind for Function {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "function";
    const TITLE: &'static str = "a Lambda function";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "arn",
            doc: "The function's ARN, which always means the newest code.",
            pattern: Some("arn:{partition}:lambda:{region}:{account}:function:{name}"),
        },
        Output {
            name: "invoke_arn",
            doc: "What API Gateway calls.",
            pattern: Some(
                "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/arn:{partition}:lambda:{region}:{account}:function:{name}/invocations",
            ),
        },
        Output { name: "version", doc: "The number of the version published last, or `$LATEST`.", pattern: None },
        Output { name: "url", doc: "The HTTPS address, when it has one.", pattern: None },
        Output { name: "code_sha256", doc: "The base64 SHA-256 of the package that Lambda has.", pattern: None },
        Output { name: "log_group", doc: "The name of the log group it writes to.", pattern: None },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("lambda.amazonaws.com");
    const ACCESS: &'static [Access] = &[
        Access { of: Use::Run, actions: INVOKE, resources: &["{arn}", "{arn}:*"] },
        Access { of: Use::Write, actions: INVOKE, resources: &["{arn}", "{arn}:*"] },
    ];

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn grants(spec: &Spec) -> Vec<Grant> {
        grants(spec)
    }

    fn cost(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage, context)
    }

    fn computed(value: &Value) -> Vec<(&'static str, String)> {
        let written = value.get("logging.group").and_then(Value::text).map(str::to_owned);
        let own = || value.get("name").and_then(Value::text).map(|name| format!("/aws/lambda/{name}"));
        written.or_else(own).map(|group| ("log_group", group)).into_iter().collect()
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

/// What the function's own role needs beyond what it reads, writes and is triggered by.
fn grants(spec: &Spec) -> Vec<Grant> {
    let mut grants = Vec::new();
    let mut allow = |actions: &[&str], resources: Vec<String>, reason| {
        grants.push(Grant::Actions { actions: actions.iter().map(|action| (*action).to_owned()).collect(), resources, reason });
    };
    let group = match spec.logging.as_ref().and_then(|logging| logging.group.as_ref()) {
        Some(group) if group.as_str().starts_with("arn:") => group.as_str().to_owned(),
        Some(group) => {
            let name = group.address().map_or_else(|| group.as_str().to_owned(), |address| format!("${{{address}.name}}"));
            format!("arn:{{partition}}:logs:{{region}}:{{account}}:log-group:{name}")
        }
        None => format!("arn:{{partition}}:logs:{{region}}:{{account}}:log-group:/aws/lambda/{}", spec.name),
    };
    allow(
        &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        vec![group.clone(), format!("{group}:*")],
        "writes its log",
    );
    if spec.vpc.is_some() {
        // EC2 knows no resource for these calls: AWS's own AWSLambdaVPCAccessExecutionRole says `*` too.
        allow(
            &[
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ],
            vec!["*".to_owned()],
            "makes its network interfaces in the VPC",
        );
    }
    if spec.tracing == Some(spec::Tracing::Active) {
        allow(&["xray:PutTraceSegments", "xray:PutTelemetryRecords"], vec!["*".to_owned()], "sends traces");
    }
    if let Some(file_system) = &spec.file_system {
        allow(
            &["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            vec![file_system.access_point.clone()],
            "mounts its file system",
        );
    }
    if let Some(key) = &spec.kms_key {
        allow(&["kms:Decrypt"], vec![key.clone()], "reads its environment variables");
    }
    if spec.durable.is_some() {
        allow(
            &["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
            vec![format!("arn:{{partition}}:lambda:{{region}}:{{account}}:function:{}:*", spec.name)],
            "keeps its checkpoints",
        );
    }
    grants
}

/// JSON text with its keys in order and no spaces; `None` when the text is not JSON.
fn canonical_json(text: &str) -> Option<String> {
    fn sorted(json: serde_json::Value) -> serde_json::Value {
        match json {
            serde_json::Value::Object(entries) => {
                let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, sorted(value))).collect();
                entries.sort_by(|left, right| left.0.cmp(&right.0));
                entries.into_iter().collect::<serde_json::Map<_, _>>().into()
            }
            serde_json::Value::Array(items) => items.into_iter().map(sorted).collect(),
            plain => plain,
        }
    }
    serde_json::from_str(text).ok().map(|json| sorted(json).to_string())
}

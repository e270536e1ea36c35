//! What users write for a log group.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Size;
use crate::model::estimate::Estimate;
use crate::model::reference::Ref;

/// A CloudWatch log group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The group's name. A function writes to `/aws/lambda/<function's name>`. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "CloudWatch cannot rename a log group", "x-aws" = "logGroupName"))]
    pub name: String,

    /// After how many days events are deleted. Without it they are kept, and billed, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "logs.retention", "x-aws" = "retentionInDays"))]
    pub retention_days: Option<u32>,

    /// What the group is for.
    #[serde(default)]
    #[schemars(extend("x-replace" = "CloudWatch cannot change the class of a log group", "x-aws" = "logGroupClass"))]
    pub class: Class,

    /// The ARN of a KMS key that encrypts the events. Without it, CloudWatch's own key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "kmsKeyId"))]
    pub kms_key: Option<String>,

    /// Whether CloudWatch refuses to delete the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "deletionProtectionEnabled"))]
    pub deletion_protection: Option<bool>,

    /// Metrics that CloudWatch counts from events. Those that others made are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "PutMetricFilter"))]
    pub metric: Vec<MetricFilter>,

    /// Who is sent the events as they come, at most two. Those that others made are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "PutSubscriptionFilter"))]
    pub subscription: Vec<Subscription>,

    /// Fields of JSON events by which queries find them without reading all; up to 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "PutIndexPolicy.policyDocument.Fields"))]
    pub indexed_fields: Vec<String>,

    /// The data protection policy, as JSON: which sensitive data is found and masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "PutDataProtectionPolicy.policyDocument"))]
    pub data_protection: Option<String>,
}

/// A metric that is counted from events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricFilter {
    /// The filter's name.
    #[schemars(extend("x-aws" = "filterName"))]
    pub name: String,
    /// Which events count, as `ERROR` or `{ $.status = 500 }`; empty: all.
    #[serde(default)]
    #[schemars(extend("x-aws" = "filterPattern"))]
    pub pattern: String,
    /// The metric's name.
    #[schemars(extend("x-aws" = "metricTransformations[].metricName"))]
    pub metric: String,
    /// The metric's namespace.
    #[schemars(extend("x-aws" = "metricTransformations[].metricNamespace"))]
    pub namespace: String,
    /// What each event adds: a number, or a field of it as `$.bytes`.
    #[serde(default = "one")]
    #[schemars(extend("x-aws" = "metricTransformations[].metricValue"))]
    pub value: String,
    /// What is reported for a minute in which events came and none matched. Not together with `dimensions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "metricTransformations[].defaultValue"))]
    pub default: Option<f64>,
    /// Dimensions of the metric by name, each a field as `$.region`; at most three. Each combination of values is billed as a metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "metricTransformations[].dimensions"))]
    pub dimensions: BTreeMap<String, String>,
    /// The metric's unit in CloudWatch's words: `Bytes`, `Milliseconds`, `Count` …; CloudWatch's own is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "metricTransformations[].unit"))]
    pub unit: Option<String>,
}

/// Who is sent the events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The filter's name.
    #[schemars(extend("x-aws" = "filterName"))]
    pub name: String,
    /// Which events are sent; empty: all.
    #[serde(default)]
    #[schemars(extend("x-aws" = "filterPattern"))]
    pub pattern: String,
    /// A Kinesis stream, a function, or the ARN of a delivery stream or of another account's destination.
    #[schemars(extend("x-ref" = ["stream.arn", "function.arn"], "x-aws" = "destinationArn"))]
    pub to: Ref,
    /// What CloudWatch writes to a stream as. A function needs none: it must let `logs.amazonaws.com` invoke it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "roleArn"))]
    pub role: Option<Ref>,
    /// How events are spread over a stream's shards.
    #[serde(default)]
    #[schemars(extend("x-aws" = "distribution"))]
    pub distribution: Distribution,
}

/// How events are spread over a stream's shards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Events of one log stream to one shard.
    #[default]
    ByLogStream,
    /// Evenly.
    Random,
}

fn one() -> String {
    "1".to_owned()
}

/// What a log group is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Everything CloudWatch Logs can do.
    #[default]
    Standard,
    /// Half the price to take in; no metric filters, no live tail, no subscriptions.
    InfrequentAccess,
    /// For delivery to S3 or Firehose only; kept for a day or two.
    Delivery,
}

/// What a log group's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Taken in during a month.
    #[serde(default)]
    pub ingested: Option<Estimate<Size>>,
}

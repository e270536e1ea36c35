//! What users write for a log group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Size;
use crate::model::estimate::Estimate;
use crate::model::kind::Problems;

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

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    if spec.class == Class::Delivery && spec.retention_days.is_some() {
        problems.add("retention_days", "CloudWatch decides how long a group of class `delivery` keeps events", "remove `retention_days`");
    }
}

//! What users write for a layer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::path::Path;
use crate::model::kind::Problems;
use crate::model::value::Value;

/// Lambda takes at most so many runtimes (botocore: CompatibleRuntimes).
const MOST_RUNTIMES: usize = 15;

/// A version of a Lambda layer. Every change publishes a new one: Lambda cannot change a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The layer's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Lambda cannot rename a layer", "x-aws" = "LayerName"))]
    pub name: String,

    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200), extend("x-replace" = "Lambda cannot change a published version", "x-aws" = "Description"))]
    pub description: Option<String>,

    /// What is laid over `/opt`: a folder, which is zipped the same way every time, a ready `.zip`, or an object `s3://bucket/key`.
    #[schemars(extend("x-artifact" = "zip", "x-replace" = "Lambda cannot change a published version", "x-aws" = "Content"))]
    pub code: String,

    /// For code in S3: the version of the object. Without it a new object under the same key is not noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "Lambda cannot change a published version", "x-aws" = "Content.S3ObjectVersion"))]
    pub code_version: Option<String>,

    /// For code in S3: whether Lambda keeps a copy, or reads it from the bucket, where it must stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "Lambda cannot change a published version", "x-aws" = "Content.S3ObjectStorageMode"))]
    pub code_storage: Option<CodeStorage>,

    /// The runtimes it is made for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-values" = "lambda.runtimes", "x-replace" = "Lambda cannot change a published version", "x-aws" = "CompatibleRuntimes"))]
    pub runtimes: Vec<String>,

    /// The processors it is made for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-replace" = "Lambda cannot change a published version", "x-aws" = "CompatibleArchitectures"))]
    pub architectures: Vec<Architecture>,

    /// The licence of what it holds: an SPDX word, a URL or the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 512), extend("x-replace" = "Lambda cannot change a published version", "x-aws" = "LicenseInfo"))]
    pub license: Option<String>,

    /// Who may use it beside this account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "AddLayerVersionPermission"))]
    pub permission: Vec<Permission>,

    /// Leave older versions where they are when a new one is published, for functions outside the project that name them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("x-write-only" = true))]
    pub keep_versions: bool,
}

/// Where the package of code in S3 is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CodeStorage {
    /// Lambda keeps a copy of its own, which counts towards the account's 75 GB.
    Copy,
    /// Lambda reads the object in the bucket, which must stay there.
    Reference,
}

/// Somebody who may use a layer in functions of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// What it is called among the layer's permissions.
    #[schemars(length(min = 1, max = 100), regex(pattern = "^[a-zA-Z0-9_-]+$"), extend("x-aws" = "StatementId"))]
    pub name: String,
    /// An account's number, or `*` for all.
    #[schemars(extend("x-aws" = "Principal"))]
    pub principal: String,
    /// With `*`: the organisation whose accounts may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "OrganizationId"))]
    pub organization: Option<String>,
}

/// The processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// Intel and AMD.
    #[serde(rename = "x86_64")]
    X86,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm,
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    for (field, set) in [("code_version", spec.code_version.is_some()), ("code_storage", spec.code_storage.is_some())] {
        if set && !spec.code.starts_with("s3://") {
            problems.add(field, format!("`{field}` is for code in S3"), "remove it");
        }
    }
    for (at, Permission { name, principal, organization }) in spec.permission.iter().enumerate() {
        if organization.is_some() && principal != "*" {
            problems.add(
                format!("permission[{at}].organization").as_str(),
                "an organisation goes with `principal = \"*\"`",
                "write `principal = \"*\"`, or remove `organization`",
            );
        }
        if spec.permission[..at].iter().any(|other| other.name == *name) {
            problems.add(format!("permission[{at}].name").as_str(), format!("another one is called `{name}`"), "give each its own name");
        }
    }
    if spec.runtimes.len() > MOST_RUNTIMES {
        problems.add("runtimes", format!("a layer names at most {MOST_RUNTIMES} runtimes"), "leave out those that no function uses");
    }
    if spec.code.contains(".dkr.ecr.") {
        problems.add("code", "a layer cannot be a container image", "write a folder, a .zip or an object in S3");
    }
}

/// An empty description is none.
pub(super) fn normalize(value: &mut Value) {
    for field in ["description", "license"] {
        if value.get(field).is_some_and(Value::is_empty) {
            value.take(&Path::from(field));
        }
    }
}

//! What users write for a role.

use crate::base::table::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Duration;
use crate::model::kind::Problems;
use crate::model::value::Value;

/// The name of the inline policy that holds the statements.
pub(super) const OWN_POLICY: &str = "pipetoll";

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The role's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "IAM cannot rename a role", "x-aws" = "RoleName"))]
    pub name: String,

    /// The path before the name, with a slash at both ends.
    #[serde(default = "Spec::default_path")]
    #[schemars(extend("x-replace" = "IAM cannot move a role to another path", "x-aws" = "Path"))]
    pub path: String,

    /// What the role is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Description"))]
    pub description: Option<String>,

    /// The services that may assume it: `["lambda.amazonaws.com"]`. Give this or `trust_policy`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "AssumeRolePolicyDocument"))]
    pub assumed_by: Vec<String>,

    /// The whole trust policy, as JSON, where `assumed_by` does not say enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "AssumeRolePolicyDocument"))]
    pub trust_policy: Option<String>,

    /// What it may do; together they are the inline policy `pipetoll`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statement: Vec<Statement>,

    /// More inline policies, as JSON, by name. Others that somebody put on the role are left alone.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(extend("x-json" = true))]
    pub inline_policies: IndexMap<String, String>,

    /// ARNs of managed policies that are attached. Others that somebody attached are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true))]
    pub managed_policies: Vec<String>,

    /// How long a session may last.
    #[serde(default = "Spec::default_session")]
    #[schemars(extend("x-limit" = "iam.role.max_session", "x-aws" = "MaxSessionDuration"))]
    pub max_session: Duration,

    /// The ARN of a policy that bounds what the role can ever do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "PermissionsBoundary"))]
    pub permissions_boundary: Option<String>,

    /// Make an instance profile of the role's name that holds the role: EC2 instances, and so EMR's nodes, need one.
    #[serde(default)]
    pub instance_profile: bool,
}

/// Something the role may, or may not, do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Allow or deny.
    #[serde(default)]
    pub effect: Effect,
    /// IAM actions: `["s3:GetObject"]`.
    #[schemars(extend("x-set" = true))]
    pub actions: Vec<String>,
    /// ARNs, or `*`.
    #[schemars(extend("x-set" = true))]
    pub resources: Vec<String>,
    /// The condition block, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true))]
    pub condition: Option<String>,
    /// Why, for the plan; IAM has no place for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub reason: Option<String>,
}

/// Allow or deny.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Allow.
    #[default]
    Allow,
    /// Deny, whatever else allows.
    Deny,
}

impl Spec {
    fn default_path() -> String {
        "/".to_owned()
    }
    fn default_session() -> Duration {
        Duration::hours(1)
    }
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    match (spec.assumed_by.is_empty(), spec.trust_policy.is_some()) {
        (true, false) => drop(problems.add(
            "assumed_by",
            "nobody may assume this role",
            "add `assumed_by = [\"lambda.amazonaws.com\"]`, or a `trust_policy`",
        )),
        (false, true) => {
            problems.add("trust_policy", "both `assumed_by` and `trust_policy` say who may assume the role", "keep one of them");
        }
        _ => {}
    }
    if !spec.path.starts_with('/') || !spec.path.ends_with('/') {
        problems.add("path", "a path starts and ends with a slash", format!("write `path = \"/{}/\"`", spec.path.trim_matches('/')));
    }
    if spec.inline_policies.contains_key(OWN_POLICY) {
        problems.add(
            "inline_policies",
            "the inline policy `pipetoll` holds the statements",
            "give it another name, or write it as `[[role.x.statement]]`",
        );
    }
    let texts = spec.trust_policy.iter().map(|text| ("trust_policy".to_owned(), text));
    let inline = spec.inline_policies.iter().map(|(name, text)| (format!("inline_policies.{name}"), text));
    for (path, text) in texts.chain(inline) {
        // References become plain words, so what is left must be JSON already.
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            problems.add(path.as_str(), format!("the policy is not JSON: {error}"), "check quotes and commas");
        }
    }
}

/// Empty lists of attached and inline policies and an empty description mean the same as absent ones.
pub(super) fn normalize(value: &mut Value) {
    let Value::Table(entries) = value else { return };
    entries.retain(|_, value| !value.is_empty());
}

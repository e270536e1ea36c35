//! `role`: an IAM role, with its policies and, for EMR's instances, its instance profile.

#[cfg(any(feature = "aws", test))]
mod document;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Effect, Spec, Statement};

use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::NoUsage;
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// An IAM role.
pub struct Role;

impl Kind for Role {
    type Spec = Spec;
    type Usage = NoUsage;

    const NAME: &'static str = "role";
    const TITLE: &'static str = "an IAM role";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "The role's ARN.", pattern: Some("arn:{partition}:iam::{account}:role{path}{name}") },
        Output { name: "id", doc: "The role's unique id (`AROA…`), which policies keep when the role is deleted.", pattern: None },
        Output {
            name: "instance_profile",
            doc: "The name of the instance profile, when `instance_profile = true`: the role's own name.",
            pattern: Some("{name}"),
        },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    /// IAM is free.
    fn cost(_: &Spec, _: &NoUsage, _: &CostContext<'_>) -> Vec<CostItem> {
        Vec::new()
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

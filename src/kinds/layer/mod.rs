//! `layer`: a version of a Lambda layer.

mod lints;
#[cfg(feature = "aws")]
mod permission;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Architecture, CodeStorage, Permission, Spec};

use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::NoUsage;
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A version of a Lambda layer.
pub struct Layer;

impl Kind for Layer {
    type Spec = Spec;
    type Usage = NoUsage;

    const NAME: &'static str = "layer";
    const TITLE: &'static str = "a Lambda layer";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "arn",
            doc: "The layer's ARN, without a version.",
            pattern: Some("arn:{partition}:lambda:{region}:{account}:layer:{name}"),
        },
        Output { name: "version_arn", doc: "The ARN of this version: what functions name.", pattern: None },
        Output { name: "version", doc: "The number of this version.", pattern: None },
        Output { name: "code_sha256", doc: "The base64 SHA-256 of the package that Lambda has.", pattern: None },
    ];
    // PublishLayerVersion takes no token and every call makes a version: the operation's id goes into the description's end.
    const IDEMPOTENCY: Idempotency = Idempotency::OperationTag;
    const TAGGABLE: bool = false;
    // Versions stand side by side; were the old one deleted first and the new one refused, functions could not be updated any more.
    const NEW_FIRST: bool = true;

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn cost(_: &Spec, _: &NoUsage, _: &CostContext<'_>) -> Vec<CostItem> {
        // Layers cost nothing; their size counts towards the account's 75 GB of code.
        Vec::new()
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

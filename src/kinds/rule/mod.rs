//! `rule`: an Amazon EventBridge rule, with its targets.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Spec, Target, Usage};

use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule as Lint;
use crate::model::value::Value;

/// An EventBridge rule.
pub struct Rule;

impl Kind for Rule {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "rule";
    const TITLE: &'static str = "an EventBridge rule";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Lint] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[Output { name: "arn", doc: "The rule's ARN.", pattern: None }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("events.amazonaws.com");

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

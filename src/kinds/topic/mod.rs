//! `topic`: an Amazon SNS topic with its subscriptions.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Protocol, Spec, Subscription, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// An SNS topic.
pub struct Topic;

impl Kind for Topic {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "topic";
    const TITLE: &'static str = "an SNS topic";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] =
        &[Output { name: "arn", doc: "The topic's ARN.", pattern: Some("arn:{partition}:sns:{region}:{account}:{name}") }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[Access { of: Use::Write, actions: &["sns:Publish"], resources: &["{arn}"] }];

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

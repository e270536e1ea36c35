//! `log_group`: an Amazon CloudWatch log group.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Class, Spec, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;

/// A CloudWatch log group.
pub struct LogGroup;

impl Kind for LogGroup {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "log_group";
    const TITLE: &'static str = "a CloudWatch log group";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[Output {
        name: "arn",
        doc: "The log group's ARN, without the `:*` that means its streams.",
        pattern: Some("arn:{partition}:logs:{region}:{account}:log-group:{name}"),
    }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[
        Access {
            of: Use::Read,
            actions: &["logs:GetLogEvents", "logs:FilterLogEvents", "logs:DescribeLogStreams"],
            resources: &["{arn}", "{arn}:*"],
        },
        Access { of: Use::Write, actions: &["logs:CreateLogStream", "logs:PutLogEvents"], resources: &["{arn}:*"] },
    ];
    const HOLDS: Option<&'static str> = Some("the logs");

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }
}

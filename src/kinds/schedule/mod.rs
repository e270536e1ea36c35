//! `schedule`: an Amazon EventBridge Scheduler schedule.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Destination, Spec, Usage};

use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A schedule.
pub struct Schedule;

impl Kind for Schedule {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "schedule";
    const TITLE: &'static str = "an EventBridge Scheduler schedule";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[Output {
        name: "arn",
        doc: "The schedule's ARN.",
        pattern: Some("arn:{partition}:scheduler:{region}:{account}:schedule/{group}/{name}"),
    }];
    const IDEMPOTENCY: Idempotency = Idempotency::ClientToken;
    const PRINCIPAL: Option<&'static str> = Some("scheduler.amazonaws.com");
    /// Scheduler tags groups, not schedules.
    const TAGGABLE: bool = false;

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage, context.today)
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

//! `pipeline`: an AWS Step Functions state machine, with its schedule.

mod asl;
mod cost;
mod definition;
mod grants;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
mod task;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Encryption, Engine, LogLevel, Logging, ScheduleRetry, Spec, Usage, Workflow};
pub use task::{Catch, Distributed, Fail, Map, Parallel, QueryLanguage, Retry, Step, Task, Wait, Way};

use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// An AWS Step Functions state machine.
pub struct Pipeline;

impl Kind for Pipeline {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "pipeline";
    const TITLE: &'static str = "a Step Functions state machine";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output {
            name: "arn",
            doc: "The state machine's ARN.",
            pattern: Some("arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
        },
        Output { name: "revision_id", doc: "The id of the definition and role that are in force.", pattern: None },
        Output {
            name: "schedule_arn",
            doc: "The ARN of the schedule, when there is one.",
            pattern: Some("arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}"),
        },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("states.amazonaws.com");
    const ACCESS: &'static [Access] = &[Access { of: Use::Run, actions: &["states:StartExecution"], resources: &["{arn}"] }];

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::check(spec, problems);
    }

    fn grants(spec: &Spec) -> Vec<Grant> {
        grants::of(spec, "role")
    }

    fn grants_for(spec: &Spec, field: &str) -> Vec<Grant> {
        grants::of(spec, field)
    }

    fn cost(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage, context)
    }

    fn normalize(value: &mut Value) {
        definition::normalize(value);
    }
}

//! `job`: a Glue job, with the triggers that start it.

mod arguments;
mod cost;
mod grants;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod trigger;
mod usage;
mod validate;

pub use spec::{Bookmark, Dataset, ExecutionClass, Mode, SourceControl, Spec, Type};
pub use trigger::{Action, Condition, Logical, Sort, State, Trigger};
pub use usage::Usage;

use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A Glue job.
pub struct Job;

impl Kind for Job {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "job";
    const TITLE: &'static str = "a Glue job";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] =
        &[Output { name: "arn", doc: "The job's ARN.", pattern: Some("arn:{partition}:glue:{region}:{account}:job/{name}") }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("glue.amazonaws.com");
    const ACCESS: &'static [Access] = &[Access {
        of: Use::Run,
        actions: &["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
        resources: &["{arn}"],
    }];

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::check(spec, problems);
    }

    fn grants(spec: &Spec) -> Vec<Grant> {
        grants::of(spec)
    }

    fn cost(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage, context)
    }

    fn normalize(value: &mut Value) {
        validate::normalize(value);
    }
}

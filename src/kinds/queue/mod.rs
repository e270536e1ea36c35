//! `queue`: an Amazon SQS queue.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Redrive, Spec, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;

/// An Amazon SQS queue.
pub struct Queue;

impl Kind for Queue {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "queue";
    const TITLE: &'static str = "an SQS queue";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "The queue's ARN.", pattern: Some("arn:{partition}:sqs:{region}:{account}:{name}") },
        Output { name: "url", doc: "The URL that clients send to.", pattern: None },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[
        Access { of: Use::Read, actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: &["{arn}"] },
        Access { of: Use::Write, actions: &["sqs:SendMessage"], resources: &["{arn}"] },
        Access {
            of: Use::Consume,
            actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
            resources: &["{arn}"],
        },
    ];
    const HOLDS: Option<&'static str> = Some("the messages in the queue");

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }
}

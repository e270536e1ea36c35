//! `stream`: an Amazon Kinesis data stream.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{Mode, Spec, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A Kinesis data stream.
pub struct Stream;

const READ: &[&str] =
    &["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards"];

impl Kind for Stream {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "stream";
    const TITLE: &'static str = "a Kinesis data stream";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] =
        &[Output { name: "arn", doc: "The stream's ARN.", pattern: Some("arn:{partition}:kinesis:{region}:{account}:stream/{name}") }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[
        Access { of: Use::Read, actions: READ, resources: &["{arn}"] },
        Access { of: Use::Consume, actions: READ, resources: &["{arn}"] },
        Access { of: Use::Write, actions: &["kinesis:PutRecord", "kinesis:PutRecords"], resources: &["{arn}"] },
    ];
    const HOLDS: Option<&'static str> = Some("the records in the stream");

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }

    /// An on-demand stream tells a shard count of its own, which nobody declared.
    fn normalize(value: &mut Value) {
        if value.get("mode").and_then(Value::text) == Some("on-demand")
            && let Value::Table(entries) = value
        {
            entries.shift_remove("shards");
        }
    }
}

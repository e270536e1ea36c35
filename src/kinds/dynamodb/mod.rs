//! `dynamodb`: an Amazon DynamoDB table.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Billing, Spec, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;

/// A DynamoDB table.
pub struct Dynamodb;

impl Kind for Dynamodb {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "dynamodb";
    const TITLE: &'static str = "a DynamoDB table";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "The table's ARN.", pattern: Some("arn:{partition}:dynamodb:{region}:{account}:table/{name}") },
        Output {
            name: "stream_arn",
            doc: "The ARN of the table's stream, when it has one. A stream that is switched on again has another.",
            pattern: None,
        },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[
        Access {
            of: Use::Read,
            actions: &["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:DescribeTable"],
            resources: &["{arn}", "{arn}/index/*"],
        },
        Access {
            of: Use::Write,
            actions: &[
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:DescribeTable",
            ],
            resources: &["{arn}"],
        },
        Access {
            of: Use::Consume,
            actions: &["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
            // The second is for a literal ARN, which is the stream's own.
            resources: &["{arn}/stream/*", "{arn}"],
        },
    ];
    const HOLDS: Option<&'static str> = Some("the items in the table");

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::validate(spec, problems);
    }

    fn cost(spec: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage)
    }
}

//! `crawler`: a Glue crawler, which finds tables in stores and writes them to the catalog.

mod cost;
mod grants;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
mod targets;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{Dataset, LakeFormation, OnDelete, OnUpdate, Queries, Recrawl, SchemaChange, Spec, Usage};
pub use targets::{CatalogTarget, DeltaTarget, DynamodbTarget, JdbcTarget, LakeTarget, Metadata, MongodbTarget, S3Target, Targets};

use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A Glue crawler.
pub struct Crawler;

impl Kind for Crawler {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "crawler";
    const TITLE: &'static str = "a Glue crawler";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] =
        &[Output { name: "arn", doc: "The crawler's ARN.", pattern: Some("arn:{partition}:glue:{region}:{account}:crawler/{name}") }];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const PRINCIPAL: Option<&'static str> = Some("glue.amazonaws.com");
    const ACCESS: &'static [Access] =
        &[Access { of: Use::Run, actions: &["glue:StartCrawler", "glue:StopCrawler", "glue:GetCrawler"], resources: &["{arn}"] }];

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

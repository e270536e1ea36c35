//! `bucket`: an Amazon S3 bucket.

mod cost;
mod lints;
mod parts;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;
mod validate;

pub use spec::{LifecycleRule, Notification, PublicAccessBlock, Spec, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;

/// An S3 bucket.
pub struct Bucket;

/// Both are needed: the bucket itself for what lists, its objects for what reads and writes them.
const RESOURCES: &[&str] = &["{arn}", "{arn}/*"];

impl Kind for Bucket {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "bucket";
    const TITLE: &'static str = "an S3 bucket";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "The bucket's ARN.", pattern: Some("arn:{partition}:s3:::{name}") },
        Output { name: "domain", doc: "The bucket's own host name in its region.", pattern: Some("{name}.s3.{region}.amazonaws.com") },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const ACCESS: &'static [Access] = &[
        Access { of: Use::Read, actions: &["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"], resources: RESOURCES },
        Access {
            of: Use::Write,
            actions: &[
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
                "s3:ListMultipartUploadParts",
                "s3:ListBucket",
                "s3:ListBucketMultipartUploads",
                "s3:GetBucketLocation",
            ],
            resources: RESOURCES,
        },
    ];
    const HOLDS: Option<&'static str> = Some("the objects in the bucket");

    fn validate(spec: &Spec, problems: &mut Problems) {
        validate::validate(spec, problems);
    }

    fn cost(_: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(usage)
    }
}

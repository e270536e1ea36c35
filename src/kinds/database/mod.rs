//! `database`: a database of the Glue Data Catalog.

mod cost;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod spec;
#[cfg(test)]
mod tests;

pub use spec::{DefaultPermission, Federated, Spec, TargetDatabase, Usage};

use crate::model::access::{Access, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A database of the Glue Data Catalog.
pub struct Database;

impl Kind for Database {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "database";
    const TITLE: &'static str = "a Glue Data Catalog database";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "The database's ARN.", pattern: Some("arn:{partition}:glue:{region}:{account}:database/{name}") },
        Output {
            name: "tables",
            doc: "The ARN of all its tables, for policies.",
            pattern: Some("arn:{partition}:glue:{region}:{account}:table/{name}/*"),
        },
        Output {
            name: "catalog",
            doc: "The ARN of the catalog it stands in, for policies: every call on a database or table needs it too.",
            pattern: Some("arn:{partition}:glue:{region}:{account}:catalog"),
        },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    // Glue checks the catalog, the database and the table of each call; kinds that know they meet a database grant the other two.
    const ACCESS: &'static [Access] = &[
        Access {
            of: Use::Read,
            actions: &[
                "glue:GetDatabase",
                "glue:GetTable",
                "glue:GetTables",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:BatchGetPartition",
            ],
            resources: &["{arn}"],
        },
        Access {
            of: Use::Write,
            actions: &[
                "glue:GetDatabase",
                "glue:GetTable",
                "glue:GetTables",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:BatchGetPartition",
                "glue:CreateTable",
                "glue:UpdateTable",
                "glue:CreatePartition",
                "glue:BatchCreatePartition",
                "glue:UpdatePartition",
                "glue:BatchUpdatePartition",
            ],
            resources: &["{arn}"],
        },
    ];
    const HOLDS: Option<&'static str> = Some("the definitions of the tables in the database (the data itself stays in S3)");

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn cost(_: &Spec, usage: &Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(usage)
    }

    fn normalize(value: &mut Value) {
        spec::normalize(value);
    }
}

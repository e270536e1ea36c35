//! What a crawler looks at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::reference::Ref;

/// What a crawler looks at; at least one target in all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Prefixes of S3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "S3Targets"))]
    pub s3: Vec<S3Target>,
    /// Databases behind JDBC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "JdbcTargets"))]
    pub jdbc: Vec<JdbcTarget>,
    /// DynamoDB tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "DynamoDBTargets"))]
    pub dynamodb: Vec<DynamodbTarget>,
    /// Collections of MongoDB or DocumentDB.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "MongoDBTargets"))]
    pub mongodb: Vec<MongodbTarget>,
    /// Delta Lake tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "DeltaTargets"))]
    pub delta: Vec<DeltaTarget>,
    /// Prefixes with Iceberg tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "IcebergTargets"))]
    pub iceberg: Vec<LakeTarget>,
    /// Prefixes with Hudi tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "HudiTargets"))]
    pub hudi: Vec<LakeTarget>,
    /// Tables that are in the catalog already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "CatalogTargets"))]
    pub catalog: Vec<CatalogTarget>,
}

impl Targets {
    /// Whether nothing is looked at.
    pub fn is_empty(&self) -> bool {
        let Self { s3, jdbc, dynamodb, mongodb, delta, iceberg, hudi, catalog } = self;
        let counts = [s3.len(), jdbc.len(), dynamodb.len(), mongodb.len(), delta.len(), iceberg.len(), hudi.len(), catalog.len()];
        counts.iter().all(|count| *count == 0)
    }
}

/// A prefix of S3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3Target {
    /// `s3://bucket/prefix/`.
    #[schemars(extend("x-aws" = "Path"))]
    pub path: String,
    /// Glob patterns of what is left out: `"**/_temporary/**"`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Exclusions"))]
    pub exclusions: Vec<String>,
    /// A network connection, when the bucket is reached through a VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// How many files of each leaf folder are looked at: 1 to 249. Absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.crawler.sample_size", "x-aws" = "SampleSize"))]
    pub sample_size: Option<u32>,
    /// The queue that gets the bucket's events, for `recrawl = "event-mode"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "consume", "x-aws" = "EventQueueArn"))]
    pub event_queue: Option<Ref>,
    /// The queue for events that could not be worked off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "write", "x-aws" = "DlqEventQueueArn"))]
    pub dead_letter_queue: Option<Ref>,
}

/// A database behind JDBC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JdbcTarget {
    /// The connection to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// Which tables: `database/schema/%`.
    #[schemars(extend("x-aws" = "Path"))]
    pub path: String,
    /// Patterns of what is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Exclusions"))]
    pub exclusions: Vec<String>,
    /// What else is noted about each column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "EnableAdditionalMetadata"))]
    pub metadata: Vec<Metadata>,
}

/// What else is noted about each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Metadata {
    /// Comments of tables and columns.
    Comments,
    /// The types as the database names them.
    Rawtypes,
}

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DynamodbTarget {
    /// The table: a block, or a name.
    #[schemars(extend("x-ref" = ["dynamodb.name"], "x-use" = "read", "x-aws" = "Path"))]
    pub table: Ref,
    /// Whether all items are read, and not a sample.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "scanAll"))]
    pub scan_all: bool,
    /// Which part of the table's read capacity it may take: 0.1 to 1.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.crawler.dynamodb_scan_rate", "x-aws" = "scanRate"))]
    pub scan_rate: Option<f64>,
}

/// A collection of MongoDB or DocumentDB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MongodbTarget {
    /// The connection to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// `database/collection`.
    #[schemars(extend("x-aws" = "Path"))]
    pub path: String,
    /// Whether all documents are read, and not a sample.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "ScanAll"))]
    pub scan_all: bool,
}

/// Delta Lake tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeltaTarget {
    /// Their places: `s3://bucket/table/`.
    #[schemars(extend("x-set" = true, "x-aws" = "DeltaTables"))]
    pub tables: Vec<String>,
    /// A network connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// Whether manifest files are written beside the table, for engines that cannot read Delta.
    #[serde(default)]
    #[schemars(extend("x-aws" = "WriteManifest"))]
    pub write_manifest: bool,
    /// Whether the catalog's table is a Delta one, for engines that read Delta.
    #[serde(default)]
    #[schemars(extend("x-aws" = "CreateNativeDeltaTable"))]
    pub native: bool,
}

/// Prefixes with Iceberg or Hudi tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LakeTarget {
    /// Where to look: `s3://bucket/prefix/`.
    #[schemars(extend("x-set" = true, "x-aws" = "Paths"))]
    pub paths: Vec<String>,
    /// A network connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// Glob patterns of what is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Exclusions"))]
    pub exclusions: Vec<String>,
    /// How many folders deep the metadata may lie: 1 to 20.
    #[serde(default = "deepest")]
    #[schemars(range(min = 1, max = 20), extend("x-aws" = "MaximumTraversalDepth"))]
    pub max_depth: u32,
}

/// Tables that are in the catalog already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogTarget {
    /// Their database.
    #[schemars(extend("x-ref" = ["database.name"], "x-aws" = "DatabaseName"))]
    pub database: Ref,
    /// The tables.
    #[schemars(extend("x-ref" = ["table.name"], "x-aws" = "Tables"))]
    pub tables: Vec<Ref>,
    /// A network connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// The queue that gets the bucket's events, for `recrawl = "event-mode"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "consume", "x-aws" = "EventQueueArn"))]
    pub event_queue: Option<Ref>,
    /// The queue for events that could not be worked off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-use" = "write", "x-aws" = "DlqEventQueueArn"))]
    pub dead_letter_queue: Option<Ref>,
}

fn yes() -> bool {
    true
}

/// The deepest that Glue looks for the metadata of Iceberg and Hudi tables.
fn deepest() -> u32 {
    20
}

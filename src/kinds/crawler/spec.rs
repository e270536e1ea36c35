//! What users write for a crawler.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::targets::Targets;
use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Count, Estimate};
use crate::model::reference::Ref;

/// A Glue crawler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The crawler's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Glue cannot rename a crawler", "x-limit" = "glue.crawler.name_length", "x-aws" = "Name"))]
    pub name: String,

    /// What it is for; at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.description_length", "x-aws" = "Description"))]
    pub description: Option<String>,

    /// The role it runs as; `"auto"` derives the least it needs from its targets and its database.
    #[schemars(extend("x-auto-role" = true, "x-ref" = ["role.arn"], "x-aws" = "Role"))]
    pub role: Ref,

    /// The database its tables go to. Needed unless all targets are tables of the catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["database.name"], "x-aws" = "DatabaseName"))]
    pub database: Option<Ref>,

    /// The catalog its tables go to: an account id. Absent: the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "CatalogId"))]
    pub catalog_id: Option<String>,

    /// What it looks at: at least one target.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Targets"))]
    pub targets: Targets,

    /// When it runs, in UTC: `cron(15 2 * * ? *)`, at most every five minutes. Absent: when something starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "glue", "x-aws" = "Schedule"))]
    pub schedule: Option<String>,

    /// What it does when what it finds differs from the catalog.
    #[serde(default)]
    #[schemars(extend("x-aws" = "SchemaChangePolicy"))]
    pub schema_change: SchemaChange,

    /// How much it looks at when it runs again.
    #[serde(default)]
    #[schemars(extend("x-aws" = "RecrawlPolicy.RecrawlBehavior"))]
    pub recrawl: Recrawl,

    /// Whether it records where data came from.
    #[serde(default)]
    #[schemars(extend("x-aws" = "LineageConfiguration.CrawlerLineageSettings"))]
    pub lineage: bool,

    /// Whose permissions it reads with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "LakeFormationConfiguration"))]
    pub lake_formation: Option<LakeFormation>,

    /// Finer settings, as Glue's JSON: grouping of tables, inheritance of partitions, sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Configuration"))]
    pub configuration: Option<String>,

    /// Classifiers of your own, tried in this order before Glue's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-ref" = ["classifier.name"], "x-aws" = "Classifiers"))]
    pub classifiers: Vec<Ref>,

    /// What the names of its tables begin with; at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.crawler.table_prefix_length", "x-aws" = "TablePrefix"))]
    pub table_prefix: Option<String>,

    /// How its logs are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["glue_security.name"], "x-aws" = "CrawlerSecurityConfiguration"))]
    pub security_configuration: Option<Ref>,

    /// What is known about the data, for the linter alone; never sent to AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true))]
    pub dataset: Vec<Dataset>,
}

/// What a crawler does when what it finds differs from the catalog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaChange {
    /// When the schema of a table changed.
    #[serde(default)]
    #[schemars(extend("x-aws" = "UpdateBehavior"))]
    pub update: OnUpdate,
    /// When the data of a table is gone.
    #[serde(default)]
    #[schemars(extend("x-aws" = "DeleteBehavior"))]
    pub delete: OnDelete,
}

/// What happens when the schema of a table changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnUpdate {
    /// The table is changed.
    #[default]
    UpdateInDatabase,
    /// It is only logged.
    Log,
}

/// What happens when the data of a table is gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// The table is marked as deprecated.
    #[default]
    DeprecateInDatabase,
    /// The table is deleted from the catalog.
    DeleteFromDatabase,
    /// It is only logged.
    Log,
}

/// How much a crawler looks at when it runs again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Recrawl {
    /// Everything, each time.
    #[default]
    Everything,
    /// Only folders that are new since the last run; S3 targets only, and both changes of schema must be `log`.
    NewFoldersOnly,
    /// Only what S3 events in a queue speak of.
    EventMode,
}

/// Whose permissions a crawler reads with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LakeFormation {
    /// With Lake Formation's, in place of the role's own access to S3.
    #[serde(default)]
    #[schemars(extend("x-aws" = "UseLakeFormationCredentials"))]
    pub use_credentials: bool,
    /// The account that owns the data, when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "AccountId"))]
    pub account_id: Option<String>,
}

/// What is known about the data at one place: the linter holds the layout against the queries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Where it is: the path of a target.
    pub path: String,
    /// The keys of its folders, outermost first: `["year", "month", "day"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_keys: Vec<String>,
    /// How many values each key takes within the one above it: `{ year = 3, month = 12, day = 31 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cardinality: BTreeMap<String, u64>,
    /// How it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries: Option<Queries>,
    /// How much there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Whether files are only ever added.
    #[serde(default)]
    pub append_only: bool,
}

/// How data is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queries {
    /// What nearly every query filters by: `"time"`, or the name of a column.
    pub primary: String,
    /// The other columns that queries filter by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
}

/// What a crawler's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Runs. Absent: those of the schedule and of what starts it.
    #[serde(default)]
    pub runs: Option<Estimate<Rate>>,
    /// How long a run takes; ten minutes are billed at least.
    #[serde(default)]
    pub duration: Option<Estimate<Duration>>,
    /// How many DPUs Glue gives a run. Absent: 2, an assumption.
    #[serde(default)]
    pub dpus: Option<Estimate<Count>>,
    /// How many tables it finds.
    #[serde(default)]
    pub tables: Option<Estimate<Count>>,
    /// How much data its targets hold.
    #[serde(default)]
    pub data_size: Option<Estimate<Size>>,
    /// How often new data arrives that the catalog must know of.
    #[serde(default)]
    pub new_data_interval: Option<Estimate<Duration>>,
}

//! What users write for a database.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Rate;
use crate::model::estimate::{Count, Estimate};
use crate::model::kind::Problems;
use crate::model::reference::Ref;
use crate::model::value::Value;

/// A database of the Glue Data Catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The database's name; Glue keeps it in lower case. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Glue cannot rename a database", "x-aws" = "Name"))]
    pub name: String,

    /// The catalog it stands in: an account id. Absent: the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "a database cannot move to another catalog", "x-aws" = "CatalogId"))]
    pub catalog_id: Option<String>,

    /// What it is for; at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.description_length", "x-aws" = "Description"))]
    pub description: Option<String>,

    /// Where tables go that name no place of their own: `s3://bucket/prefix/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "LocationUri"))]
    pub location: Option<String>,

    /// Properties. Keys that others wrote are kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Parameters"))]
    pub parameters: BTreeMap<String, String>,

    /// Makes it a link to another database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TargetDatabase"))]
    pub target_database: Option<TargetDatabase>,

    /// Makes it stand for a schema of another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "FederatedDatabase"))]
    pub federated: Option<Federated>,

    /// What Lake Formation grants on each new table. Absent: what the account's settings say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-server-set" = true, "x-key" = "principal", "x-aws" = "CreateTableDefaultPermissions"))]
    pub create_table_default_permissions: Vec<DefaultPermission>,
}

/// The database a link leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetDatabase {
    /// The catalog it stands in: an account id.
    #[schemars(extend("x-aws" = "CatalogId"))]
    pub catalog_id: String,
    /// The database.
    #[schemars(extend("x-ref" = ["database.name"], "x-aws" = "DatabaseName"))]
    pub database: Ref,
    /// Its region, when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Region"))]
    pub region: Option<String>,
}

/// What a federated database stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Federated {
    /// The connection to the other system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["connection.name"], "x-aws" = "ConnectionName"))]
    pub connection: Option<Ref>,
    /// What it is called there: a data share's ARN, a schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Identifier"))]
    pub identifier: Option<String>,
    /// The sort of connection: `aws:redshift`, `aws:hive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ConnectionType"))]
    pub connection_type: Option<String>,
}

/// What one principal gets on each new table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultPermission {
    /// An IAM principal's ARN, or `IAM_ALLOWED_PRINCIPALS`.
    #[schemars(extend("x-aws" = "Principal"))]
    pub principal: String,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "Permissions"))]
    pub permissions: Vec<Permission>,
}

/// A permission of Lake Formation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Everything.
    All,
    /// Read rows.
    Select,
    /// Change the table's definition.
    Alter,
    /// Drop the table.
    Drop,
    /// Delete rows.
    Delete,
    /// Add rows.
    Insert,
    /// Create databases.
    CreateDatabase,
    /// Create tables.
    CreateTable,
    /// Point tables at a place in S3.
    DataLocationAccess,
}

/// What a database's cost depends on; the free million counts over the whole account.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Tables, table versions, partitions and partition indexes kept in it.
    #[serde(default)]
    pub objects: Option<Estimate<Count>>,
    /// Requests to the catalog about it: by Athena, Spark, crawlers and jobs.
    #[serde(default)]
    pub requests: Option<Estimate<Rate>>,
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    if spec.name.chars().any(|letter| letter.is_ascii_uppercase()) && !spec.name.contains("${") {
        problems
            .add("name", "Glue keeps the names of databases in lower case", format!("write `name = \"{}\"`", spec.name.to_lowercase()))
            .label = "has capitals".into();
    }
    if spec.target_database.is_some() && spec.federated.is_some() {
        problems.add("federated", "a database is a link or federated, not both", "remove `target_database` or `federated`");
    }
    if spec.target_database.is_some() && spec.location.is_some() {
        problems.add("location", "a link has no place of its own", "remove `location`");
    }
    for (at, permission) in spec.create_table_default_permissions.iter().enumerate() {
        if permission.permissions.contains(&Permission::All) && permission.permissions.len() > 1 {
            problems.add(
                format!("create_table_default_permissions[{at}].permissions").as_str(),
                "`all` holds the others already",
                "write `permissions = [\"all\"]`",
            );
        }
    }
}

/// Glue keeps names in lower case, whatever was sent.
pub(super) fn normalize(value: &mut Value) {
    if let Some(Value::Text(name)) = value.at_mut(&"name".into()) {
        *name = name.to_lowercase();
    }
}

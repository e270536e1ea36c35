//! What users write for the parts of a bucket that only some have: locks, logging, replication, tiering, metrics and inventories.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spec::{StorageClass, yes};
use crate::base::units::Duration;
use crate::model::reference::Ref;

/// How long new objects cannot be deleted, unless whoever puts them says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Who may end it early.
    #[schemars(extend("x-aws" = "Mode"))]
    pub mode: RetentionMode,
    /// How long: whole days, to 100 years.
    #[schemars(extend("x-aws" = "Days"))]
    pub period: Duration,
}

/// Who may end a retention early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RetentionMode {
    /// Whoever has the permission `s3:BypassGovernanceRetention`.
    Governance,
    /// Nobody, the account's root included.
    Compliance,
}

/// Where the access log goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// Another bucket of the account and region, whose policy lets `logging.s3.amazonaws.com` put objects.
    #[schemars(extend("x-ref" = ["bucket.name"], "x-aws" = "TargetBucket"))]
    pub bucket: Ref,
    /// With what the keys of the log's objects begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TargetPrefix"))]
    pub prefix: Option<String>,
    /// Put account, region, bucket and day into the keys, as Athena wants them, by this time. Without it they are not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TargetObjectKeyFormat.PartitionedPrefix.PartitionDateSource"))]
    pub partition: Option<LogDate>,
}

/// By which time logs are put into days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LogDate {
    /// When the request came; late entries go where they belong.
    EventTime,
    /// When the log was written.
    DeliveryTime,
}

/// Which objects are copied into other buckets. Both buckets need versioning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replication {
    /// The role that S3 assumes: it reads here and writes there.
    #[schemars(extend("x-ref" = ["role.arn"], "x-aws" = "ReplicationConfiguration.Role"))]
    pub role: Ref,
    /// The rules. Those of others are kept.
    #[schemars(length(min = 1), extend("x-key" = "id", "x-aws" = "ReplicationConfiguration.Rules"))]
    pub rule: Vec<ReplicationRule>,
}

/// Which objects are copied where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting of S3's")]
pub struct ReplicationRule {
    /// The rule's name.
    #[schemars(length(min = 1, max = 255), extend("x-aws" = "ID"))]
    pub id: String,
    /// Whether it is applied.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "Status"))]
    pub enabled: bool,
    /// Of several rules for one object and destination, that with the highest number counts.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Priority"))]
    pub priority: u32,
    /// Only objects whose key begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Prefix"))]
    pub prefix: Option<String>,
    /// Only objects that carry all of these tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Filter.Tag"))]
    pub tags: BTreeMap<String, String>,
    /// Into which bucket, in this or another region.
    #[schemars(extend("x-ref" = ["bucket.arn"], "x-aws" = "Destination.Bucket"))]
    pub bucket: Ref,
    /// The account of that bucket, when it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.Account"))]
    pub account: Option<String>,
    /// Let the copies belong to that account.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Destination.AccessControlTranslation"))]
    pub change_owner: bool,
    /// Into which storage. Without it: as the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.StorageClass"))]
    pub storage_class: Option<StorageClass>,
    /// Copy objects that KMS encrypts too, and encrypt the copies with this key of the destination's region. Without it they are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.EncryptionConfiguration.ReplicaKmsKeyID"))]
    pub kms_key: Option<String>,
    /// Copy delete markers too.
    #[serde(default)]
    #[schemars(extend("x-aws" = "DeleteMarkerReplication"))]
    pub delete_markers: bool,
    /// Copy changes of metadata that were made to the copies back.
    #[serde(default)]
    #[schemars(extend("x-aws" = "SourceSelectionCriteria.ReplicaModifications"))]
    pub replica_changes: bool,
    /// Tell `CloudWatch` how far the copies are behind.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Destination.Metrics"))]
    pub metrics: bool,
    /// Promise copies within 15 minutes. Billed by the gigabyte; needs `metrics`.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Destination.ReplicationTime"))]
    pub time_control: bool,
}

/// When objects in Intelligent-Tiering go into archives. Reading them from there takes minutes to hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tiering {
    /// Its name.
    #[schemars(length(min = 1, max = 64), extend("x-aws" = "Id"))]
    pub name: String,
    /// Whether it is applied.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "Status"))]
    pub enabled: bool,
    /// Only objects whose key begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Prefix"))]
    pub prefix: Option<String>,
    /// Only objects that carry all of these tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Filter.Tag"))]
    pub tags: BTreeMap<String, String>,
    /// Into the archive after so long without a read: whole days, 90 to 730.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Tierings[ARCHIVE_ACCESS].Days"))]
    pub archive_after: Option<Duration>,
    /// Into the deep archive after so long without a read: whole days, 180 to 730.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Tierings[DEEP_ARCHIVE_ACCESS].Days"))]
    pub deep_archive_after: Option<Duration>,
}

/// Requests that `CloudWatch` counts by the minute. Billed as custom metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Its name; `EntireBucket` is what S3's console calls that of all objects.
    #[schemars(length(min = 1, max = 64), extend("x-aws" = "Id"))]
    pub name: String,
    /// Only of objects whose key begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Prefix"))]
    pub prefix: Option<String>,
    /// Only of objects that carry all of these tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Filter.Tag"))]
    pub tags: BTreeMap<String, String>,
    /// Only of requests through this access point, by its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.AccessPointArn"))]
    pub access_point: Option<String>,
}

/// A list of the objects that S3 writes again and again. Billed by the object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// Its name.
    #[schemars(length(min = 1, max = 64), extend("x-aws" = "Id"))]
    pub name: String,
    /// Whether it is written.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "IsEnabled"))]
    pub enabled: bool,
    /// Into which bucket of the region, whose policy lets `s3.amazonaws.com` put objects.
    #[schemars(extend("x-ref" = ["bucket.arn"], "x-aws" = "Destination.S3BucketDestination.Bucket"))]
    pub bucket: Ref,
    /// The account of that bucket: S3 checks that it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.S3BucketDestination.AccountId"))]
    pub account: Option<String>,
    /// With what the keys of the lists begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.S3BucketDestination.Prefix"))]
    pub destination_prefix: Option<String>,
    /// How the lists are written.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Destination.S3BucketDestination.Format"))]
    pub format: InventoryFormat,
    /// Encrypt the lists with S3's own keys, whatever the other bucket does.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Destination.S3BucketDestination.Encryption.SSES3"))]
    pub sse_s3: bool,
    /// Encrypt the lists with this KMS key, by its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Destination.S3BucketDestination.Encryption.SSEKMS.KeyId"))]
    pub kms_key: Option<String>,
    /// Only objects whose key begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Prefix"))]
    pub prefix: Option<String>,
    /// Older versions too.
    #[serde(default)]
    #[schemars(extend("x-aws" = "IncludedObjectVersions"))]
    pub versions: InventoryVersions,
    /// How often.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Schedule.Frequency"))]
    pub frequency: InventoryFrequency,
    /// What is told of each object beside bucket and key: `Size`, `LastModifiedDate`, `StorageClass`, `ETag` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "OptionalFields"))]
    pub fields: Vec<String>,
}

/// How an inventory is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InventoryFormat {
    /// Compressed text.
    #[serde(rename = "CSV")]
    Csv,
    /// Columns, for Hive.
    #[serde(rename = "ORC")]
    Orc,
    /// Columns, for nearly all else.
    #[default]
    Parquet,
}

/// Of which versions an inventory tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InventoryVersions {
    /// The current ones.
    #[default]
    Current,
    /// All.
    All,
}

/// How often an inventory is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InventoryFrequency {
    /// Each day.
    Daily,
    /// Each week.
    #[default]
    Weekly,
}

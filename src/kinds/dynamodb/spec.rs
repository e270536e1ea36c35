//! What users write for a table.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::Estimate;
use crate::model::reference::Ref;

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The table's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "DynamoDB cannot rename a table", "x-aws" = "TableName"))]
    pub name: String,

    /// The attributes of all keys, with their types.
    #[schemars(extend("x-aws" = "AttributeDefinitions"))]
    pub attributes: BTreeMap<String, AttributeType>,

    /// The attribute by which items are spread.
    #[schemars(extend("x-replace" = "DynamoDB cannot change the key of a table", "x-aws" = "KeySchema[HASH]"))]
    pub hash_key: String,

    /// The attribute by which items of one hash key are sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "DynamoDB cannot change the key of a table", "x-aws" = "KeySchema[RANGE]"))]
    pub range_key: Option<String>,

    /// What is paid for: each request (`on-demand`), or a capacity that is kept ready (`provisioned`). May be switched to on-demand four times in 24 hours.
    #[serde(default)]
    #[schemars(extend("x-aws" = "BillingMode"))]
    pub billing_mode: Billing,

    /// Provisioned: read units each second. Unmanaged when it is left out of an existing table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-server-set" = true, "x-aws" = "ProvisionedThroughput.ReadCapacityUnits"))]
    pub read_capacity: Option<u32>,

    /// Provisioned: write units each second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-server-set" = true, "x-aws" = "ProvisionedThroughput.WriteCapacityUnits"))]
    pub write_capacity: Option<u32>,

    /// On-demand: read units each second above which requests are refused. A brake on cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-aws" = "OnDemandThroughput.MaxReadRequestUnits"))]
    pub max_read_units: Option<u32>,

    /// On-demand: write units each second above which requests are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-aws" = "OnDemandThroughput.MaxWriteRequestUnits"))]
    pub max_write_units: Option<u32>,

    /// What the table takes at once. It can only grow, and growing costs once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "WarmThroughput"))]
    pub warm_throughput: Option<WarmThroughput>,

    /// Global secondary indexes. Those that others made are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "GlobalSecondaryIndexes"))]
    pub index: Vec<Index>,

    /// Local secondary indexes: other orders of the items of one hash key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), extend("x-key" = "name", "x-replace" = "DynamoDB makes local indexes with the table only", "x-aws" = "LocalSecondaryIndexes"))]
    pub local_index: Vec<LocalIndex>,

    /// What the stream of changes holds; without it there is no stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "StreamSpecification.StreamViewType"))]
    pub stream: Option<StreamContent>,

    /// The attribute that holds the second (Unix time) after which an item is deleted, for free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TimeToLiveSpecification.AttributeName"))]
    pub ttl: Option<String>,

    /// Keep backups of every second, to restore the table as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"))]
    pub point_in_time_recovery: Option<bool>,

    /// How far back the table can be restored: whole days, 1 to 35.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "PointInTimeRecoverySpecification.RecoveryPeriodInDays"))]
    pub recovery_window: Option<Duration>,

    /// A KMS key that encrypts the table: best its ARN; `alias/aws/dynamodb` is the account's own. Without it: a key of DynamoDB's, for free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SSESpecification.KMSMasterKeyId"))]
    pub kms_key: Option<String>,

    /// Whether storage is cheap and requests dear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "TableClass"))]
    pub table_class: Option<TableClass>,

    /// Refuse to delete the table.
    #[serde(default)]
    #[schemars(extend("x-aws" = "DeletionProtectionEnabled"))]
    pub deletion_protection: bool,

    /// Kinesis streams that hear of every change, at most two. Those that others enabled are left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "stream", "x-aws" = "EnableKinesisStreamingDestination"))]
    pub kinesis: Vec<Kinesis>,

    /// Which keys CloudWatch counts, to find those that are used most; billed by CloudWatch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ContributorInsightsMode"))]
    pub contributor_insights: Option<Insights>,

    /// The table's resource policy, as JSON: what lets other accounts read and write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "ResourcePolicy"))]
    pub policy: Option<String>,
}

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AttributeType {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

/// What is paid for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Billing {
    /// Each request.
    #[default]
    OnDemand,
    /// A capacity that is kept ready.
    Provisioned,
}

/// What a table takes at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarmThroughput {
    /// Read units each second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 12_000), extend("x-server-set" = true, "x-aws" = "ReadUnitsPerSecond"))]
    pub reads: Option<u32>,
    /// Write units each second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 4000), extend("x-server-set" = true, "x-aws" = "WriteUnitsPerSecond"))]
    pub writes: Option<u32>,
}

/// A global secondary index. Another key or projection makes it anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name.
    #[schemars(length(min = 3, max = 255), regex(pattern = r"^[a-zA-Z0-9_.-]+$"), extend("x-aws" = "IndexName"))]
    pub name: String,
    /// The attribute by which items are spread.
    #[schemars(extend("x-aws" = "KeySchema[HASH]"))]
    pub hash_key: String,
    /// The attribute by which items of one hash key are sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KeySchema[RANGE]"))]
    pub range_key: Option<String>,
    /// Up to three attributes that spread items together with `hash_key`; a query names them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 3), extend("x-aws" = "KeySchema[HASH]"))]
    pub more_hash_keys: Vec<String>,
    /// Up to three attributes that sort items after `range_key`, in this order; a query names them from the left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 3), extend("x-aws" = "KeySchema[RANGE]"))]
    pub more_range_keys: Vec<String>,
    /// Which attributes it holds.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Projection.ProjectionType"))]
    pub projection: Projection,
    /// The attributes beside the keys, for `include`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), extend("x-set" = true, "x-aws" = "Projection.NonKeyAttributes"))]
    pub include: Vec<String>,
    /// Provisioned: read units each second. Default: as the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-server-set" = true, "x-aws" = "ProvisionedThroughput.ReadCapacityUnits"))]
    pub read_capacity: Option<u32>,
    /// Provisioned: write units each second. Default: as the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-server-set" = true, "x-aws" = "ProvisionedThroughput.WriteCapacityUnits"))]
    pub write_capacity: Option<u32>,
    /// On-demand: read units each second above which requests are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-aws" = "OnDemandThroughput.MaxReadRequestUnits"))]
    pub max_read_units: Option<u32>,
    /// On-demand: write units each second above which requests are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-aws" = "OnDemandThroughput.MaxWriteRequestUnits"))]
    pub max_write_units: Option<u32>,
    /// What the index takes at once. It can only grow, and growing costs once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "WarmThroughput"))]
    pub warm_throughput: Option<WarmThroughput>,
    /// Which keys of the index CloudWatch counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ContributorInsightsMode"))]
    pub contributor_insights: Option<Insights>,
}

/// A local secondary index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalIndex {
    /// Its name.
    #[schemars(length(min = 3, max = 255), regex(pattern = r"^[a-zA-Z0-9_.-]+$"), extend("x-aws" = "IndexName"))]
    pub name: String,
    /// The attribute by which items of one hash key are sorted.
    #[schemars(extend("x-aws" = "KeySchema[RANGE]"))]
    pub range_key: String,
    /// Which attributes it holds.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Projection.ProjectionType"))]
    pub projection: Projection,
    /// The attributes beside the keys, for `include`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), extend("x-set" = true, "x-aws" = "Projection.NonKeyAttributes"))]
    pub include: Vec<String>,
}

/// Which attributes an index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Projection {
    /// All.
    #[default]
    All,
    /// Those of the keys.
    KeysOnly,
    /// Those of the keys, and those in `include`.
    Include,
}

/// What a stream of changes holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StreamContent {
    /// The key of the item.
    KeysOnly,
    /// The item as it became.
    NewImage,
    /// The item as it was.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// Whether storage is cheap and requests dear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TableClass {
    /// Neither.
    Standard,
    /// Storage costs less and requests cost more.
    StandardInfrequentAccess,
}

/// A Kinesis stream that hears of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kinesis {
    /// The stream.
    #[schemars(extend("x-ref" = ["stream.arn"], "x-aws" = "StreamArn"))]
    pub stream: Ref,
    /// How exactly a record tells when the change was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ApproximateCreationDateTimePrecision"))]
    pub precision: Option<Precision>,
}

/// How exactly a record tells when the change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the thousandth of a second: DynamoDB's own choice.
    Millisecond,
    /// To the millionth.
    Microsecond,
}

/// Which keys CloudWatch counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Insights {
    /// Those that are used most, and those that are throttled.
    AccessedAndThrottledKeys,
    /// Those that are throttled, which costs less.
    ThrottledKeys,
}

impl Spec {
    /// The attributes that the keys of the table, its local indexes, and these global indexes are made of.
    #[cfg(feature = "aws")]
    pub(super) fn key_attributes<'a>(&'a self, indexes: &'a [Index]) -> impl Iterator<Item = &'a str> {
        let own = [Some(self.hash_key.as_str()), self.range_key.as_deref()].into_iter().flatten();
        let local = self.local_index.iter().map(|index| index.range_key.as_str());
        own.chain(local).chain(indexes.iter().flat_map(|index| index.hash_keys().chain(index.range_keys())))
    }
}

#[cfg(feature = "aws")]
impl Index {
    /// All attributes by which its items are spread.
    pub(super) fn hash_keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.hash_key).chain(&self.more_hash_keys).map(String::as_str)
    }

    /// All attributes by which the items of one hash key are sorted, in their order.
    pub(super) fn range_keys(&self) -> impl Iterator<Item = &str> {
        self.range_key.iter().chain(&self.more_range_keys).map(String::as_str)
    }
}

/// What a table's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Items written; each index that holds the item writes it too.
    #[serde(default)]
    pub writes: Option<Estimate<Rate>>,
    /// Items read.
    #[serde(default)]
    pub reads: Option<Estimate<Rate>>,
    /// Size of an item: a write unit is 1 KB, a read unit 4 KB.
    #[serde(default)]
    pub item_size: Option<Estimate<Size>>,
    /// Whether reads are eventually consistent, at half the price. Default: no.
    #[serde(default)]
    pub eventual_reads: Option<bool>,
    /// Data kept, indexes included, on average over the month.
    #[serde(default)]
    pub storage: Option<Estimate<Size>>,
    /// Reads of the stream by others than Lambda, whose reads are free.
    #[serde(default)]
    pub stream_reads: Option<Estimate<Rate>>,
}

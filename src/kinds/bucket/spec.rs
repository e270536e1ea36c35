//! What users write for a bucket.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::{Inventory, Logging, Metrics, Replication, Retention, Tiering};
use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Count, Estimate};
use crate::model::reference::Ref;

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The bucket's name, unique in the whole world: 3 to 63 lower-case letters, digits, hyphens and dots. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "S3 cannot rename a bucket", "x-limit" = "s3.bucket.name_length", "x-aws" = "Bucket"))]
    pub name: String,

    /// Delete the objects with the bucket, old versions too. Counts once it has been applied. Without it a bucket with objects is not deleted.
    #[serde(default)]
    #[schemars(extend("x-write-only" = true))]
    pub force_destroy: bool,

    /// Keep what is overwritten and deleted as older versions. `false` suspends it; versions that are there stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "VersioningConfiguration.Status"))]
    pub versioning: Option<bool>,

    /// How new objects are encrypted at rest. Without it: with S3's own keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ServerSideEncryptionConfiguration"))]
    pub encryption: Option<Encryption>,

    /// What keeps the public out. Without it: all four, as S3 sets them on new buckets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "PublicAccessBlockConfiguration"))]
    pub public_access_block: Option<PublicAccessBlock>,

    /// Who owns objects that other accounts put here, and whether ACLs count. Without it: the bucket's owner, and no ACLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "OwnershipControls"))]
    pub ownership: Option<Ownership>,

    /// The bucket's resource policy, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Policy"))]
    pub policy: Option<String>,

    /// What happens to objects as they age. Rules of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "id", "x-aws" = "LifecycleConfiguration.Rules"))]
    pub lifecycle_rule: Vec<LifecycleRule>,

    /// Which objects are too small to be moved by lifecycle rules without a size of their own. Without it S3 decides: less than 128 KB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "TransitionDefaultMinimumObjectSize"))]
    pub transition_minimum: Option<TransitionMinimum>,

    /// Which web pages may use the bucket from a browser.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "CORSConfiguration.CORSRules"))]
    pub cors: Vec<Cors>,

    /// Who is told about objects. Notifications of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "NotificationConfiguration"))]
    pub notification: Vec<Notification>,

    /// Send all events of the bucket to EventBridge, where rules can pick them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "NotificationConfiguration.EventBridgeConfiguration"))]
    pub eventbridge: Option<bool>,

    /// Let versions of objects be locked against deletion. Switches versioning on, and cannot be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ObjectLockEnabledForBucket"))]
    pub object_lock: Option<bool>,

    /// How long new objects are locked unless whoever puts them says otherwise. Needs `object_lock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ObjectLockConfiguration.Rule.DefaultRetention"))]
    pub default_retention: Option<Retention>,

    /// Who asked for what: an access log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "BucketLoggingStatus.LoggingEnabled"))]
    pub logging: Option<Logging>,

    /// Copies of new objects in other buckets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ReplicationConfiguration"))]
    pub replication: Option<Replication>,

    /// When objects in Intelligent-Tiering go into archives. Those of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "IntelligentTieringConfiguration"))]
    pub intelligent_tiering: Vec<Tiering>,

    /// Requests that `CloudWatch` counts. Those of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "MetricsConfiguration"))]
    pub metrics: Vec<Metrics>,

    /// Lists of the objects, written again and again. Those of others are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name", "x-aws" = "InventoryConfiguration"))]
    pub inventory: Vec<Inventory>,

    /// Let clients far away use Transfer Acceleration, billed by the gigabyte. `false` suspends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "AccelerateConfiguration.Status"))]
    pub acceleration: Option<bool>,

    /// Let whoever reads the objects pay for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "RequestPaymentConfiguration.Payer"))]
    pub requester_pays: Option<bool>,
}

/// How new objects are encrypted at rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// With whose keys. Default: `aws:kms` when there is a `kms_key`, else `AES256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "SSEAlgorithm"))]
    pub algorithm: Option<Algorithm>,
    /// A KMS key: id, ARN or alias. Without it, `aws:kms` uses the account's key for S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KMSMasterKeyID"))]
    pub kms_key: Option<String>,
    /// Ask KMS once per bucket and not once per object: up to 99 % fewer KMS requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "BucketKeyEnabled"))]
    pub bucket_key: Option<bool>,
    /// Refuse objects that come with a key of the client's own (SSE-C), which nobody else could read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "BlockedEncryptionTypes"))]
    pub block_client_keys: Option<bool>,
}

/// With whose keys objects are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// S3's own.
    #[serde(rename = "AES256")]
    Aes256,
    /// KMS's.
    #[serde(rename = "aws:kms")]
    Kms,
    /// KMS's, in two layers.
    #[serde(rename = "aws:kms:dsse")]
    KmsDual,
}

/// What keeps the public out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "these are the four switches of S3")]
pub struct PublicAccessBlock {
    /// Refuse ACLs that let the public in.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "BlockPublicAcls"))]
    pub block_public_acls: bool,
    /// Ignore ACLs that let the public in.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "IgnorePublicAcls"))]
    pub ignore_public_acls: bool,
    /// Refuse policies that let the public in.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "BlockPublicPolicy"))]
    pub block_public_policy: bool,
    /// Let only the account and AWS's services in while the policy is public.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "RestrictPublicBuckets"))]
    pub restrict_public_buckets: bool,
}

/// Who owns objects that other accounts put here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Ownership {
    /// The bucket's owner; ACLs do not count.
    BucketOwnerEnforced,
    /// The bucket's owner, when whoever puts them says so; ACLs count.
    BucketOwnerPreferred,
    /// Whoever puts them; ACLs count.
    ObjectWriter,
}

/// What happens to some objects as they age.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifecycleRule {
    /// The rule's name.
    #[schemars(length(min = 1, max = 255), extend("x-aws" = "ID"))]
    pub id: String,
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
    /// Only objects larger than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.ObjectSizeGreaterThan"))]
    pub larger_than: Option<Size>,
    /// Only objects smaller than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.ObjectSizeLessThan"))]
    pub smaller_than: Option<Size>,
    /// Into which cheaper storage they go, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Transitions"))]
    pub transition: Vec<Transition>,
    /// After how many days they are deleted; with versioning, become an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Expiration.Days"))]
    pub expire_after: Option<Duration>,
    /// On which day they are deleted: `2030-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Expiration.Date"))]
    pub expire_on: Option<String>,
    /// Remove delete markers that no version is left of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Expiration.ExpiredObjectDeleteMarker"))]
    pub remove_expired_markers: Option<bool>,
    /// Into which cheaper storage older versions go, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "NoncurrentVersionTransitions"))]
    pub noncurrent_transition: Vec<NoncurrentTransition>,
    /// How many days after they became older versions are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "NoncurrentVersionExpiration.NoncurrentDays"))]
    pub noncurrent_expire_after: Option<Duration>,
    /// How many older versions are kept whatever their age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-aws" = "NoncurrentVersionExpiration.NewerNoncurrentVersions"))]
    pub noncurrent_keep: Option<u32>,
    /// After how many days uploads that nobody finished are thrown away. They cost as much as objects and are not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "AbortIncompleteMultipartUpload.DaysAfterInitiation"))]
    pub abort_incomplete_after: Option<Duration>,
}

/// Objects go into cheaper storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// After how many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Days"))]
    pub after: Option<Duration>,
    /// On which day: `2030-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Date"))]
    pub on: Option<String>,
    /// Where to.
    #[schemars(extend("x-aws" = "StorageClass"))]
    pub storage_class: StorageClass,
}

/// Older versions go into cheaper storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoncurrentTransition {
    /// How many days after they became older versions.
    #[schemars(extend("x-aws" = "NoncurrentDays"))]
    pub after: Duration,
    /// How many older versions stay where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100), extend("x-aws" = "NewerNoncurrentVersions"))]
    pub keep: Option<u32>,
    /// Where to.
    #[schemars(extend("x-aws" = "StorageClass"))]
    pub storage_class: StorageClass,
}

/// Cheaper storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StorageClass {
    /// Seldom read; billed for 30 days at least.
    StandardIa,
    /// Seldom read, in one Availability Zone; billed for 30 days at least.
    OnezoneIa,
    /// S3 moves each object by how it is read.
    IntelligentTiering,
    /// An archive that is read at once; billed for 90 days at least.
    GlacierIr,
    /// An archive that is read after minutes to hours; billed for 90 days at least.
    Glacier,
    /// An archive that is read after hours; billed for 180 days at least.
    DeepArchive,
}

/// Which objects are too small to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TransitionMinimum {
    /// Less than 128 KB, into all storage.
    #[serde(rename = "all_storage_classes_128K")]
    All128K,
    /// Less than 128 KB, but into Glacier and Deep Archive none.
    #[serde(rename = "varies_by_storage_class")]
    Varies,
}

/// Which web pages may use the bucket from a browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// The rule's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255), extend("x-aws" = "ID"))]
    pub id: Option<String>,
    /// Pages of these origins; `*` for all.
    #[schemars(extend("x-set" = true, "x-aws" = "AllowedOrigins"))]
    pub origins: Vec<String>,
    /// With these methods: `GET`, `PUT`, `POST`, `DELETE`, `HEAD`.
    #[schemars(extend("x-set" = true, "x-aws" = "AllowedMethods"))]
    pub methods: Vec<String>,
    /// With these request headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "AllowedHeaders"))]
    pub headers: Vec<String>,
    /// May see these response headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "ExposeHeaders"))]
    pub expose: Vec<String>,
    /// How long browsers remember the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "MaxAgeSeconds"))]
    pub max_age: Option<Duration>,
}

/// Somebody who is told about objects: exactly one of `queue`, `topic` and `function`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// A standard queue whose policy lets S3 send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["queue.arn"], "x-aws" = "QueueArn"))]
    pub queue: Option<Ref>,
    /// A standard topic whose policy lets S3 publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["topic.arn"], "x-aws" = "TopicArn"))]
    pub topic: Option<Ref>,
    /// A function that S3 has permission to invoke. For functions of the project write `[[function.x.trigger.s3]]`, which makes the permission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["function.arn"], "x-aws" = "LambdaFunctionArn"))]
    pub function: Option<Ref>,
    /// About what: `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete` …
    #[schemars(length(min = 1), extend("x-set" = true, "x-aws" = "Events"))]
    pub events: Vec<String>,
    /// Only objects whose key begins with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Key.FilterRules[prefix]"))]
    pub prefix: Option<String>,
    /// Only objects whose key ends with this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Filter.Key.FilterRules[suffix]"))]
    pub suffix: Option<String>,
}

pub(super) fn yes() -> bool {
    true
}

/// What a bucket's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Data kept, on average over the month, in S3 Standard.
    #[serde(default)]
    pub storage: Option<Estimate<Size>>,
    /// Data kept in Standard-IA.
    #[serde(default)]
    pub storage_infrequent: Option<Estimate<Size>>,
    /// Data kept in One Zone-IA.
    #[serde(default)]
    pub storage_one_zone: Option<Estimate<Size>>,
    /// Data kept in Glacier Flexible Retrieval.
    #[serde(default)]
    pub storage_glacier: Option<Estimate<Size>>,
    /// Data kept in Glacier Deep Archive.
    #[serde(default)]
    pub storage_deep_archive: Option<Estimate<Size>>,
    /// Objects in Intelligent-Tiering of 128 KB and more, which S3 watches; their data is counted as the storage it is in.
    #[serde(default)]
    pub tiered_objects: Option<Estimate<Count>>,
    /// Requests that put, copy, post or list.
    #[serde(default)]
    pub puts: Option<Estimate<Rate>>,
    /// Requests that get, and all others.
    #[serde(default)]
    pub gets: Option<Estimate<Rate>>,
}

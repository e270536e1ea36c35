//! What users write for a stream.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::Estimate;
use crate::model::kind::Problems;

/// A Kinesis data stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The stream's name. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "Kinesis cannot rename a stream", "x-aws" = "StreamName"))]
    pub name: String,

    /// Who decides how many shards there are: you (`provisioned`) or AWS (`on-demand`). May be switched twice in 24 hours.
    #[serde(default)]
    #[schemars(extend("x-aws" = "StreamModeDetails.StreamMode"))]
    pub mode: Mode,

    /// Shards, for `provisioned`. Each takes 1 MB or 1,000 records a second and gives 2 MB a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-aws" = "ShardCount"))]
    pub shards: Option<u32>,

    /// On-demand only: what decides which shard a record goes to.
    #[serde(default)]
    #[schemars(extend("x-aws" = "RecordDistributionStrategy"))]
    pub distribution: Distribution,

    /// How long records are kept. Beyond 24 hours it costs more.
    #[serde(default = "Spec::default_retention")]
    #[schemars(extend("x-limit" = "kinesis.stream.retention", "x-aws" = "RetentionPeriodHours"))]
    pub retention: Duration,

    /// A KMS key that encrypts records at rest: id, ARN or alias (`alias/aws/kinesis` is Kinesis's own). Without it nothing is encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "KeyId"))]
    pub kms_key: Option<String>,

    /// Metrics that CloudWatch keeps for each shard, at extra cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-aws" = "ShardLevelMetrics"))]
    pub shard_metrics: Vec<ShardMetric>,

    /// The largest record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-limit" = "kinesis.record_size", "x-aws" = "MaxRecordSizeInKiB"))]
    pub max_record_size: Option<Size>,

    /// On-demand only: the throughput in MB a second that the stream is ready for at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1), extend("x-server-set" = true, "x-aws" = "WarmThroughputMiBps"))]
    pub warm_throughput: Option<u32>,

    /// The stream's resource policy, as JSON: what lets other accounts read and write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-aws" = "Policy"))]
    pub policy: Option<String>,
}

/// Who decides how many shards there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// You do; billed by the shard-hour.
    #[default]
    Provisioned,
    /// AWS does; billed by the GB.
    OnDemand,
}

/// What decides which shard a record goes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// The partition key that the producer gives; records of one key stay in order.
    #[default]
    PartitionKey,
    /// Kinesis, evenly; partition keys are ignored.
    Auto,
}

/// A metric that CloudWatch keeps for each shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ShardMetric {
    /// Bytes in.
    IncomingBytes,
    /// Records in.
    IncomingRecords,
    /// Bytes out.
    OutgoingBytes,
    /// Records out.
    OutgoingRecords,
    /// Writes that were throttled.
    WriteProvisionedThroughputExceeded,
    /// Reads that were throttled.
    ReadProvisionedThroughputExceeded,
    /// Age of the last record read.
    IteratorAgeMilliseconds,
}

impl Spec {
    fn default_retention() -> Duration {
        Duration::hours(24)
    }

    /// The shards of a provisioned stream; one when nothing is said, as AWS's console does.
    pub fn shard_count(&self) -> Option<u32> {
        (self.mode == Mode::Provisioned).then(|| self.shards.unwrap_or(1))
    }
}

/// What a stream's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Records put.
    #[serde(default)]
    pub records: Option<Estimate<Rate>>,
    /// Size of a record.
    #[serde(default)]
    pub record_size: Option<Estimate<Size>>,
    /// How many consumers read all of it, for on-demand streams, which bill reads.
    #[serde(default)]
    pub consumers: Option<u32>,
}

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    if spec.mode == Mode::OnDemand && spec.shards.is_some() {
        problems.add("shards", "AWS decides the shards of an on-demand stream", "remove `shards`, or set `mode = \"provisioned\"`");
    }
    if spec.mode == Mode::Provisioned && spec.warm_throughput.is_some() {
        problems.add("warm_throughput", "`warm_throughput` is for on-demand streams", "remove it, or set `mode = \"on-demand\"`");
    }
    if spec.mode == Mode::Provisioned && spec.distribution == Distribution::Auto {
        problems.add(
            "distribution",
            "Kinesis distributes the records of on-demand streams only",
            "remove it, or set `mode = \"on-demand\"`",
        );
    }
    if !spec.retention.as_milliseconds().is_multiple_of(3_600_000) {
        problems.add(
            "retention",
            "Kinesis counts the retention in whole hours",
            format!("write `retention = \"{}h\"`", spec.retention.as_hours()),
        );
    }
}

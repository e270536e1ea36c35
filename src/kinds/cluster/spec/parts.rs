//! The parts of a cluster besides its nodes: steps, settings, scaling, security, and what its work is like.

use crate::base::table::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Size;

/// One piece of work. `script` runs a Spark or Hive script, `command` runs a command, `jar` runs a JAR.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the step is called.
    #[schemars(extend("x-aws" = "Name"))]
    pub name: String,
    /// A script: `.py` and `.jar` go to `spark-submit`, `.hql` and `.q` to Hive. A file of the project, which is uploaded, or an `s3://` URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-artifact" = "upload"))]
    pub script: Option<String>,
    /// The command that `command-runner.jar` runs: `["s3-dist-cp", "--src", …]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "HadoopJarStep.Args"))]
    pub command: Vec<String>,
    /// A JAR: a file of the project, an `s3://` URL, or one that is on the nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "HadoopJarStep.Jar"))]
    pub jar: Option<String>,
    /// The class in `jar` (or in a `script` that is a JAR) to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "HadoopJarStep.MainClass"))]
    pub main_class: Option<String>,
    /// Options of `spark-submit` for a `script`, before the script's name: `["--num-executors", "10"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub submit_options: Vec<String>,
    /// Arguments of the script or the JAR.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "HadoopJarStep.Args"))]
    pub arguments: Vec<String>,
    /// Java properties for the JAR.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(extend("x-aws" = "HadoopJarStep.Properties"))]
    pub properties: IndexMap<String, String>,
    /// Where the step's logs go, in place of the cluster's `log_uri`: `s3://bucket/prefix/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "StepMonitoringConfiguration.S3MonitoringConfiguration.LogUri"))]
    pub log_uri: Option<String>,
    /// The KMS key that encrypts them: its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "StepMonitoringConfiguration.S3MonitoringConfiguration.EncryptionKeyArn"))]
    pub log_encryption_key: Option<String>,
    /// What happens to the cluster when the step fails.
    #[serde(default)]
    #[schemars(extend("x-aws" = "ActionOnFailure"))]
    pub action_on_failure: ActionOnFailure,
}

/// What happens when a step fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionOnFailure {
    /// The next step runs.
    #[default]
    Continue,
    /// The steps that wait are cancelled.
    CancelAndWait,
    /// The cluster ends.
    TerminateCluster,
}

/// A script that runs on every node before the applications start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// What it is called.
    #[schemars(extend("x-aws" = "Name"))]
    pub name: String,
    /// The script: a file of the project, which is uploaded, or an `s3://` URL.
    #[schemars(extend("x-artifact" = "upload", "x-aws" = "ScriptBootstrapAction.Path"))]
    pub path: String,
    /// Its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "ScriptBootstrapAction.Args"))]
    pub arguments: Vec<String>,
}

/// Settings of one classification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Which file of which application: `spark-defaults`, `hive-site`.
    #[schemars(extend("x-aws" = "Classification"))]
    pub classification: String,
    /// The settings.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(extend("x-aws" = "Properties"))]
    pub properties: IndexMap<String, String>,
    /// Classifications within: `export` in `hadoop-env`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Configurations"))]
    pub configuration: Vec<Self>,
}

/// Where tables' definitions are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Metastore {
    /// The Glue Data Catalog.
    Glue,
    /// A database of your own, which `configuration` of `hive-site` names.
    External,
    /// The database on the primary node, which ends with the cluster.
    Local,
}

/// The bounds of managed scaling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagedScaling {
    /// The least capacity, core and task together.
    #[schemars(extend("x-aws" = "ComputeLimits.MinimumCapacityUnits"))]
    pub min: u32,
    /// The greatest capacity, core and task together.
    #[schemars(extend("x-aws" = "ComputeLimits.MaximumCapacityUnits"))]
    pub max: u32,
    /// The greatest part of it that is on demand; the rest is Spot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ComputeLimits.MaximumOnDemandCapacityUnits"))]
    pub max_on_demand: Option<u32>,
    /// The greatest part of it that is core; the rest is task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ComputeLimits.MaximumCoreCapacityUnits"))]
    pub max_core: Option<u32>,
    /// What is counted. Default: `instances` for groups, `fleet-units` for fleets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ComputeLimits.UnitType"))]
    pub unit: Option<ScalingUnit>,
    /// `advanced` takes a `performance_index`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ScalingStrategy"))]
    pub strategy: Option<ScalingStrategy>,
    /// From 1 (save money) to 100 (save time), for `strategy = "advanced"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.scaling.performance_index", "x-server-set" = true, "x-aws" = "UtilizationPerformanceIndex"))]
    pub performance_index: Option<u32>,
}

/// What managed scaling counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScalingUnit {
    /// Instances of groups.
    Instances,
    /// Units of fleets.
    FleetUnits,
    /// Virtual processors of groups.
    Vcpu,
}

/// How managed scaling decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScalingStrategy {
    /// As EMR has always done.
    Default,
    /// By `performance_index`.
    Advanced,
}

/// Security groups of the nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecurityGroups {
    /// The managed group of the primary node: EMR writes rules into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR cannot change it", "x-aws" = "EmrManagedMasterSecurityGroup"))]
    pub primary: Option<String>,
    /// The managed group of the core and task nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR cannot change it", "x-aws" = "EmrManagedSlaveSecurityGroup"))]
    pub workers: Option<String>,
    /// The group by which EMR reaches nodes in a private subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR cannot change it", "x-aws" = "ServiceAccessSecurityGroup"))]
    pub service: Option<String>,
    /// More groups of the primary node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-replace" = "EMR cannot change it", "x-aws" = "AdditionalMasterSecurityGroups"))]
    pub additional_primary: Vec<String>,
    /// More groups of the core and task nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-replace" = "EMR cannot change it", "x-aws" = "AdditionalSlaveSecurityGroups"))]
    pub additional_workers: Vec<String>,
}

/// The volume with the operating system.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RootVolume {
    /// Its size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.ebs.root_size", "x-server-set" = true, "x-aws" = "EbsRootVolumeSize"))]
    pub size: Option<Size>,
    /// I/O operations a second; from EMR 6.15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "EbsRootVolumeIops"))]
    pub iops: Option<u32>,
    /// MiB a second; from EMR 6.15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.ebs.gp3_throughput", "x-server-set" = true, "x-aws" = "EbsRootVolumeThroughput"))]
    pub throughput: Option<u32>,
}

/// When an instance that is to go really goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleDown {
    /// At the end of its hour.
    TerminateAtInstanceHour,
    /// When its tasks are done.
    TerminateAtTaskCompletion,
}

/// Which updates a node with an image of your own takes when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RepoUpgrade {
    /// Those that mend security.
    Security,
    /// None.
    None,
}

/// The Kerberos realm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kerberos {
    /// The realm's name: `EC2.INTERNAL`.
    #[schemars(extend("x-aws" = "Realm"))]
    pub realm: String,
    /// The password of the KDC's administrator: best from a variable, `"${var.kdc_password}"`; masked in state and output.
    #[schemars(extend("x-sensitive" = true, "x-aws" = "KdcAdminPassword"))]
    pub kdc_admin_password: String,
    /// The password of the cross-realm trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-sensitive" = true, "x-aws" = "CrossRealmTrustPrincipalPassword"))]
    pub cross_realm_password: Option<String>,
    /// A user who may join nodes to an Active Directory domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ADDomainJoinUser"))]
    pub domain_join_user: Option<String>,
    /// That user's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-sensitive" = true, "x-aws" = "ADDomainJoinPassword"))]
    pub domain_join_password: Option<String>,
}

/// How primary nodes are spread over hardware.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementGroup {
    /// How; EMR takes it for the primary nodes only.
    #[schemars(extend("x-aws" = "PlacementStrategy"))]
    pub strategy: PlacementStrategy,
}

/// How instances are spread over hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlacementStrategy {
    /// Each on other hardware.
    Spread,
    /// In groups on other hardware.
    Partition,
    /// Close together.
    Cluster,
    /// As it comes.
    None,
}

/// What of a cluster's logs goes where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// The log group of CloudWatch that the logs go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CloudWatchLogConfiguration.LogGroupName"))]
    pub log_group: Option<String>,
    /// What the names of the streams begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CloudWatchLogConfiguration.LogStreamNamePrefix"))]
    pub stream_prefix: Option<String>,
    /// The KMS key that encrypts them: its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CloudWatchLogConfiguration.EncryptionKeyArn"))]
    pub key: Option<String>,
    /// Which logs, by EMR's names: `{ STEP_LOGS = ["STDOUT", "STDERR"] }`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(extend("x-aws" = "CloudWatchLogConfiguration.LogTypes"))]
    pub log_types: IndexMap<String, Vec<String>>,
    /// Which logs go to S3 and how, by EMR's names: `{ system-logs = "emr-managed" }`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[schemars(extend("x-aws" = "S3LoggingConfiguration.LogTypeUploadPolicy"))]
    pub s3_policy: IndexMap<String, String>,
}

impl Monitoring {
    /// Whether anything is said of CloudWatch: then logs go there.
    pub fn is_in_cloudwatch(&self) -> bool {
        self.log_group.is_some() || self.stream_prefix.is_some() || self.key.is_some() || !self.log_types.is_empty()
    }
}

/// What the work is like. Rules and estimates read it; EMR never sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// What it needs most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<WorkloadKind>,
    /// Losing the cluster in the middle of a run is no loss: the run is simply repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerates_loss: Option<bool>,
    /// Money matters more than time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_driven: Option<bool>,
    /// Tasks may be taken back and repeated; `false` when a repeated task does harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruptible: Option<bool>,
    /// It is needed day and night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always_on: Option<bool>,
    /// How many hours a day it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 24))]
    pub busy_hours_per_day: Option<u32>,
    /// How much data HDFS holds, counted once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hdfs: Option<Size>,
    /// How much is written to local disks between stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffle: Option<Size>,
    /// Programs that run only on x86: JARs with native code, wheels without an ARM build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x86_only: Option<bool>,
}

/// What work needs most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadKind {
    /// A bit of everything, or waiting for others.
    General,
    /// Processors.
    Compute,
    /// Memory: caches, databases, large joins.
    Memory,
    /// The network.
    Network,
    /// Machine learning.
    MachineLearning,
}

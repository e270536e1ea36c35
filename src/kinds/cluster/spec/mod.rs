//! What users write for a cluster.

mod nodes;
mod parts;
mod validate;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::{Duration, Rate};
use crate::model::estimate::{Count, Estimate};
use crate::model::reference::Ref;

pub use nodes::{
    CapacityPreference, CapacityReservation, FleetInstance, Market, Nodes, OnDemandStrategy, Resize, SpotStrategy, TimeoutAction, Volume,
};
pub use parts::{
    ActionOnFailure, Bootstrap, Configuration, Kerberos, ManagedScaling, Metastore, Monitoring, PlacementGroup, PlacementStrategy,
    RepoUpgrade, RootVolume, ScaleDown, ScalingStrategy, ScalingUnit, SecurityGroups, Step, Workload, WorkloadKind,
};
pub(super) use validate::validate;

/// An EMR cluster on EC2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The cluster's name; EMR lets several clusters have the same. Default: `<project>-<environment>-<block>`.
    #[serde(default)]
    #[schemars(extend("x-name" = true, "x-replace" = "EMR cannot rename a cluster", "x-aws" = "Name"))]
    pub name: String,

    /// Who starts it: `pipetoll apply`, or a pipeline each time it runs. What a pipeline starts is only a template here: applying it makes nothing.
    #[serde(default)]
    #[schemars(extend("x-write-only" = true, "x-replace" = "a template is no cluster"))]
    pub start: Start,

    /// Whether it ends when its steps are done.
    #[schemars(extend("x-aws" = "Instances.KeepJobFlowAliveWhenNoSteps"))]
    pub lifetime: Lifetime,

    /// The EMR release: `emr-7.13.0`.
    #[schemars(extend("x-replace" = "EMR cannot change the release of a cluster", "x-aws" = "ReleaseLabel"))]
    pub release: String,

    /// The applications to install: `["Spark", "Hive"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-replace" = "EMR fixes the applications at launch", "x-aws" = "Applications"))]
    pub applications: Vec<String>,

    /// The primary node, or three of them.
    #[schemars(transform = nodes::primary, extend("x-aws" = "Instances.InstanceGroups[MASTER] | InstanceFleets[MASTER]"))]
    pub primary: Nodes,

    /// The core nodes, which hold HDFS. Without them the primary node does all the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Instances.InstanceGroups[CORE] | InstanceFleets[CORE]"))]
    pub core: Option<Nodes>,

    /// The task nodes, which hold no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-part" = true, "x-aws" = "Instances.InstanceGroups[TASK] | InstanceFleets[TASK]"))]
    pub task: Option<Nodes>,

    /// More groups of task nodes, each with a `name`; instance groups only. One that leaves is shrunk to no nodes: EMR cannot delete a group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        transform = nodes::groups,
        extend("x-key" = "name", "x-part" = true, "x-aws" = "Instances.InstanceGroups[TASK]")
    )]
    pub task_group: Vec<Nodes>,

    /// Let EMR choose how many nodes there are. The counts of `core` and `task` then hold at the start only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "ManagedScalingPolicy"))]
    pub managed_scaling: Option<ManagedScaling>,

    /// End the cluster after it was idle for so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.cluster.idle_timeout", "x-aws" = "AutoTerminationPolicy.IdleTimeout"))]
    pub auto_termination: Option<Duration>,

    /// The work to submit at the start. Steps that others submit later are nobody's business here, and never a difference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "steps are submitted when the cluster starts", "x-aws" = "Steps"))]
    pub step: Vec<Step>,

    /// How many steps run at once.
    #[serde(default = "Spec::default_step_concurrency")]
    #[schemars(extend("x-limit" = "emr.cluster.step_concurrency", "x-aws" = "StepConcurrencyLevel"))]
    pub step_concurrency: u32,

    /// Scripts that run on every node before the applications start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "bootstrap actions run when a node starts, and EMR keeps those of the launch", "x-aws" = "BootstrapActions"))]
    pub bootstrap: Vec<Bootstrap>,

    /// Settings of the applications, by classification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes a cluster's configurations at launch", "x-aws" = "Configurations"))]
    pub configuration: Vec<Configuration>,

    /// The same as EMR's own JSON: a list of classifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-write-only" = true, "x-replace" = "EMR takes a cluster's configurations at launch", "x-aws" = "Configurations"))]
    pub configurations_json: Option<String>,

    /// Where Hive, Spark, Presto and Trino keep their tables' definitions; adds the configurations that say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes a cluster's configurations at launch"))]
    pub metastore: Option<Metastore>,

    /// Subnets of a VPC: one for instance groups; for fleets EMR chooses one of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-server-set" = true, "x-replace" = "EMR cannot move a cluster", "x-aws" = "Instances.Ec2SubnetIds"))]
    pub subnets: Vec<String>,

    /// Availability zones, where no subnets are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true, "x-server-set" = true, "x-replace" = "EMR cannot move a cluster", "x-aws" = "Instances.Placement.AvailabilityZones"))]
    pub availability_zones: Vec<String>,

    /// The EC2 key pair for SSH to the nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "the key is put on the nodes at launch", "x-aws" = "Instances.Ec2KeyName"))]
    pub key_pair: Option<String>,

    /// Security groups of the nodes. EMR makes the managed ones when none are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Instances"))]
    pub security_groups: Option<SecurityGroups>,

    /// The role by which EMR makes instances, or "auto".
    #[schemars(extend(
        "x-ref" = ["role.arn"],
        "x-auto-role" = true,
        "x-principal" = "elasticmapreduce.amazonaws.com",
        "x-replace" = "EMR cannot change a cluster's role",
        "x-aws" = "ServiceRole"
    ))]
    pub service_role: Ref,

    /// The instance profile of the nodes, by which the work reaches its data, or "auto".
    #[schemars(extend(
        "x-ref" = ["role.instance_profile"],
        "x-auto-role" = true,
        "x-replace" = "EMR cannot change a cluster's instance profile",
        "x-aws" = "JobFlowRole"
    ))]
    pub instance_role: Ref,

    /// The role by which `autoscaling` policies add and remove instances; it must trust `elasticmapreduce` and `application-autoscaling`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-replace" = "EMR cannot change a cluster's role", "x-aws" = "AutoScalingRole"))]
    pub autoscaling_role: Option<Ref>,

    /// Where logs go: `s3://bucket/prefix/`. Without it none are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR cannot change where a cluster logs", "x-aws" = "LogUri"))]
    pub log_uri: Option<String>,

    /// The KMS key that encrypts the logs: its ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR cannot change where a cluster logs", "x-aws" = "LogEncryptionKmsKeyId"))]
    pub log_encryption_key: Option<String>,

    /// What of the cluster's logs and metrics goes to CloudWatch and S3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "MonitoringConfiguration"))]
    pub monitoring: Option<Monitoring>,

    /// The security configuration: encryption, Kerberos, EMRFS roles, IMDS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["emr_security.name"], "x-replace" = "EMR cannot change it on a cluster", "x-aws" = "SecurityConfiguration"))]
    pub security_configuration: Option<Ref>,

    /// An Amazon Linux image of your own for all nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "nodes keep the image they started with", "x-aws" = "CustomAmiId"))]
    pub custom_ami: Option<String>,

    /// The Amazon Linux release of the nodes, such as `2023.6.20250317.2`; EMR takes the newest for the EMR release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "nodes keep the image they started with", "x-aws" = "OSReleaseLabel"))]
    pub os_release: Option<String>,

    /// The volume with the operating system, of every node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "volumes attach at launch", "x-aws" = "EbsRootVolumeSize"))]
    pub root_volume: Option<RootVolume>,

    /// Refuse to end the cluster until this is off. Three primary nodes switch it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Instances.TerminationProtected"))]
    pub termination_protection: Option<bool>,

    /// Replace core nodes that went bad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "Instances.UnhealthyNodeReplacement"))]
    pub unhealthy_node_replacement: Option<bool>,

    /// Show the cluster to everybody in the account whom IAM lets.
    #[serde(default = "Spec::default_visible")]
    #[schemars(extend("x-aws" = "VisibleToAllUsers"))]
    pub visible_to_all: bool,

    /// When an instance that is to go really goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "ScaleDownBehavior"))]
    pub scale_down: Option<ScaleDown>,

    /// Which updates of the operating system a node with an image of your own takes when it starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "RepoUpgradeOnBoot"))]
    pub repo_upgrade: Option<RepoUpgrade>,

    /// The Kerberos realm, when the security configuration asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "KerberosAttributes"))]
    pub kerberos: Option<Kerberos>,

    /// EMR's `AdditionalInfo`: JSON for features without a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "AdditionalInfo"))]
    pub additional_info: Option<String>,

    /// How three primary nodes are spread over hardware.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "PlacementGroupConfigs"))]
    pub placement_group: Vec<PlacementGroup>,

    /// The runtime role that the steps of the start run as: the ARN of a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["role.arn"], "x-write-only" = true, "x-replace" = "steps are submitted when the cluster starts", "x-aws" = "StepExecutionRoleArn"))]
    pub step_role: Option<Ref>,

    /// Pay for patches after the release's standard support ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-aws" = "ExtendedSupport"))]
    pub extended_support: Option<bool>,

    /// Let Spark Connect sessions be started on the cluster; EMR Spark 8.0 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "SessionEnabled"))]
    pub sessions: Option<bool>,

    /// What its steps read: allows it in the nodes' role. Not sent to EMR.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "topic.arn", "stream.arn", "database.arn"],
        "x-use" = "read",
        "x-write-only" = true,
        "x-set" = true
    ))]
    pub reads: Vec<Ref>,

    /// What its steps write: allows it in the nodes' role. Not sent to EMR.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend(
        "x-ref" = ["bucket.arn", "dynamodb.arn", "queue.arn", "topic.arn", "stream.arn", "database.arn"],
        "x-use" = "write",
        "x-write-only" = true,
        "x-set" = true
    ))]
    pub writes: Vec<Ref>,

    /// What the work is like, for rules and estimates. Not sent to EMR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub workload: Option<Workload>,
}

/// Who starts a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// `pipetoll apply`.
    #[default]
    Apply,
    /// A pipeline, each time it runs: Step Functions makes the cluster, gives it the steps one by one, and ends it.
    Pipeline,
}

/// How long a cluster lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lifetime {
    /// Until its steps are done.
    Transient,
    /// Until somebody ends it, or `auto_termination` does.
    LongRunning,
}

impl Spec {
    fn default_step_concurrency() -> u32 {
        1
    }
    fn default_visible() -> bool {
        true
    }

    /// Whether it is only the template of clusters that a pipeline starts.
    pub fn is_template(&self) -> bool {
        self.start == Start::Pipeline
    }

    /// Whether it ends when its steps are done.
    pub fn is_transient(&self) -> bool {
        self.lifetime == Lifetime::Transient
    }
}

/// What a cluster's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// How often it is started, for one that ends with its steps. Counted from the pipeline's schedule when absent.
    #[serde(default)]
    pub runs: Option<Estimate<Rate>>,
    /// How long one run is billed, from the start of its instances to their end.
    #[serde(default)]
    pub duration: Option<Estimate<Duration>>,
    /// Hours a month that a long-running cluster is there, when not all 730.
    #[serde(default)]
    pub hours: Option<Estimate<Count>>,
    /// Core and task nodes together, on average, where managed scaling chooses.
    #[serde(default)]
    pub nodes: Option<Estimate<Count>>,
}

//! The nodes of a cluster: one instance type each (instance groups), or several to choose from (instance fleets).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parts::Configuration;
use crate::base::units::{Duration, Size};

/// Nodes of one role. `type` makes an instance group; `types`, `instance`, `on_demand` or `spot` make fleets of all nodes of the cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nodes {
    /// A name for the group or fleet. Default: `primary`, `core`, `task`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR cannot rename a group", "x-aws" = "Name"))]
    pub name: Option<String>,

    /// The instance type: `m7g.xlarge`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR cannot change the type of nodes that run", "x-aws" = "InstanceType"))]
    pub instance_type: Option<String>,

    /// Several instance types of equal worth, which EMR chooses from: a fleet. Their order is their priority where the strategy is `prioritized`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-replace" = "EMR cannot take a type out of a fleet", "x-aws" = "InstanceTypeConfigs"))]
    pub types: Vec<String>,

    /// Several instance types with what is particular to each: a fleet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-key" = "type", "x-aws" = "InstanceTypeConfigs"))]
    pub instance: Vec<FleetInstance>,

    /// How many nodes; in a fleet how many units of capacity of the `market`.
    #[serde(default = "Nodes::default_count")]
    #[schemars(extend("x-aws" = "InstanceCount"))]
    pub count: u32,

    /// On-demand or Spot instances.
    #[serde(default)]
    #[schemars(extend("x-replace" = "EMR cannot change the market of nodes that run", "x-aws" = "Market"))]
    pub market: Market,

    /// Fleets: units of on-demand capacity, in place of `count` and `market`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TargetOnDemandCapacity"))]
    pub on_demand: Option<u32>,

    /// Fleets: units of Spot capacity, in place of `count` and `market`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "TargetSpotCapacity"))]
    pub spot: Option<u32>,

    /// The most a Spot instance may cost in an hour, in US dollars: `"0.25"`. Default: the on-demand price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true, "x-replace" = "EMR cannot change the bid of nodes that run", "x-aws" = "BidPrice"))]
    pub bid_price: Option<String>,

    /// One gp3 volume of this size for each node. Without volumes EMR gives types without own disks a default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "x-limit" = "emr.ebs.size", "x-write-only" = true, "x-replace" = "volumes attach at launch", "x-aws" = "EbsConfiguration"
    ))]
    pub ebs: Option<Size>,

    /// The volumes of each node, where one gp3 volume is not what is wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "volumes attach at launch", "x-aws" = "EbsConfiguration.EbsBlockDeviceConfigs"))]
    pub volumes: Vec<Volume>,

    /// Ask for EBS-optimised instances; newer types are so anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "EbsConfiguration.EbsOptimized"))]
    pub ebs_optimized: Option<bool>,

    /// Settings of the applications on these nodes, over those of the cluster. EMR changes them in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "Configurations"))]
    pub configuration: Vec<Configuration>,

    /// An image of your own for these nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "nodes keep the image they started with", "x-aws" = "CustomAmiId"))]
    pub custom_ami: Option<String>,

    /// Groups: how long a node that is taken away may finish its work, in place of YARN's hour. Holds for what `pipetoll` takes away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "ShrinkPolicy.DecommissionTimeout"))]
    pub decommission_timeout: Option<Duration>,

    /// An automatic scaling policy as EMR's own JSON, with `Constraints` and `Rules`; instance groups only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true, "x-write-only" = true, "x-aws" = "AutoScalingPolicy"))]
    pub autoscaling: Option<String>,

    /// Fleets: how Spot pools are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "LaunchSpecifications.SpotSpecification.AllocationStrategy"))]
    pub allocation_strategy: Option<SpotStrategy>,

    /// Fleets: how on-demand types are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "LaunchSpecifications.OnDemandSpecification.AllocationStrategy"))]
    pub on_demand_strategy: Option<OnDemandStrategy>,

    /// Fleets: how long to wait for Spot capacity at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "x-limit" = "emr.spot.provisioning_timeout", "x-write-only" = true, "x-replace" = "EMR takes it at launch",
        "x-aws" = "LaunchSpecifications.SpotSpecification.TimeoutDurationMinutes"
    ))]
    pub spot_timeout: Option<Duration>,

    /// Fleets: what happens when there is no Spot capacity in that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "LaunchSpecifications.SpotSpecification.TimeoutAction"))]
    pub spot_timeout_action: Option<TimeoutAction>,

    /// Fleets: how on-demand capacity reservations are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-replace" = "EMR takes it at launch", "x-aws" = "LaunchSpecifications.OnDemandSpecification.CapacityReservationOptions"))]
    pub capacity_reservation: Option<CapacityReservation>,

    /// Fleets: how long to wait for capacity, and how it is chosen, when the fleet grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "ResizeSpecifications"))]
    pub resize: Option<Resize>,

    /// Fleets: a text that EC2 keeps with the fleet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-aws" = "Context"))]
    pub context: Option<String>,
}

/// What fleets take and groups do not.
const FLEET_ONLY: &[&str] = &[
    "types",
    "instance",
    "on_demand",
    "spot",
    "allocation_strategy",
    "on_demand_strategy",
    "spot_timeout",
    "spot_timeout_action",
    "capacity_reservation",
    "resize",
    "context",
];

/// The number of primary nodes is that of the launch: what resizes other nodes is no field of theirs.
pub(super) fn primary(schema: &mut schemars::Schema) {
    leave_out(schema, "/properties", &["autoscaling", "decommission_timeout"]);
    for field in ["count", "on_demand", "spot"] {
        if let Some(field) = schema.pointer_mut(&format!("/properties/{field}")).and_then(serde_json::Value::as_object_mut) {
            field.insert("x-replace".to_owned(), "EMR fixes the number of primary nodes at launch".into());
        }
    }
}

/// More task nodes are groups: of fleets there is one of each role.
pub(super) fn groups(schema: &mut schemars::Schema) {
    leave_out(schema, "/items/properties", FLEET_ONLY);
}

fn leave_out(schema: &mut schemars::Schema, properties: &str, fields: &[&str]) {
    if let Some(properties) = schema.pointer_mut(properties).and_then(serde_json::Value::as_object_mut) {
        properties.retain(|field, _| !fields.contains(&field.as_str()));
    }
}

impl Nodes {
    fn default_count() -> u32 {
        1
    }
}

/// One instance type of a fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FleetInstance {
    /// The instance type.
    #[serde(rename = "type")]
    #[schemars(extend("x-replace" = "EMR cannot take a type out of a fleet", "x-aws" = "InstanceType"))]
    pub instance_type: String,
    /// How many units of the fleet's capacity one instance is worth.
    #[serde(default = "FleetInstance::default_weight")]
    #[schemars(extend("x-replace" = "EMR takes it at launch", "x-aws" = "WeightedCapacity"))]
    pub weight: u32,
    /// The most a Spot instance of it may cost in an hour, in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR takes it at launch", "x-aws" = "BidPrice"))]
    pub bid_price: Option<String>,
    /// The same as a percentage of the on-demand price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR takes it at launch", "x-aws" = "BidPriceAsPercentageOfOnDemandPrice"))]
    pub bid_percent: Option<u32>,
    /// Which types come first, 0 before 1, where the strategy is `prioritized`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "EMR takes it at launch", "x-aws" = "Priority"))]
    pub priority: Option<u32>,
    /// An image of your own for instances of this type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "nodes keep the image they started with", "x-aws" = "CustomAmiId"))]
    pub custom_ami: Option<String>,
    /// One gp3 volume of this size, in place of the fleet's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.ebs.size", "x-replace" = "volumes attach at launch", "x-aws" = "EbsConfiguration"))]
    pub ebs: Option<Size>,
    /// Volumes, in place of the fleet's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-replace" = "volumes attach at launch", "x-aws" = "EbsConfiguration.EbsBlockDeviceConfigs"))]
    pub volumes: Vec<Volume>,
    /// Settings of the applications on instances of this type, in place of the fleet's. EMR changes them in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Configurations"))]
    pub configuration: Vec<Configuration>,
}

impl FleetInstance {
    fn default_weight() -> u32 {
        1
    }
}

/// EBS volumes of one node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// The volume type.
    #[serde(rename = "type", default = "Volume::default_type")]
    #[schemars(extend("x-values" = "emr.ebs.volume_types", "x-aws" = "VolumeSpecification.VolumeType"))]
    pub volume_type: String,
    /// The size of each.
    #[schemars(extend("x-limit" = "emr.ebs.size", "x-aws" = "VolumeSpecification.SizeInGB"))]
    pub size: Size,
    /// I/O operations a second, for io1 and gp3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "VolumeSpecification.Iops"))]
    pub iops: Option<u32>,
    /// MiB a second, for gp3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.ebs.gp3_throughput", "x-aws" = "VolumeSpecification.Throughput"))]
    pub throughput: Option<u32>,
    /// How many of them each node has.
    #[serde(default = "Volume::default_count")]
    #[schemars(range(min = 1), extend("x-aws" = "VolumesPerInstance"))]
    pub count: u32,
}

impl Volume {
    fn default_type() -> String {
        "gp3".to_owned()
    }
    fn default_count() -> u32 {
        1
    }
}

/// How instances are bought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Market {
    /// At the list price, for as long as wanted.
    #[default]
    OnDemand,
    /// Cheaper, and taken back at two minutes' notice.
    Spot,
}

/// How Spot pools are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SpotStrategy {
    /// The cheapest of the pools that are least likely to be taken back.
    PriceCapacityOptimized,
    /// The pools that are least likely to be taken back.
    CapacityOptimized,
    /// The same, in the order of priority where it makes no difference.
    CapacityOptimizedPrioritized,
    /// The cheapest pools.
    LowestPrice,
    /// All pools evenly.
    Diversified,
}

/// How on-demand types are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnDemandStrategy {
    /// The cheapest first.
    LowestPrice,
    /// In the order of priority.
    Prioritized,
}

/// What happens when there is no Spot capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeoutAction {
    /// On-demand instances are taken.
    SwitchToOnDemand,
    /// The cluster ends.
    TerminateCluster,
}

/// How on-demand capacity reservations are used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapacityReservation {
    /// Use reservations before other capacity.
    #[serde(default)]
    #[schemars(extend("x-aws" = "UsageStrategy"))]
    pub first: bool,
    /// Whether open reservations are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CapacityReservationPreference"))]
    pub preference: Option<CapacityPreference>,
    /// The ARN of the resource group with the reservations to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "CapacityReservationResourceGroupArn"))]
    pub resource_group: Option<String>,
}

/// Whether open reservations are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityPreference {
    /// Any that fits.
    Open,
    /// None.
    None,
}

/// How a fleet grows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resize {
    /// How long to wait for Spot capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.spot.provisioning_timeout", "x-aws" = "SpotResizeSpecification.TimeoutDurationMinutes"))]
    pub spot_timeout: Option<Duration>,
    /// How Spot pools are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "SpotResizeSpecification.AllocationStrategy"))]
    pub allocation_strategy: Option<SpotStrategy>,
    /// How long to wait for on-demand capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "emr.spot.provisioning_timeout", "x-aws" = "OnDemandResizeSpecification.TimeoutDurationMinutes"))]
    pub on_demand_timeout: Option<Duration>,
    /// How on-demand types are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "OnDemandResizeSpecification.AllocationStrategy"))]
    pub on_demand_strategy: Option<OnDemandStrategy>,
    /// How on-demand capacity reservations are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "OnDemandResizeSpecification.CapacityReservationOptions"))]
    pub capacity_reservation: Option<CapacityReservation>,
}

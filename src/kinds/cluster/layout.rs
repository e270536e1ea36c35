//! What a cluster's nodes come to: which groups there are, of which types, and how many instances of each.

use super::spec::{FleetInstance, Market, Nodes, Spec};

/// What nodes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Runs the masters.
    Primary,
    /// Holds HDFS.
    Core,
    /// Only computes.
    Task,
}

impl Role {
    /// EMR's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Primary => "MASTER",
            Self::Core => "CORE",
            Self::Task => "TASK",
        }
    }

    /// Ours.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Core => "core",
            Self::Task => "task",
        }
    }
}

/// A group or fleet, and where it stands in the spec.
#[derive(Debug, Clone)]
pub(super) struct Pool<'a> {
    /// What its nodes do.
    pub(super) role: Role,
    /// `core`, `task_group[1]`.
    pub(super) path: String,
    /// Its fields.
    pub(super) nodes: &'a Nodes,
}

/// The groups by path: `primary`, `core`, `task`, `task_group[0]` ….
pub(super) fn groups(spec: &Spec) -> Vec<(String, &Nodes)> {
    pools(spec).into_iter().map(|pool| (pool.path, pool.nodes)).collect()
}

/// All groups or fleets.
pub(super) fn pools(spec: &Spec) -> Vec<Pool<'_>> {
    let single = |role: Role, nodes| Pool { role, path: role.name().to_owned(), nodes };
    let more = spec.task_group.iter().enumerate().map(|(at, nodes)| Pool { role: Role::Task, path: format!("task_group[{at}]"), nodes });
    std::iter::once(single(Role::Primary, &spec.primary))
        .chain(spec.core.iter().map(|nodes| single(Role::Core, nodes)))
        .chain(spec.task.iter().map(|nodes| single(Role::Task, nodes)))
        .chain(more)
        .collect()
}

/// Whether the nodes are fleets; EMR takes groups or fleets for the whole cluster.
pub(super) fn is_fleets(spec: &Spec) -> bool {
    pools(spec).iter().any(|pool| is_fleet(pool.nodes))
}

/// Whether these fields make a fleet.
pub(super) fn is_fleet(nodes: &Nodes) -> bool {
    !nodes.types.is_empty() || !nodes.instance.is_empty() || nodes.on_demand.is_some() || nodes.spot.is_some()
}

/// Whether some of the capacity is Spot.
pub(super) fn has_spot(nodes: &Nodes) -> bool {
    capacity(nodes).1 > 0
}

/// Units of on-demand and of Spot capacity.
pub(super) fn capacity(nodes: &Nodes) -> (u32, u32) {
    match (nodes.on_demand, nodes.spot, nodes.market) {
        (None, None, Market::OnDemand) => (nodes.count, 0),
        (None, None, Market::Spot) => (0, nodes.count),
        (on_demand, spot, _) => (on_demand.unwrap_or(0), spot.unwrap_or(0)),
    }
}

/// The instance types, the first first.
pub(super) fn types(nodes: &Nodes) -> Vec<&str> {
    let plain = nodes.instance_type.iter().chain(&nodes.types).map(String::as_str);
    plain.chain(nodes.instance.iter().map(|instance| instance.instance_type.as_str())).collect()
}

/// How many units of capacity an instance of the first type is worth.
pub(super) fn weight(nodes: &Nodes) -> u32 {
    nodes.instance.first().map_or(1, |instance| instance.weight.max(1))
}

/// How many instances there are at the start, when all are of the first type.
pub(super) fn instances(nodes: &Nodes) -> u32 {
    let (on_demand, spot) = capacity(nodes);
    on_demand.div_ceil(weight(nodes)) + spot.div_ceil(weight(nodes))
}

/// A fleet's types as tables: `types` are tables that say nothing more.
pub(super) fn fleet_instances(nodes: &Nodes) -> Vec<FleetInstance> {
    let prioritized = nodes.on_demand_strategy == Some(super::spec::OnDemandStrategy::Prioritized)
        || nodes.allocation_strategy == Some(super::spec::SpotStrategy::CapacityOptimizedPrioritized);
    let plain = nodes.instance_type.iter().chain(&nodes.types).enumerate().map(|(at, name)| FleetInstance {
        instance_type: name.clone(),
        weight: 1,
        bid_price: nodes.bid_price.clone(),
        bid_percent: None,
        priority: prioritized.then(|| u32::try_from(at).unwrap_or(u32::MAX)),
        custom_ami: nodes.custom_ami.clone(),
        ebs: None,
        volumes: Vec::new(),
        configuration: Vec::new(),
    });
    plain.chain(nodes.instance.iter().cloned()).collect()
}

/// All instances of the cluster at most: primary, core, and task or what managed scaling may make of core and task.
pub(super) fn most_instances(spec: &Spec) -> u32 {
    let workers: u32 = pools(spec).iter().filter(|pool| pool.role != Role::Primary).map(|pool| instances(pool.nodes)).sum();
    let scaled = spec.managed_scaling.as_ref().filter(|scaling| scaling.unit != Some(super::spec::ScalingUnit::Vcpu));
    instances(&spec.primary) + scaled.map_or(workers, |scaling| workers.max(scaling.max))
}

/// The nodes that hold HDFS: how many, and the fields they have. Without core nodes it is the primary node.
pub(super) fn core_nodes(spec: &Spec) -> u32 {
    spec.core.as_ref().map_or(0, instances)
}

/// The effective setting of a configuration's property, cluster-wide.
pub(super) fn property(spec: &Spec, classification: &str, key: &str) -> Option<String> {
    super::request::configurations(spec).iter().find_map(|configuration| {
        let named = configuration.get("Classification").and_then(serde_json::Value::as_str) == Some(classification);
        let value = configuration.get("Properties")?.get(key)?.as_str();
        value.filter(|_| named).map(str::to_owned)
    })
}

/// How many copies HDFS keeps: what is configured, or EMR's default by the number of core nodes.
pub(super) fn replication(spec: &Spec) -> u32 {
    property(spec, "hdfs-site", "dfs.replication").and_then(|text| text.parse().ok()).unwrap_or(match core_nodes(spec) {
        0..=3 => 1,
        4..=9 => 2,
        _ => 3,
    })
}

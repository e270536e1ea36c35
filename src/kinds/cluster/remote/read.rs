//! What EMR tells of a cluster, in the words of the spec that was last applied.

use std::collections::BTreeMap;

use aws_sdk_emr::types::{
    Cluster as Description, ComputeLimitsUnitType, EbsBlockDevice, InstanceFleet, InstanceFleetType, InstanceGroup, InstanceGroupType,
    MarketType, RepoUpgradeOnBoot, ScaleDownBehavior, ScalingStrategy as Strategy,
};

use super::OPERATION_TAG;
use crate::aws::{Cx, Failure, Found};
use crate::base::units::{Duration, Size};
use crate::kinds::cluster::layout::{self, Role};
use crate::kinds::cluster::request;
use crate::kinds::cluster::spec::{
    FleetInstance, Lifetime, ManagedScaling, Market, Nodes, RepoUpgrade, RootVolume, ScaleDown, ScalingStrategy, ScalingUnit,
    SecurityGroups, Spec, Start,
};
use crate::model::reference::Ref;

/// A group or fleet as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Real {
    pub(super) id: String,
    pub(super) name: String,
    /// EMR's word.
    pub(super) role: String,
    pub(super) is_fleet: bool,
    /// Each with its weight.
    pub(super) types: Vec<(String, u32)>,
    /// Instances of a group.
    pub(super) count: u32,
    pub(super) market: Market,
    pub(super) bid_price: Option<String>,
    /// The image of a group's own.
    pub(super) custom_ami: Option<String>,
    /// The volumes of each node of a group: type and gigabytes.
    pub(super) volumes: Vec<(String, u32)>,
    /// Whether a group has settings of its own.
    pub(super) is_configured: bool,
    /// Targets of a fleet.
    pub(super) on_demand: u32,
    pub(super) spot: u32,
}

impl Real {
    /// Whether it wants no capacity: a group cannot be deleted, so it is as good as gone.
    pub(super) fn is_shrunk(&self) -> bool {
        if self.is_fleet { self.on_demand == 0 && self.spot == 0 } else { self.count == 0 }
    }
}

/// Everything about a cluster that lives.
pub(super) async fn found(cx: &Cx<'_>, id: &str, cluster: Description, recorded: Option<&Spec>) -> Result<Found<Spec>, Failure> {
    let pools = pools(cx, id, recorded.is_some_and(layout::is_fleets)).await?;
    let emr = cx.session.emr();
    // What was never asked for is not looked for: another's policy is another's business, and it saves two calls for each cluster.
    let scaling = if recorded.is_none_or(|spec| spec.managed_scaling.is_some()) {
        let answer = cx.read("emr:GetManagedScalingPolicy", || emr.get_managed_scaling_policy().cluster_id(id).send()).await?;
        answer.and_then(|answer| answer.managed_scaling_policy).and_then(|policy| scaling_of(&policy))
    } else {
        None
    };
    let idle = if recorded.is_none_or(|spec| spec.auto_termination.is_some()) {
        let answer = cx.read("emr:GetAutoTerminationPolicy", || emr.get_auto_termination_policy().cluster_id(id).send()).await?;
        answer.and_then(|answer| answer.auto_termination_policy).and_then(|policy| policy.idle_timeout)
    } else {
        None
    };
    let mut outputs = BTreeMap::from([("id".to_owned(), id.to_owned()), ("ended".to_owned(), "false".to_owned())]);
    outputs.extend(cluster.cluster_arn.clone().map(|arn| ("arn".to_owned(), arn)));
    outputs.extend(cluster.master_public_dns_name.clone().map(|name| ("primary_dns".to_owned(), name)));
    let tags = cluster.tags.clone().unwrap_or_default().into_iter();
    let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).filter(|(key, _)| key != OPERATION_TAG).collect();
    let idle = idle.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::seconds);
    Ok(Found { spec: spec_of(&cluster, &pools, scaling, idle, recorded), outputs, tags })
}

/// All groups or fleets of a cluster. A cluster that has the other sort answers with an error, which only the wrong guess sees.
pub(super) async fn pools(cx: &Cx<'_>, id: &str, fleets: bool) -> Result<Vec<Real>, Failure> {
    let emr = cx.session.emr();
    let (mut found, mut marker) = (Vec::new(), None::<String>);
    loop {
        marker = if fleets {
            let answer =
                cx.read("emr:ListInstanceFleets", || emr.list_instance_fleets().cluster_id(id).set_marker(marker.clone()).send()).await?;
            let Some(answer) = answer else { return Ok(found) };
            found.extend(answer.instance_fleets.unwrap_or_default().into_iter().map(fleet_of));
            answer.marker
        } else {
            let answer =
                cx.read("emr:ListInstanceGroups", || emr.list_instance_groups().cluster_id(id).set_marker(marker.clone()).send()).await?;
            let Some(answer) = answer else { return Ok(found) };
            found.extend(answer.instance_groups.unwrap_or_default().into_iter().map(group_of));
            answer.marker
        };
        if marker.is_none() {
            return Ok(found);
        }
    }
}

fn number(value: Option<i32>) -> u32 {
    value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0)
}

fn group_of(group: InstanceGroup) -> Real {
    Real {
        id: group.id.unwrap_or_default(),
        name: group.name.unwrap_or_default(),
        role: group.instance_group_type.as_ref().map(InstanceGroupType::as_str).unwrap_or_default().to_owned(),
        types: group.instance_type.map(|name| (name, 1)).into_iter().collect(),
        count: number(group.requested_instance_count),
        market: if group.market == Some(MarketType::Spot) { Market::Spot } else { Market::OnDemand },
        bid_price: group.bid_price,
        custom_ami: group.custom_ami_id,
        volumes: group.ebs_block_devices.unwrap_or_default().into_iter().filter_map(volume_of).collect(),
        is_configured: group.configurations.is_some_and(|configurations| !configurations.is_empty()),
        ..Real::default()
    }
}

fn fleet_of(fleet: InstanceFleet) -> Real {
    let types = fleet.instance_type_specifications.unwrap_or_default().into_iter();
    Real {
        id: fleet.id.unwrap_or_default(),
        name: fleet.name.unwrap_or_default(),
        role: fleet.instance_fleet_type.as_ref().map(InstanceFleetType::as_str).unwrap_or_default().to_owned(),
        is_fleet: true,
        types: types.filter_map(|one| Some((one.instance_type?, number(one.weighted_capacity).max(1)))).collect(),
        on_demand: number(fleet.target_on_demand_capacity),
        spot: number(fleet.target_spot_capacity),
        ..Real::default()
    }
}

fn volume_of(device: EbsBlockDevice) -> Option<(String, u32)> {
    let volume = device.volume_specification?;
    Some((volume.volume_type?, number(volume.size_in_gb)))
}

fn scaling_of(policy: &aws_sdk_emr::types::ManagedScalingPolicy) -> Option<ManagedScaling> {
    let limits = policy.compute_limits.as_ref()?;
    Some(ManagedScaling {
        min: number(limits.minimum_capacity_units),
        max: number(limits.maximum_capacity_units),
        max_on_demand: limits.maximum_on_demand_capacity_units.map(|units| number(Some(units))),
        max_core: limits.maximum_core_capacity_units.map(|units| number(Some(units))),
        unit: limits.unit_type.as_ref().and_then(|unit| match unit {
            ComputeLimitsUnitType::Instances => Some(ScalingUnit::Instances),
            ComputeLimitsUnitType::InstanceFleetUnits => Some(ScalingUnit::FleetUnits),
            ComputeLimitsUnitType::Vcpu => Some(ScalingUnit::Vcpu),
            _ => None,
        }),
        strategy: policy.scaling_strategy.as_ref().and_then(|strategy| match strategy {
            Strategy::Advanced => Some(ScalingStrategy::Advanced),
            Strategy::Default => Some(ScalingStrategy::Default),
            _ => None,
        }),
        performance_index: policy.utilization_performance_index.map(|index| number(Some(index))),
    })
}

/// The spec that EMR's answers tell. What EMR tells in no useful form, or never, is what was recorded: those fields are marked write-only.
/// So it is with what an answer leaves out: what is absent is not said to be empty.
pub(super) fn spec_of(
    cluster: &Description,
    pools: &[Real],
    managed_scaling: Option<ManagedScaling>,
    auto_termination: Option<Duration>,
    recorded: Option<&Spec>,
) -> Spec {
    let ec2 = cluster.ec2_instance_attributes.as_ref();
    let text = |value: Option<&String>| value.filter(|text| !text.is_empty()).cloned();
    let scaled = managed_scaling.is_some() && recorded.is_some_and(|spec| spec.managed_scaling.is_some());
    let nodes = |role: Role, style: Option<&Nodes>| {
        let wanted = style.and_then(|nodes| nodes.name.as_deref()).unwrap_or(role.name());
        let real = find(pools, role, wanted, style);
        real.map(|real| nodes_of(real, style, scaled || style.is_some_and(|nodes| nodes.autoscaling.is_some())))
    };
    let primary = nodes(Role::Primary, recorded.map(|spec| &spec.primary)).unwrap_or_default();
    let core = nodes(Role::Core, recorded.and_then(|spec| spec.core.as_ref()));
    let (task, task_group) = tasks(pools, recorded, scaled);
    // Whether it tells of the nodes at all; then what it leaves out there is not so.
    let unless_told = |told: Option<String>, ours: fn(&Spec) -> Option<&String>| match ec2 {
        Some(_) => told,
        None => recorded.and_then(ours).cloned(),
    };
    let keep = |list: fn(&Spec) -> Vec<Ref>| recorded.map(list).unwrap_or_default();
    Spec {
        name: cluster.name.clone().unwrap_or_default(),
        start: Start::Apply,
        lifetime: if cluster.auto_terminate == Some(true) { Lifetime::Transient } else { Lifetime::LongRunning },
        release: cluster.release_label.clone().unwrap_or_default(),
        applications: applications(cluster, recorded),
        primary,
        core,
        task,
        task_group,
        managed_scaling,
        auto_termination,
        step: recorded.map(|spec| spec.step.clone()).unwrap_or_default(),
        step_concurrency: cluster.step_concurrency_level.map_or(1, |level| number(Some(level)).max(1)),
        bootstrap: recorded.map(|spec| spec.bootstrap.clone()).unwrap_or_default(),
        configuration: recorded.map(|spec| spec.configuration.clone()).unwrap_or_default(),
        configurations_json: recorded.and_then(|spec| spec.configurations_json.clone()),
        metastore: recorded.and_then(|spec| spec.metastore),
        subnets: places(
            ec2.and_then(|ec2| ec2.requested_ec2_subnet_ids.as_deref()),
            ec2.and_then(|ec2| ec2.ec2_subnet_id.as_ref()),
            recorded.map(|spec| spec.subnets.as_slice()),
        ),
        availability_zones: places(
            ec2.and_then(|ec2| ec2.requested_ec2_availability_zones.as_deref()),
            ec2.and_then(|ec2| ec2.ec2_availability_zone.as_ref()),
            recorded.map(|spec| spec.availability_zones.as_slice()),
        ),
        key_pair: unless_told(text(ec2.and_then(|ec2| ec2.ec2_key_name.as_ref())), |spec| spec.key_pair.as_ref()),
        security_groups: ec2.map_or_else(
            || recorded.and_then(|spec| spec.security_groups.clone()),
            |ec2| {
                Some(SecurityGroups {
                    primary: text(ec2.emr_managed_master_security_group.as_ref()),
                    workers: text(ec2.emr_managed_slave_security_group.as_ref()),
                    service: text(ec2.service_access_security_group.as_ref()),
                    additional_primary: ec2.additional_master_security_groups.clone().unwrap_or_default(),
                    additional_workers: ec2.additional_slave_security_groups.clone().unwrap_or_default(),
                })
            },
        ),
        service_role: same_role(cluster.service_role.as_deref().unwrap_or_default(), recorded.map(|spec| &spec.service_role)),
        instance_role: same_role(
            ec2.and_then(|ec2| ec2.iam_instance_profile.as_deref()).unwrap_or_default(),
            recorded.map(|spec| &spec.instance_role),
        ),
        autoscaling_role: text(cluster.auto_scaling_role.as_ref())
            .map(|role| same_role(&role, recorded.and_then(|spec| spec.autoscaling_role.as_ref()))),
        log_uri: text(cluster.log_uri.as_ref()),
        log_encryption_key: text(cluster.log_encryption_kms_key_id.as_ref()),
        monitoring: recorded.and_then(|spec| spec.monitoring.clone()),
        security_configuration: text(cluster.security_configuration.as_ref()).map(Ref),
        custom_ami: text(cluster.custom_ami_id.as_ref()),
        os_release: text(cluster.os_release_label.as_ref()).or_else(|| recorded.and_then(|spec| spec.os_release.clone())),
        root_volume: root_volume(cluster, recorded.and_then(|spec| spec.root_volume.as_ref())),
        termination_protection: cluster.termination_protected.or_else(|| recorded.and_then(|spec| spec.termination_protection)),
        unhealthy_node_replacement: cluster
            .unhealthy_node_replacement
            .or_else(|| recorded.and_then(|spec| spec.unhealthy_node_replacement)),
        visible_to_all: cluster.visible_to_all_users.unwrap_or(true),
        scale_down: match &cluster.scale_down_behavior {
            Some(ScaleDownBehavior::TerminateAtInstanceHour) => Some(ScaleDown::TerminateAtInstanceHour),
            Some(ScaleDownBehavior::TerminateAtTaskCompletion) => Some(ScaleDown::TerminateAtTaskCompletion),
            _ => recorded.and_then(|spec| spec.scale_down),
        },
        repo_upgrade: match &cluster.repo_upgrade_on_boot {
            Some(RepoUpgradeOnBoot::Security) => Some(RepoUpgrade::Security),
            Some(RepoUpgradeOnBoot::None) => Some(RepoUpgrade::None),
            _ => recorded.and_then(|spec| spec.repo_upgrade),
        },
        kerberos: recorded.and_then(|spec| spec.kerberos.clone()),
        additional_info: recorded.and_then(|spec| spec.additional_info.clone()),
        placement_group: recorded.map(|spec| spec.placement_group.clone()).unwrap_or_default(),
        step_role: recorded.and_then(|spec| spec.step_role.clone()),
        extended_support: cluster.extended_support.or_else(|| recorded.and_then(|spec| spec.extended_support)),
        sessions: cluster.session_enabled.or_else(|| recorded.and_then(|spec| spec.sessions)),
        reads: keep(|spec| spec.reads.clone()),
        writes: keep(|spec| spec.writes.clone()),
        workload: recorded.and_then(|spec| spec.workload.clone()),
    }
}

/// The group or fleet that nodes of the spec are: of its role and name, rather one of its types, rather one that has capacity.
pub(super) fn find<'r>(pools: &'r [Real], role: Role, name: &str, style: Option<&Nodes>) -> Option<&'r Real> {
    let wanted = style.map(layout::types).unwrap_or_default();
    let fits = |pool: &Real| {
        let same_types = wanted.first().is_some_and(|first| pool.types.iter().any(|(name, _)| name == first));
        same_types && style.is_some_and(|nodes| pool.is_fleet || serves(pool, nodes))
    };
    let mut found: Vec<&Real> = pools.iter().filter(|pool| pool.role == role.word()).collect();
    if role == Role::Task && style.is_some() {
        // A group of this name that was shrunk to nothing serves again only when its nodes would be the same; of fleets there is but one.
        found.retain(|pool| pool.is_fleet || (pool.name == name && (!pool.is_shrunk() || fits(pool))));
    }
    found.into_iter().max_by_key(|pool| (pool.name == name, fits(pool), !pool.is_shrunk()))
}

/// Whether the nodes of a group are bought as these are, with the same image and the same volumes.
fn serves(group: &Real, nodes: &Nodes) -> bool {
    let mut wanted: Vec<(String, u32)> = Vec::new();
    for volume in request::volumes_of(nodes.ebs, &nodes.volumes) {
        let size = u32::try_from(volume.size.as_gigabytes()).unwrap_or(u32::MAX);
        (0..volume.count).for_each(|_| wanted.push((volume.volume_type.clone(), size)));
    }
    let mut there = group.volumes.clone();
    wanted.sort();
    there.sort();
    // What was not asked for, EMR chose.
    let same_bid = nodes.bid_price.as_ref().is_none_or(|ours| group.bid_price.as_ref().is_some_and(|theirs| same_price(ours, theirs)));
    let same_volumes = wanted.is_empty() || wanted == there;
    nodes.market == group.market && nodes.custom_ami == group.custom_ami && same_bid && same_volumes
}

fn tasks(pools: &[Real], recorded: Option<&Spec>, scaled: bool) -> (Option<Nodes>, Vec<Nodes>) {
    let initial = |nodes: &Nodes| scaled || nodes.autoscaling.is_some();
    let Some(spec) = recorded else {
        let mut all =
            pools.iter().filter(|pool| pool.role == Role::Task.word() && !pool.is_shrunk()).map(|pool| nodes_of(pool, None, false));
        return (all.next(), all.collect());
    };
    let ours: Vec<(String, &Nodes)> = spec.task.iter().map(|nodes| (request_name(nodes), nodes)).collect();
    let more: Vec<(String, &Nodes)> = spec.task_group.iter().map(|nodes| (request_name(nodes), nodes)).collect();
    let real = |(name, nodes): &(String, &Nodes)| {
        find(pools, Role::Task, name, Some(nodes)).map(|real| nodes_of(real, Some(nodes), initial(nodes)))
    };
    // Groups that others added are there too; those that were shrunk to nothing are as good as gone.
    let known = |pool: &&Real| ours.iter().chain(&more).any(|(name, _)| *name == pool.name);
    let foreign = pools.iter().filter(|pool| pool.role == Role::Task.word() && !pool.is_shrunk()).filter(|pool| !known(pool));
    // Of fleets there is but one of task nodes; more nodes are groups.
    let (fleets, groups): (Vec<&Real>, Vec<&Real>) = foreign.partition(|pool| pool.is_fleet);
    let theirs = |pool: &&Real| nodes_of(pool, None, false);
    let task = ours.first().and_then(real).or_else(|| fleets.first().map(theirs));
    (task, more.iter().filter_map(real).chain(groups.iter().map(theirs)).collect())
}

fn request_name(nodes: &Nodes) -> String {
    request::pool_name(&layout::Pool { role: Role::Task, path: String::new(), nodes })
}

/// Nodes as they are, in the words that were recorded. Where EMR or a policy of ours chooses the capacity, what was recorded stays.
pub(super) fn nodes_of(real: &Real, style: Option<&Nodes>, initial_only: bool) -> Nodes {
    let default = Nodes::default();
    let known = style.unwrap_or(&default);
    let types: Vec<String> = real.types.iter().map(|(name, _)| name.clone()).collect();
    let weighted = real.types.iter().any(|(_, weight)| *weight != 1);
    let same_types = |wanted: &[&str]| wanted.len() == types.len() && wanted.iter().all(|name| types.iter().any(|real| real == name));
    let keeps_words = style.is_some_and(|nodes| types.is_empty() || same_types(&layout::types(nodes)));
    let (instance_type, listed, instance) = if keeps_words {
        (known.instance_type.clone(), known.types.clone(), known.instance.clone())
    } else if !real.is_fleet {
        (types.first().cloned(), Vec::new(), Vec::new())
    } else if weighted {
        (None, Vec::new(), real.types.iter().map(|(name, weight)| fleet_instance(name, *weight)).collect())
    } else {
        (None, types.clone(), Vec::new())
    };
    let (count, market, on_demand, spot) = if initial_only && style.is_some() {
        (known.count, known.market, known.on_demand, known.spot)
    } else if !real.is_fleet {
        (real.count, real.market, None, None)
    } else if known.on_demand.is_some() || known.spot.is_some() || style.is_none() {
        let told = |units: u32, before: Option<u32>| before.map(|_| units).or_else(|| (units > 0).then_some(units));
        (known.count.max(u32::from(style.is_none())), known.market, told(real.on_demand, known.on_demand), told(real.spot, known.spot))
    } else {
        let (own, other) = if known.market == Market::Spot { (real.spot, real.on_demand) } else { (real.on_demand, real.spot) };
        let other = (other > 0).then_some(other);
        let (on_demand, spot) = if known.market == Market::Spot { (other, None) } else { (None, other) };
        (own, known.market, on_demand, spot)
    };
    let bid_price = match (&known.bid_price, &real.bid_price) {
        (Some(ours), Some(theirs)) if same_price(ours, theirs) => Some(ours.clone()),
        (Some(ours), None) if real.is_fleet => Some(ours.clone()),
        (_, theirs) => theirs.clone(),
    };
    Nodes {
        name: Some(real.name.clone()).filter(|name| !name.is_empty()),
        instance_type,
        types: listed,
        instance,
        count,
        market,
        on_demand,
        spot,
        bid_price,
        ebs: known.ebs,
        volumes: known.volumes.clone(),
        ebs_optimized: known.ebs_optimized,
        configuration: known.configuration.clone(),
        custom_ami: known.custom_ami.clone(),
        decommission_timeout: known.decommission_timeout,
        autoscaling: known.autoscaling.clone(),
        allocation_strategy: known.allocation_strategy,
        on_demand_strategy: known.on_demand_strategy,
        spot_timeout: known.spot_timeout,
        spot_timeout_action: known.spot_timeout_action,
        capacity_reservation: known.capacity_reservation.clone(),
        resize: known.resize.clone(),
        context: known.context.clone(),
    }
}

fn fleet_instance(name: &str, weight: u32) -> FleetInstance {
    FleetInstance {
        instance_type: name.to_owned(),
        weight,
        bid_price: None,
        bid_percent: None,
        priority: None,
        custom_ami: None,
        ebs: None,
        volumes: Vec::new(),
        configuration: Vec::new(),
    }
}

/// `0.33` and `0.330` are one price.
fn same_price(left: &str, right: &str) -> bool {
    let read = |text: &str| text.trim().parse::<rust_decimal::Decimal>().ok();
    left == right || read(left).is_some_and(|left| read(right) == Some(left))
}

/// EMR answers a role as it was given; a bare name and an ARN that ends in it are one role.
fn same_role(real: &str, recorded: Option<&Ref>) -> Ref {
    let last = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
    match recorded {
        Some(recorded) if real.is_empty() || last(recorded.as_str()) == last(real) => recorded.clone(),
        _ => Ref(real.to_owned()),
    }
}

fn root_volume(cluster: &Description, recorded: Option<&RootVolume>) -> Option<RootVolume> {
    let told = |value: Option<i32>| value.map(|value| number(Some(value)));
    let recorded = recorded.cloned().unwrap_or_default();
    let volume = RootVolume {
        size: told(cluster.ebs_root_volume_size).map(|size| Size::gigabytes(u64::from(size))).or(recorded.size),
        iops: told(cluster.ebs_root_volume_iops).or(recorded.iops),
        throughput: told(cluster.ebs_root_volume_throughput).or(recorded.throughput),
    };
    (volume != RootVolume::default()).then_some(volume)
}

/// The applications in the user's spelling; Hadoop, which every cluster has, only where it was asked for.
fn applications(cluster: &Description, recorded: Option<&Spec>) -> Vec<String> {
    let wanted = recorded.map(|spec| spec.applications.as_slice()).unwrap_or_default();
    let names = cluster.applications.iter().flatten().filter_map(|application| application.name.as_ref());
    names
        .map(|name| wanted.iter().find(|wanted| wanted.eq_ignore_ascii_case(name)).unwrap_or(name).clone())
        .filter(|name| recorded.is_none() || wanted.contains(name) || !name.eq_ignore_ascii_case("hadoop"))
        .collect()
}

/// Subnets or zones: what was asked for where EMR tells it, else what was recorded if the chosen one is among it.
fn places(requested: Option<&[String]>, chosen: Option<&String>, recorded: Option<&[String]>) -> Vec<String> {
    match (requested, chosen.filter(|place| !place.is_empty()), recorded) {
        (Some(requested), _, _) if !requested.is_empty() => requested.to_vec(),
        (_, Some(chosen), Some(recorded)) if recorded.contains(chosen) => recorded.to_vec(),
        (_, Some(chosen), _) => vec![chosen.clone()],
        (_, None, recorded) => recorded.unwrap_or_default().to_vec(),
    }
}

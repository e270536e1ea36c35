//! The cluster as EMR's `RunJobFlow` takes it: one JSON for the API and for Step Functions' `createCluster`.

mod steps;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::layout::{self, Pool, Role};
use super::spec::{
    CapacityReservation, Configuration, FleetInstance, Kerberos, ManagedScaling, Metastore, Monitoring, Nodes, OnDemandStrategy, Resize,
    ScalingStrategy, ScalingUnit, SecurityGroups, Spec, TimeoutAction, Volume,
};
use crate::base::units::Size;

use steps::bootstrap_config;
pub(super) use steps::step_config;

/// The class that makes Hive and Spark SQL ask the Glue Data Catalog (EMR release guide, "Use the Glue Data Catalog as a metastore").
pub(super) const GLUE_FACTORY: &str = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory";

/// A table that leaves out what is not there.
#[derive(Default)]
struct Table(Map<String, Json>);

impl Table {
    fn put(&mut self, key: &str, value: impl Into<Json>) -> &mut Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn maybe<T: Into<Json>>(&mut self, key: &str, value: Option<T>) -> &mut Self {
        if let Some(value) = value {
            self.put(key, value);
        }
        self
    }

    fn list(&mut self, key: &str, items: Vec<Json>) -> &mut Self {
        if !items.is_empty() {
            self.put(key, Json::Array(items));
        }
        self
    }

    fn done(self) -> Json {
        Json::Object(self.0)
    }
}

/// The whole `RunJobFlow` request.
pub(super) fn run_job_flow(spec: &Spec, tags: &BTreeMap<String, String>) -> Json {
    let Spec {
        name,
        start: _,
        lifetime: _,
        release,
        applications,
        primary: _,
        core: _,
        task: _,
        task_group: _,
        managed_scaling,
        auto_termination,
        step,
        step_concurrency,
        bootstrap,
        configuration: _,
        configurations_json: _,
        metastore: _,
        subnets: _,
        availability_zones: _,
        key_pair: _,
        security_groups: _,
        service_role,
        instance_role,
        autoscaling_role,
        log_uri,
        log_encryption_key,
        monitoring,
        security_configuration,
        custom_ami,
        os_release,
        root_volume,
        termination_protection: _,
        unhealthy_node_replacement: _,
        visible_to_all,
        scale_down,
        repo_upgrade,
        kerberos,
        additional_info,
        placement_group,
        step_role,
        extended_support,
        sessions,
        reads: _,
        writes: _,
        workload: _,
    } = spec;
    let mut request = Table::default();
    request
        .put("Name", name.as_str())
        .put("ReleaseLabel", release.as_str())
        .list("Applications", applications.iter().map(|name| json!({ "Name": name })).collect())
        .put("Instances", instances(spec))
        .list("Steps", step.iter().map(step_config).collect())
        .maybe("StepExecutionRoleArn", step_role.as_ref().map(|role| role.0.clone()))
        .list("BootstrapActions", bootstrap.iter().map(bootstrap_config).collect())
        .list("Configurations", configurations(spec))
        .put("ServiceRole", service_role.as_str())
        .put("JobFlowRole", instance_role.as_str())
        .maybe("AutoScalingRole", autoscaling_role.as_ref().map(|role| role.0.clone()))
        .maybe("LogUri", log_uri.clone())
        .maybe("LogEncryptionKmsKeyId", log_encryption_key.clone())
        .maybe("MonitoringConfiguration", monitoring.as_ref().map(monitoring_config))
        .maybe("SecurityConfiguration", security_configuration.as_ref().map(|name| name.0.clone()))
        .maybe("CustomAmiId", custom_ami.clone())
        .maybe("OSReleaseLabel", os_release.clone())
        .maybe("EbsRootVolumeSize", root_volume.as_ref().and_then(|volume| volume.size).map(Size::as_gigabytes))
        .maybe("EbsRootVolumeIops", root_volume.as_ref().and_then(|volume| volume.iops))
        .maybe("EbsRootVolumeThroughput", root_volume.as_ref().and_then(|volume| volume.throughput))
        .put("VisibleToAllUsers", *visible_to_all)
        .maybe("ScaleDownBehavior", scale_down.as_ref().map(upper))
        .maybe("RepoUpgradeOnBoot", repo_upgrade.as_ref().map(upper))
        .maybe("KerberosAttributes", kerberos.as_ref().map(kerberos_attributes))
        .maybe("AdditionalInfo", additional_info.clone())
        .list(
            "PlacementGroupConfigs",
            placement_group.iter().map(|group| json!({ "InstanceRole": "MASTER", "PlacementStrategy": upper(&group.strategy) })).collect(),
        )
        .put("StepConcurrencyLevel", *step_concurrency)
        .maybe("ManagedScalingPolicy", managed_scaling.as_ref().map(|scaling| managed_scaling_policy(scaling, layout::is_fleets(spec))))
        .maybe("AutoTerminationPolicy", auto_termination.map(|idle| json!({ "IdleTimeout": idle.as_seconds() })))
        .maybe("ExtendedSupport", *extended_support)
        .maybe("SessionEnabled", *sessions)
        .list("Tags", tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect());
    request.done()
}

/// The request as Step Functions' `createCluster` takes it: the cluster must stay when it has no steps, and the steps are given one by one
/// with `addStep` (Step Functions developer guide, "Create and manage Amazon EMR clusters").
pub(super) fn create_cluster(spec: &Spec, tags: &BTreeMap<String, String>) -> Json {
    let mut request = run_job_flow(spec, tags);
    if let Some(table) = request.as_object_mut() {
        table.shift_remove("Steps");
        table.shift_remove("StepExecutionRoleArn");
        if let Some(instances) = table.get_mut("Instances").and_then(Json::as_object_mut) {
            instances.insert("KeepJobFlowAliveWhenNoSteps".to_owned(), true.into());
        }
    }
    request
}

fn instances(spec: &Spec) -> Json {
    let fleets = layout::is_fleets(spec);
    let pools = layout::pools(spec);
    let mut table = Table::default();
    if fleets {
        table.list("InstanceFleets", pools.iter().map(instance_fleet).collect());
        table.list("Ec2SubnetIds", spec.subnets.iter().map(|subnet| subnet.as_str().into()).collect());
    } else {
        table.list("InstanceGroups", pools.iter().map(instance_group).collect());
        table.maybe("Ec2SubnetId", spec.subnets.first().cloned());
    }
    match spec.availability_zones.as_slice() {
        [] => {}
        [one] if !fleets => drop(table.put("Placement", json!({ "AvailabilityZone": one }))),
        zones => drop(table.put("Placement", json!({ "AvailabilityZones": zones }))),
    }
    table
        .maybe("Ec2KeyName", spec.key_pair.clone())
        .put("KeepJobFlowAliveWhenNoSteps", !spec.is_transient())
        .maybe("TerminationProtected", spec.termination_protection)
        .maybe("UnhealthyNodeReplacement", spec.unhealthy_node_replacement);
    if let Some(SecurityGroups { primary, workers, service, additional_primary, additional_workers }) = &spec.security_groups {
        let texts = |list: &[String]| list.iter().map(|group| group.as_str().into()).collect();
        table
            .maybe("EmrManagedMasterSecurityGroup", primary.clone())
            .maybe("EmrManagedSlaveSecurityGroup", workers.clone())
            .maybe("ServiceAccessSecurityGroup", service.clone())
            .list("AdditionalMasterSecurityGroups", texts(additional_primary))
            .list("AdditionalSlaveSecurityGroups", texts(additional_workers));
    }
    table.done()
}

/// The name a group or fleet has at EMR.
pub(super) fn pool_name(pool: &Pool<'_>) -> String {
    pool.nodes.name.clone().unwrap_or_else(|| pool.role.name().to_owned())
}

/// A group, as `RunJobFlow` and `AddInstanceGroups` take it.
pub(super) fn instance_group(pool: &Pool<'_>) -> Json {
    let Nodes {
        name: _,
        instance_type,
        types: _,
        instance: _,
        count,
        market,
        on_demand: _,
        spot: _,
        bid_price,
        ebs,
        volumes,
        ebs_optimized,
        configuration,
        custom_ami,
        decommission_timeout: _,
        autoscaling,
        allocation_strategy: _,
        on_demand_strategy: _,
        spot_timeout: _,
        spot_timeout_action: _,
        capacity_reservation: _,
        resize: _,
        context: _,
    } = pool.nodes;
    let mut table = Table::default();
    table
        .put("Name", pool_name(pool))
        .put("InstanceRole", pool.role.word())
        .put("Market", upper(market))
        .maybe("BidPrice", bid_price.clone())
        .maybe("InstanceType", instance_type.clone())
        .put("InstanceCount", *count)
        .list("Configurations", configuration.iter().map(classification).collect())
        .maybe("EbsConfiguration", ebs_configuration(*ebs, volumes, *ebs_optimized))
        .maybe("AutoScalingPolicy", autoscaling.as_ref().and_then(|policy| serde_json::from_str::<Json>(policy).ok()))
        .maybe("CustomAmiId", custom_ami.clone());
    table.done()
}

/// A fleet, as `RunJobFlow` and `AddInstanceFleet` take it.
pub(super) fn instance_fleet(pool: &Pool<'_>) -> Json {
    let (on_demand, spot) = layout::capacity(pool.nodes);
    let mut table = Table::default();
    table.put("Name", pool_name(pool)).put("InstanceFleetType", pool.role.word());
    if on_demand > 0 || spot == 0 {
        table.put("TargetOnDemandCapacity", on_demand);
    }
    if spot > 0 {
        table.put("TargetSpotCapacity", spot);
    }
    table
        .list("InstanceTypeConfigs", instance_type_configs(pool.nodes))
        .maybe("LaunchSpecifications", launch_specifications(pool, spot > 0))
        .maybe("ResizeSpecifications", pool.nodes.resize.as_ref().and_then(resize_specifications))
        .maybe("Context", pool.nodes.context.clone());
    table.done()
}

/// A fleet's types, as `RunJobFlow` and `ModifyInstanceFleet` take them.
pub(super) fn instance_type_configs(nodes: &Nodes) -> Vec<Json> {
    let one = |instance: FleetInstance| {
        let FleetInstance { instance_type, weight, bid_price, bid_percent, priority, custom_ami, ebs, volumes, configuration } = instance;
        let own = ebs.is_some() || !volumes.is_empty();
        let (ebs, volumes) = if own { (ebs, volumes) } else { (nodes.ebs, nodes.volumes.clone()) };
        let configuration = if configuration.is_empty() { &nodes.configuration } else { &configuration };
        let mut table = Table::default();
        table
            .put("InstanceType", instance_type)
            .put("WeightedCapacity", weight)
            .maybe("BidPrice", bid_price)
            .maybe("BidPriceAsPercentageOfOnDemandPrice", bid_percent)
            .maybe("Priority", priority)
            .maybe("CustomAmiId", custom_ami.or_else(|| nodes.custom_ami.clone()))
            .maybe("EbsConfiguration", ebs_configuration(ebs, &volumes, nodes.ebs_optimized))
            .list("Configurations", configuration.iter().map(classification).collect());
        table.done()
    };
    layout::fleet_instances(nodes).into_iter().map(one).collect()
}

fn launch_specifications(pool: &Pool<'_>, has_spot: bool) -> Option<Json> {
    let nodes = pool.nodes;
    let mut table = Table::default();
    if has_spot {
        // EMR demands a timeout and an action with every Spot specification; these are the ones its console proposes.
        let timeout = nodes.spot_timeout.map_or(60, crate::base::units::Duration::as_minutes);
        let mut spot = Table::default();
        spot.put("TimeoutDurationMinutes", timeout)
            .put("TimeoutAction", upper(&nodes.spot_timeout_action.unwrap_or(TimeoutAction::SwitchToOnDemand)))
            .maybe("AllocationStrategy", nodes.allocation_strategy.as_ref().map(word));
        table.put("SpotSpecification", spot.done());
    }
    if nodes.on_demand_strategy.is_some() || nodes.capacity_reservation.is_some() {
        let strategy = nodes.on_demand_strategy.unwrap_or(OnDemandStrategy::LowestPrice);
        let mut on_demand = Table::default();
        on_demand.put("AllocationStrategy", word(&strategy));
        on_demand.maybe("CapacityReservationOptions", nodes.capacity_reservation.as_ref().map(capacity_reservation_options));
        table.put("OnDemandSpecification", on_demand.done());
    }
    (!table.0.is_empty()).then(|| table.done())
}

fn capacity_reservation_options(reservation: &CapacityReservation) -> Json {
    let CapacityReservation { first, preference, resource_group } = reservation;
    let mut options = Table::default();
    options
        .maybe("UsageStrategy", first.then_some("use-capacity-reservations-first"))
        .maybe("CapacityReservationPreference", preference.as_ref().map(word))
        .maybe("CapacityReservationResourceGroupArn", resource_group.clone());
    options.done()
}

/// How a fleet grows, as `RunJobFlow` and `ModifyInstanceFleet` take it.
pub(super) fn resize_specifications(resize: &Resize) -> Option<Json> {
    let Resize { spot_timeout, allocation_strategy, on_demand_timeout, on_demand_strategy, capacity_reservation } = resize;
    let (mut spot, mut on_demand, mut table) = (Table::default(), Table::default(), Table::default());
    spot.maybe("TimeoutDurationMinutes", spot_timeout.map(crate::base::units::Duration::as_minutes))
        .maybe("AllocationStrategy", allocation_strategy.as_ref().map(word));
    on_demand
        .maybe("TimeoutDurationMinutes", on_demand_timeout.map(crate::base::units::Duration::as_minutes))
        .maybe("AllocationStrategy", on_demand_strategy.as_ref().map(word))
        .maybe("CapacityReservationOptions", capacity_reservation.as_ref().map(capacity_reservation_options));
    table
        .maybe("SpotResizeSpecification", (!spot.0.is_empty()).then(|| spot.done()))
        .maybe("OnDemandResizeSpecification", (!on_demand.0.is_empty()).then(|| on_demand.done()));
    (!table.0.is_empty()).then(|| table.done())
}

/// The volumes of a node; `ebs = "200GB"` is one gp3 volume.
pub(super) fn volumes_of(ebs: Option<Size>, volumes: &[Volume]) -> Vec<Volume> {
    let simple = ebs.map(|size| Volume { volume_type: "gp3".into(), size, iops: None, throughput: None, count: 1 });
    simple.into_iter().chain(volumes.iter().cloned()).collect()
}

fn ebs_configuration(ebs: Option<Size>, volumes: &[Volume], optimized: Option<bool>) -> Option<Json> {
    let devices = volumes_of(ebs, volumes).into_iter().map(|volume| {
        let Volume { volume_type, size, iops, throughput, count } = volume;
        let mut table = Table::default();
        table.put("VolumeType", volume_type).put("SizeInGB", size.as_gigabytes()).maybe("Iops", iops).maybe("Throughput", throughput);
        json!({ "VolumeSpecification": table.done(), "VolumesPerInstance": count })
    });
    let mut table = Table::default();
    table.list("EbsBlockDeviceConfigs", devices.collect()).maybe("EbsOptimized", optimized);
    (!table.0.is_empty()).then(|| table.done())
}

/// One classification, as EMR writes it.
pub(super) fn classification(configuration: &Configuration) -> Json {
    let Configuration { classification: name, properties, configuration } = configuration;
    let mut table = Table::default();
    // EMR takes an empty table of properties and no absent one.
    table
        .put("Classification", name.as_str())
        .put("Properties", json!(properties))
        .list("Configurations", configuration.iter().map(classification).collect());
    table.done()
}

/// All configurations of the cluster: those written, and those that `metastore` stands for.
pub(super) fn configurations(spec: &Spec) -> Vec<Json> {
    let written = spec.configurations_json.as_ref().and_then(|text| serde_json::from_str::<Vec<Json>>(text).ok()).unwrap_or_default();
    let mut all: Vec<Json> = spec.configuration.iter().map(classification).chain(written).collect();
    if spec.metastore == Some(Metastore::Glue) {
        let has = |name: &str| spec.applications.iter().any(|application| application.eq_ignore_ascii_case(name));
        let factory = [
            ("hive-site", has("Hive") || !has("Spark"), "hive.metastore.client.factory.class", GLUE_FACTORY),
            ("spark-hive-site", has("Spark"), "hive.metastore.client.factory.class", GLUE_FACTORY),
            ("presto-connector-hive", has("Presto"), "hive.metastore", "glue"),
            ("trino-connector-hive", has("Trino"), "hive.metastore", "glue"),
        ];
        for (name, _, key, value) in factory.into_iter().filter(|(_, wanted, _, _)| *wanted) {
            set_property(&mut all, name, key, value);
        }
    }
    all
}

/// Puts a property into its classification; one that the user wrote stays.
fn set_property(all: &mut Vec<Json>, name: &str, key: &str, value: &str) {
    let found = all.iter().position(|one| one.get("Classification").and_then(Json::as_str) == Some(name));
    let Some(at) = found else {
        all.push(json!({ "Classification": name, "Properties": { key: value } }));
        return;
    };
    if let Some(table) = all[at].as_object_mut() {
        let properties = table.entry("Properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            properties.entry(key).or_insert_with(|| value.into());
        }
    }
}

/// Managed scaling, as `RunJobFlow` and `PutManagedScalingPolicy` take it.
pub(super) fn managed_scaling_policy(scaling: &ManagedScaling, fleets: bool) -> Json {
    let ManagedScaling { min, max, max_on_demand, max_core, unit, strategy, performance_index } = scaling;
    let unit = match unit {
        Some(ScalingUnit::FleetUnits) => "InstanceFleetUnits",
        Some(ScalingUnit::Vcpu) => "VCPU",
        None if fleets => "InstanceFleetUnits",
        Some(ScalingUnit::Instances) | None => "Instances",
    };
    let mut limits = Table::default();
    limits
        .put("UnitType", unit)
        .put("MinimumCapacityUnits", *min)
        .put("MaximumCapacityUnits", *max)
        .maybe("MaximumOnDemandCapacityUnits", *max_on_demand)
        .maybe("MaximumCoreCapacityUnits", *max_core);
    let mut table = Table::default();
    table
        .put("ComputeLimits", limits.done())
        .maybe("ScalingStrategy", strategy.map(|strategy| if strategy == ScalingStrategy::Advanced { "ADVANCED" } else { "DEFAULT" }))
        .maybe("UtilizationPerformanceIndex", *performance_index);
    table.done()
}

fn kerberos_attributes(kerberos: &Kerberos) -> Json {
    let Kerberos { realm, kdc_admin_password, cross_realm_password, domain_join_user, domain_join_password } = kerberos;
    let mut table = Table::default();
    table
        .put("Realm", realm.as_str())
        .put("KdcAdminPassword", kdc_admin_password.as_str())
        .maybe("CrossRealmTrustPrincipalPassword", cross_realm_password.clone())
        .maybe("ADDomainJoinUser", domain_join_user.clone())
        .maybe("ADDomainJoinPassword", domain_join_password.clone());
    table.done()
}

fn monitoring_config(monitoring: &Monitoring) -> Json {
    let Monitoring { log_group, stream_prefix, key, log_types, s3_policy } = monitoring;
    let mut table = Table::default();
    if monitoring.is_in_cloudwatch() {
        let mut logs = Table::default();
        logs.put("Enabled", true)
            .maybe("LogGroupName", log_group.clone())
            .maybe("LogStreamNamePrefix", stream_prefix.clone())
            .maybe("EncryptionKeyArn", key.clone())
            .maybe("LogTypes", (!log_types.is_empty()).then(|| json!(log_types)));
        table.put("CloudWatchLogConfiguration", logs.done());
    }
    if !s3_policy.is_empty() {
        table.put("S3LoggingConfiguration", json!({ "LogTypeUploadPolicy": s3_policy }));
    }
    table.done()
}

/// The word serde writes for a choice.
fn word<T: serde::Serialize>(choice: &T) -> String {
    serde_json::to_value(choice).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The same as EMR spells its constants: `TERMINATE_CLUSTER`.
fn upper<T: serde::Serialize>(choice: &T) -> String {
    word(choice).to_ascii_uppercase().replace('-', "_")
}

/// The role of a pool's nodes, for messages.
pub(super) fn title(role: Role) -> &'static str {
    match role {
        Role::Primary => "Primary",
        Role::Core => "Core",
        Role::Task => "Task",
    }
}

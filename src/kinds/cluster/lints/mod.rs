//! The rules that speak of clusters alone.

mod blind_managed_scaling;
mod burstable_type;
mod consistent_view;
mod endless_idleness;
mod exactly_fifty_nodes;
mod foreign_bootstrap;
mod full_hdfs;
mod graviton_available;
mod hbase_on_hdfs;
mod heavy_primary_applications;
mod idle_cluster_hours;
mod imds_v1_allowed;
mod inconsistent_scaling_bounds;
mod low_bid;
mod metastore_on_primary;
mod mismatched_family;
mod missing_application;
mod narrow_spot_fleet;
mod no_logs;
mod no_subnet;
mod on_demand_task;
mod outdated_engine;
mod previous_generation_type;
mod results_on_transient_hdfs;
mod scaling_core;
mod single_copy_hdfs;
mod single_core_node;
mod small_core_volumes;
mod spot_core;
mod spot_primary;
mod task_without_core;
mod transient_without_steps;
mod transient_work;
mod two_metastores;
mod two_scaling_mechanisms;
mod uncopied_hdfs;
mod undersized_primary;
mod unprotected_cluster;
mod unset_allocation_strategy;
mod unsupported_release;
mod unsupported_type;
mod useless_auto_termination;
mod useless_protection;
mod waiting_for_spot;
mod wrong_primary_count;
mod wrong_step_failure_policy;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &blind_managed_scaling::RULE,
    &burstable_type::RULE,
    &consistent_view::RULE,
    &endless_idleness::RULE,
    &exactly_fifty_nodes::RULE,
    &foreign_bootstrap::RULE,
    &full_hdfs::RULE,
    &graviton_available::RULE,
    &hbase_on_hdfs::RULE,
    &heavy_primary_applications::RULE,
    &idle_cluster_hours::RULE,
    &imds_v1_allowed::RULE,
    &inconsistent_scaling_bounds::RULE,
    &low_bid::RULE,
    &metastore_on_primary::RULE,
    &mismatched_family::RULE,
    &missing_application::RULE,
    &narrow_spot_fleet::RULE,
    &no_logs::RULE,
    &no_subnet::RULE,
    &on_demand_task::RULE,
    &outdated_engine::RULE,
    &previous_generation_type::RULE,
    &results_on_transient_hdfs::RULE,
    &scaling_core::RULE,
    &single_copy_hdfs::RULE,
    &single_core_node::RULE,
    &small_core_volumes::RULE,
    &spot_core::RULE,
    &spot_primary::RULE,
    &task_without_core::RULE,
    &transient_without_steps::RULE,
    &transient_work::RULE,
    &two_metastores::RULE,
    &two_scaling_mechanisms::RULE,
    &uncopied_hdfs::RULE,
    &undersized_primary::RULE,
    &unprotected_cluster::RULE,
    &unset_allocation_strategy::RULE,
    &unsupported_release::RULE,
    &unsupported_type::RULE,
    &useless_auto_termination::RULE,
    &useless_protection::RULE,
    &waiting_for_spot::RULE,
    &wrong_primary_count::RULE,
    &wrong_step_failure_policy::RULE,
];

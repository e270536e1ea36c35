//! Rules that speak of several kinds, and the list of every rule there is.

use crate::kinds::ALL;
use crate::model::rule::Rule;

mod age_limit_above_retention;
mod deprecated_runtime;
mod ending_runtime;
mod event_loop;
mod fifo_without_group;
mod hops;
mod insufficient_concurrency;
mod links;
mod lowered_retention;
mod overlapping_notifications;
mod queue_without_dead_letter;
mod queues;
mod replacement_loses_data;
mod retention_below_interval;
mod self_feeding_trigger;
mod short_visibility;
mod single_shard_without_limits;
mod spark_for_little_data;
mod starved_stream_consumer;
mod streams;
pub mod suppression;
mod undeliverable_fifo;
mod unstarted_crawler;
mod unstarted_job;
mod untrusted_service;
mod unused_resource;
mod visibility_below_timeout;
mod warehouse_row_inserts;

/// The rules that belong to no single kind.
static CROSS_KIND: &[&Rule] = &[
    &age_limit_above_retention::RULE,
    &deprecated_runtime::RULE,
    &ending_runtime::RULE,
    &event_loop::RULE,
    &fifo_without_group::RULE,
    &insufficient_concurrency::RULE,
    &lowered_retention::RULE,
    &overlapping_notifications::RULE,
    &queue_without_dead_letter::RULE,
    &replacement_loses_data::RULE,
    &retention_below_interval::RULE,
    &self_feeding_trigger::RULE,
    &short_visibility::RULE,
    &single_shard_without_limits::RULE,
    &spark_for_little_data::RULE,
    &starved_stream_consumer::RULE,
    &undeliverable_fifo::RULE,
    &unstarted_crawler::RULE,
    &unstarted_job::RULE,
    &untrusted_service::RULE,
    &unused_resource::RULE,
    &visibility_below_timeout::RULE,
    &warehouse_row_inserts::RULE,
    &suppression::UNSOUND,
    &suppression::UNUSED,
    &suppression::EXPIRED,
    &suppression::FORBIDDEN,
];

/// Every rule: those of the kinds and those of several, by code.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = ALL.iter().flat_map(|entry| entry.kind.rules()).chain(CROSS_KIND).copied().collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}

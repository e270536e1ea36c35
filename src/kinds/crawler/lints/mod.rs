//! The rules that speak of crawlers alone.

mod crawler_may_delete_tables;
mod crawler_schedule_too_fast;
mod crawls_all_of_an_archive;
mod crawls_too_often;
mod events_without_queue;
mod filter_without_partition;
mod new_folders_change_tables;
mod no_target;
mod partitions_against_queries;
mod partitions_too_small;
mod scan_of_a_whole_table;
mod target_without_connection;

use super::spec::Spec;
use crate::base::schedule::{Dialect, Schedule};
use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &partitions_against_queries::RULE,
    &filter_without_partition::RULE,
    &partitions_too_small::RULE,
    &crawls_too_often::RULE,
    &no_target::RULE,
    &target_without_connection::RULE,
    &crawls_all_of_an_archive::RULE,
    &new_folders_change_tables::RULE,
    &events_without_queue::RULE,
    &crawler_may_delete_tables::RULE,
    &scan_of_a_whole_table::RULE,
    &crawler_schedule_too_fast::RULE,
];

/// The schedule of a crawler, if it has one that can be read.
fn schedule(spec: &Spec) -> Option<Schedule> {
    Schedule::parse(spec.schedule.as_deref()?, Dialect::Glue).ok()
}

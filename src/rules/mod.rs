//! Rules that speak of several kinds, and the list of every rule there is.

use crate::kinds::ALL;
use crate::model::rule::Rule;

mod links;
mod lowered_retention;
mod replacement_loses_data;
mod retention_below_interval;
mod spark_for_little_data;
pub mod suppression;
mod unstarted_crawler;
mod unstarted_job;
mod untrusted_service;
mod unused_resource;

/// The rules that belong to no single kind.
static CROSS_KIND: &[&Rule] = &[
    &lowered_retention::RULE,
    &replacement_loses_data::RULE,
    &retention_below_interval::RULE,
    &spark_for_little_data::RULE,
    &unstarted_crawler::RULE,
    &unstarted_job::RULE,
    &untrusted_service::RULE,
    &unused_resource::RULE,
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

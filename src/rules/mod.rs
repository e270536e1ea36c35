//! Rules that speak of several kinds, and the list of every rule there is.

use crate::kinds::ALL;
use crate::model::rule::Rule;

mod lowered_retention;
mod replacement_loses_data;
pub mod suppression;
mod unused_resource;

/// The rules that belong to no single kind.
static CROSS_KIND: &[&Rule] = &[
    &lowered_retention::RULE,
    &replacement_loses_data::RULE,
    &suppression::UNSOUND,
    &suppression::UNUSED,
    &suppression::EXPIRED,
    &suppression::FORBIDDEN,
    &unused_resource::RULE,
];

/// Every rule: those of the kinds and those of several, by code.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = ALL.iter().flat_map(|entry| entry.kind.rules()).chain(CROSS_KIND).copied().collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}

//! Rules that speak of several kinds, and the list of every rule there is.

use crate::model::kind::KindEntry;
use crate::model::rule::Rule;

pub mod suppression;

/// The rules that belong to no single kind.
static CROSS_KIND: &[&Rule] = &[&suppression::UNSOUND, &suppression::UNUSED, &suppression::EXPIRED, &suppression::FORBIDDEN];

/// Every rule: those of these kinds and those of several, by code.
pub fn gather(kinds: &'static [KindEntry]) -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = kinds.iter().flat_map(|entry| entry.kind.rules()).chain(CROSS_KIND).copied().collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}

//! The rules that speak of tables alone.

mod idle_capacity;
mod no_recovery;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&no_recovery::RULE, &idle_capacity::RULE];

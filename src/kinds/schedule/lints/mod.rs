//! The rules that speak of schedules alone.

mod no_dead_letter;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&no_dead_letter::RULE];

//! The rules that speak of EventBridge rules alone.

mod no_dead_letter;
mod no_target;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&no_dead_letter::RULE, &no_target::RULE];

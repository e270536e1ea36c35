//! The rules that speak of queues alone.

mod dead_letter_type;
mod short_redrive;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&dead_letter_type::RULE, &short_redrive::RULE];

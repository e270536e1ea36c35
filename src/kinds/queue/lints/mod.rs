//! The rules that speak of queues alone.

mod short_redrive;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&short_redrive::RULE];

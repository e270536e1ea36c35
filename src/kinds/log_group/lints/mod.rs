//! The rules that speak of log groups alone.

mod endless_logs;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&endless_logs::RULE];

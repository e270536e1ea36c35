//! The rules that speak of topics alone.

mod lambda_without_permission;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&lambda_without_permission::RULE];

//! The rules that speak of roles alone.

mod pass_any_role;
mod wildcard_actions;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&wildcard_actions::RULE, &pass_any_role::RULE];

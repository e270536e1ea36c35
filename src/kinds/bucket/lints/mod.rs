//! The rules that speak of buckets alone.

mod endless_versions;
mod public_access;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&public_access::RULE, &endless_versions::RULE];

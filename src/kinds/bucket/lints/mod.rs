//! The rules that speak of buckets alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

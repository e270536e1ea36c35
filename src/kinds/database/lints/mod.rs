//! The rules that speak of databases alone: none so far.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

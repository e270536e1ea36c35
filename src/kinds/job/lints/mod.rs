//! The rules that speak of jobs alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

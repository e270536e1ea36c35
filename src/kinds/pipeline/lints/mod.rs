//! The rules that speak of pipelines alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

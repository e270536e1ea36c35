//! The rules that speak of crawlers alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

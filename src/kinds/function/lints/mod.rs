//! The rules that speak of functions alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

//! The rules that speak of layers alone.

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[];

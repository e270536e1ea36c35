//! The rules that speak of streams alone.

mod few_shards;
mod short_retention;
mod unencrypted_stream;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[&few_shards::RULE, &short_retention::RULE, &unencrypted_stream::RULE];

//! The rules that speak of functions alone.

mod batch;
mod batch_bytes;
mod broad_permission;
mod bulk_work;
mod default_timeout;
mod environment;
mod failure_target;
mod handler_shape;
mod large_response;
mod layers;
mod literal_secret;
mod loose_timeout;
mod lost_events;
mod memory_size;
mod no_concurrency;
mod no_window;
mod open_url;
mod per_record;
mod provisioned;
mod slow_batch;
mod snap_start;
mod stall;
mod state_inside;
mod website;
mod whole_batch;
mod work_too_long;
mod x86;

use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &work_too_long::RULE,
    &website::RULE,
    &state_inside::RULE,
    &bulk_work::RULE,
    &default_timeout::RULE,
    &loose_timeout::RULE,
    &memory_size::RULE,
    &handler_shape::RULE,
    &layers::RULE,
    &environment::RULE,
    &no_concurrency::RULE,
    &provisioned::RULE,
    &snap_start::RULE,
    &lost_events::RULE,
    &large_response::RULE,
    &open_url::RULE,
    &slow_batch::RULE,
    &batch_bytes::RULE,
    &stall::RULE,
    &no_window::RULE,
    &failure_target::RULE,
    &whole_batch::RULE,
    &broad_permission::RULE,
    &literal_secret::RULE,
    &x86::RULE,
    &per_record::RULE,
];

//! The rules that speak of jobs alone.

mod bookmark_on_changing_rows;
mod bookmark_with_parallel_runs;
mod bookmark_without_order;
mod capacity_chosen_blind;
mod capacity_said_twice;
mod dead_glue_version;
mod default_timeout;
mod engine_not_in_glue;
mod flex_where_there_is_none;
mod flex_with_a_deadline;
mod format_not_in_glue;
mod language_not_in_glue;
mod no_bookmark;
mod no_logs_while_it_runs;
mod nosql_source;
mod python_shell_out_of_place;
mod retry_appends_twice;
mod schedule_too_fast;
mod script_of_another_sort;
mod secret_in_arguments;
mod sink_not_in_glue;
mod standard_with_slack;
mod stream_on_batch_job;
mod stream_without_checkpoint;
mod streaming_around_the_clock;
mod too_few_workers;
mod unpinned_glue_version;
mod worker_not_for_this_job;

use super::spec::Spec;
use crate::base::path::Path;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::Duration;
use crate::catalog::GlueVersion;
use crate::model::rule::Rule;

pub(super) static RULES: &[&Rule] = &[
    &stream_on_batch_job::RULE,
    &streaming_around_the_clock::RULE,
    &schedule_too_fast::RULE,
    &engine_not_in_glue::RULE,
    &nosql_source::RULE,
    &script_of_another_sort::RULE,
    &language_not_in_glue::RULE,
    &no_bookmark::RULE,
    &bookmark_without_order::RULE,
    &bookmark_on_changing_rows::RULE,
    &bookmark_with_parallel_runs::RULE,
    &capacity_chosen_blind::RULE,
    &format_not_in_glue::RULE,
    &sink_not_in_glue::RULE,
    &dead_glue_version::RULE,
    &unpinned_glue_version::RULE,
    &capacity_said_twice::RULE,
    &worker_not_for_this_job::RULE,
    &too_few_workers::RULE,
    &flex_where_there_is_none::RULE,
    &flex_with_a_deadline::RULE,
    &standard_with_slack::RULE,
    &default_timeout::RULE,
    &retry_appends_twice::RULE,
    &secret_in_arguments::RULE,
    &no_logs_while_it_runs::RULE,
    &stream_without_checkpoint::RULE,
    &python_shell_out_of_place::RULE,
];

/// The shortest interval that Glue takes.
const FASTEST: Duration = Duration::minutes(5);

/// The schedules that start a job, with their places.
fn schedules(spec: &Spec) -> impl Iterator<Item = (Path, Schedule)> + '_ {
    let own = spec.schedule.iter().map(|text| (Path::from("schedule"), text));
    let triggers = spec
        .trigger
        .iter()
        .enumerate()
        .filter_map(|(at, trigger)| Some((Path::root().key("trigger").index(at).key("schedule"), trigger.schedule.as_ref()?)));
    own.chain(triggers).filter_map(|(path, text)| Some((path, Schedule::parse(text, Dialect::Glue).ok()?)))
}

/// The version a job runs on: what it says, else today's default; `None` for one that is not known.
fn version(spec: &Spec) -> Option<&'static GlueVersion> {
    match spec.glue_version.as_deref() {
        None => GlueVersion::default_version(),
        Some(name) => GlueVersion::parse(name),
    }
}

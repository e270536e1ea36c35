//! Checks between the fields of a schedule.

use super::spec::Spec;
use crate::model::kind::Problems;

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    let target = &spec.target;
    let references = [&target.function, &target.pipeline, &target.job, &target.crawler, &target.queue, &target.topic, &target.stream];
    if references.iter().filter(|target| target.is_some()).count() + usize::from(target.arn.is_some()) != 1 {
        problems.add(
            "target",
            "a schedule has exactly one of `function`, `pipeline`, `job`, `crawler`, `queue`, `topic`, `stream` and `arn` as its target",
            "write one of them; several schedules for several targets",
        );
    }
    for (field, moment) in [("start", &spec.start), ("end", &spec.end)] {
        if let Some(moment) = moment
            && moment.parse::<jiff::Timestamp>().is_err()
        {
            problems.add(field, format!("`{moment}` is not a moment"), "write it as in \"2030-01-31T08:00:00Z\"");
        }
    }
    let moment = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    if let (Some(start), Some(end)) = (moment(&spec.start), moment(&spec.end))
        && start >= end
    {
        problems.add("end", "the end is not after the start", "write a later moment");
    }
    // Links such as `US/Eastern` are known too.
    if !spec.timezone.contains("${") && jiff::tz::TimeZone::get(&spec.timezone).is_err() {
        problems.add(
            "timezone",
            format!("`{}` is not a time zone", spec.timezone),
            "write its name, for example \"Europe/Berlin\" or \"UTC\"",
        );
    }
    if target.job.is_some() || target.crawler.is_some() {
        // The call needs its own name in the input, and more may stand beside it.
        if target.input.as_ref().is_some_and(|input| !serde_json::from_str::<serde_json::Value>(input).is_ok_and(|json| json.is_object())) {
            problems.add("target.input", "the input of a job or crawler is a JSON object", "write the parameters of the call");
        }
    }
    if target.stream.is_some() && (target.partition_key.is_none() || target.input.is_none()) {
        problems.add("target.stream", "a stream needs a `partition_key` and an `input`", "add them");
    }
    if target.partition_key.is_some() && target.stream.is_none() && target.arn.is_none() {
        problems.add("target.partition_key", "partition keys are for streams", "remove it");
    }
    if target.message_group.is_some() && target.queue.is_none() && target.arn.is_none() {
        problems.add("target.message_group", "message groups are for FIFO queues", "remove it");
    }
    if target.event.is_some() && target.arn.is_none() {
        problems.add("target.event", "`event` is for an event bus", "remove it, or set `arn` to that of a bus");
    }
    if let Some(age) = target.retry.as_ref().and_then(|retry| retry.max_age)
        && !(60..=86_400).contains(&age.as_seconds())
    {
        problems.add("target.retry.max_age", "it is tried for 1 minute to 24 hours", "write, for example, \"1h\"");
    }
    if let Some(window) = spec.window
        && window.as_milliseconds() != window.as_minutes() * 60_000
    {
        problems.add("window", "the window is counted in whole minutes", format!("write \"{}m\"", window.as_minutes()));
    }
}

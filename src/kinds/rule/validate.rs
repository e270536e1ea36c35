//! Checks between the fields of a rule.

use super::spec::Spec;
use crate::model::kind::Problems;

/// The most targets of a rule (EventBridge quotas; AWS does not raise it).
const MOST_TARGETS: usize = 5;

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    match (&spec.event_pattern, &spec.schedule) {
        (None, None) => {
            problems.add("event_pattern", "a rule needs an `event_pattern` or a `schedule`", "add one of the two");
        }
        (Some(pattern), _)
            if !pattern.contains("${") && !serde_json::from_str::<serde_json::Value>(pattern).is_ok_and(|json| json.is_object()) =>
        {
            let help = "write, for example, '{ \"source\": [\"aws.glue\"] }'";
            problems.add("event_pattern", "the pattern is not a JSON object", help);
        }
        _ => {}
    }
    if spec.schedule.is_some() && spec.bus != "default" {
        problems.add("schedule", "only rules on the bus `default` have schedules", "remove `bus`, or use a `[schedule.x]`");
    }
    if spec.all_management_events && !spec.enabled {
        problems.add("all_management_events", "a rule that is off picks no events", "remove it, or set `enabled = true`");
    }
    if spec.targets.len() > MOST_TARGETS {
        problems.add(
            format!("targets[{MOST_TARGETS}]").as_str(),
            format!("a rule has at most {MOST_TARGETS} targets"),
            "make a second rule, or send to a topic",
        );
    }
    for (at, target) in spec.targets.iter().enumerate() {
        let place = |field: &str| format!("targets[{at}].{field}");
        let references = [&target.queue, &target.topic, &target.function, &target.pipeline, &target.stream];
        if references.iter().filter(|target| target.is_some()).count() + usize::from(target.arn.is_some()) != 1 {
            problems.add(
                format!("targets[{at}]").as_str(),
                "a target is exactly one of `queue`, `topic`, `function`, `pipeline`, `stream` and `arn`",
                "write one of them; several targets for several destinations",
            );
        }
        let inputs = [target.input.is_some(), target.input_path.is_some(), target.input_transformer.is_some()];
        if inputs.iter().filter(|set| **set).count() > 1 {
            problems.add(
                place("input").as_str(),
                "a target takes one of `input`, `input_path` and `input_transformer`",
                "remove the others",
            );
        }
        if target.needs_role() && target.role.is_none() && spec.role.is_none() && (target.pipeline.is_some() || target.stream.is_some()) {
            problems.add(
                format!("targets[{at}]").as_str(),
                "EventBridge needs a role for this target",
                "add `role = \"auto\"` to the rule",
            );
        }
        if let Some(age) = target.retry.as_ref().and_then(|retry| retry.max_age)
            && !(60..=86_400).contains(&age.as_seconds())
        {
            problems.add(place("retry.max_age").as_str(), "delivery is tried for 1 minute to 24 hours", "write, for example, \"1h\"");
        }
        if target.message_group.is_some() && target.queue.is_none() && target.arn.is_none() {
            problems.add(place("message_group").as_str(), "message groups are for FIFO queues", "remove it");
        }
        if target.partition_key_path.is_some() && target.stream.is_none() && target.arn.is_none() {
            problems.add(place("partition_key_path").as_str(), "partition keys are for streams", "remove it");
        }
        let name = target.name(at);
        if spec.targets.iter().take(at).enumerate().any(|(before, other)| other.name(before) == name) {
            problems.add(place("id").as_str(), format!("two targets have the `id` `{name}`"), "give one of them another");
        }
    }
}

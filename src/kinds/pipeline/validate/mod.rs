//! Checks between the fields of a pipeline.

mod data;
mod errors;
mod tasks;

use super::asl::{self, FlawKind};
use super::definition;
use super::spec::{Engine, Spec};
use crate::model::kind::Problems;

/// The longest name of a schedule (botocore 1.44.5, `ScheduleName`).
const LONGEST_SCHEDULE: usize = 64;

pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    if spec.engine == Engine::DataPipeline {
        problems.add(
            "engine",
            "Data Pipeline is not available yet, and AWS closed it to new customers",
            "write `engine = \"step-functions\"`; AWS's own advice is to move there",
        );
        return;
    }
    source(spec, problems);
    schedule(spec, problems);
    if spec.logging.as_ref().is_some_and(|logging| logging.level > super::spec::LogLevel::Off && logging.log_group.is_none()) {
        problems.add("logging", "logging needs a log group", "add `log_group = \"log_group.…\"`");
    }
    if spec.version_description.is_some() && spec.publish != Some(true) {
        problems.add("version_description", "a version is described only when one is published", "add `publish = true`");
    }
}

/// Tasks or a definition, and what is wrong within.
fn source(spec: &Spec, problems: &mut Problems) {
    match (spec.task.is_empty(), &spec.definition) {
        (true, None) => {
            problems.add("task", "a pipeline needs tasks", "add `[[pipeline.x.task]]` blocks, or `definition = \"file.asl.json\"`");
            return;
        }
        (false, Some(_)) => {
            problems.add("definition", "the pipeline is written twice: as `task` and as `definition`", "keep one of them");
            return;
        }
        _ => {}
    }
    if spec.definition.is_some() {
        let only_tasks = [
            ("description", spec.description.is_some()),
            ("timeout", spec.timeout.is_some()),
            ("query_language", spec.query_language.is_some()),
        ];
        for (field, given) in only_tasks {
            if given {
                problems.add(field, format!("`{field}` goes with `task`"), "write it into the definition");
            }
        }
    }
    let before = problems.found.len();
    errors::whole_seconds(spec.timeout, "timeout", 1, problems);
    tasks::check(&spec.task, "task", spec.query_language.unwrap_or_default(), problems);
    if problems.found.len() > before {
        return;
    }
    match definition::of(spec) {
        Err(wrong) => {
            for wrong in wrong {
                problems.add(wrong.path.as_str(), wrong.message, wrong.help);
            }
        }
        Ok(json) => {
            let field = if spec.task.is_empty() { "definition" } else { "task" };
            // A state that nothing leads to is AWS's business to warn of, and rule SFN102's.
            for flaw in asl::check(&json).into_iter().filter(|flaw| flaw.kind != FlawKind::Unreachable) {
                problems.add(place(spec, &flaw.state).unwrap_or_else(|| field.to_owned()).as_str(), flaw.message, flaw.help);
            }
        }
    }
}

/// Where the task of a state stands, when it is a task of the outermost list.
pub(super) fn place(spec: &Spec, state: &str) -> Option<String> {
    let at = spec
        .task
        .iter()
        .position(|task| task.name == state || state.strip_prefix(&task.name).is_some_and(|rest| rest.starts_with(": ")))?;
    Some(format!("task[{at}]"))
}

fn schedule(spec: &Spec, problems: &mut Problems) {
    if spec.schedule.is_none() {
        let fields = [
            ("enabled", !spec.enabled),
            ("timezone", spec.timezone.is_some() && spec.deadline.is_none()),
            ("schedule_input", spec.schedule_input.is_some()),
            ("schedule_window", spec.schedule_window.is_some()),
            ("schedule_retry", spec.schedule_retry.is_some()),
            ("schedule_dead_letter", spec.schedule_dead_letter.is_some()),
            ("schedule_role", spec.schedule_role.is_some()),
            ("deadline", spec.deadline.is_some()),
        ];
        for (field, given) in fields {
            if given {
                problems.add(field, format!("`{field}` goes with `schedule`"), format!("add a `schedule`, or remove `{field}`"));
            }
        }
        return;
    }
    if spec.schedule_role.is_none() {
        problems.add("schedule", "a schedule needs a role to start the pipeline with", "add `schedule_role = \"auto\"`");
    }
    if spec.name.chars().count() > LONGEST_SCHEDULE {
        let help = format!("give the pipeline a `name` of at most {LONGEST_SCHEDULE} characters");
        problems.add("schedule", "the schedule has the pipeline's name, which is too long for a schedule", help);
    }
    if let Some(input) = &spec.schedule_input
        && !input.contains("${")
        && serde_json::from_str::<serde_json::Value>(input).is_err()
    {
        problems.add("schedule_input", "the input is not JSON", "write a JSON document as text: `'{\"day\":\"today\"}'`");
    }
    if let Some(deadline) = &spec.deadline
        && minutes_of(deadline).is_none()
    {
        problems.add("deadline", format!("`{deadline}` is not a time of day"), "write hours and minutes: `\"06:00\"`");
    }
}

/// Minutes after midnight of a time of day: `06:00`.
pub(super) fn minutes_of(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

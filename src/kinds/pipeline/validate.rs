//! Checks between the fields of a pipeline.

use super::asl::{self, FlawKind};
use super::definition;
use super::spec::{Engine, Spec};
use super::task::{Task, Way};
use crate::base::prose::{alternatives, conjunction};
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
    tasks(&spec.task, "task", problems);
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

fn tasks(list: &[Task], path: &str, problems: &mut Problems) {
    for (at, task) in list.iter().enumerate() {
        let here = format!("{path}[{at}]");
        one(task, &here, problems);
        for (which, branch) in task.parallel.iter().flat_map(|parallel| &parallel.branches).enumerate() {
            tasks(branch, &format!("{here}.parallel.branches[{which}]"), problems);
        }
        if let Some(map) = &task.map {
            tasks(&map.tasks, &format!("{here}.map.tasks"), problems);
        }
    }
}

fn one(task: &Task, path: &str, problems: &mut Problems) {
    let name = &task.name;
    let actions = task.actions();
    match actions.as_slice() {
        [] => {
            let help = "say what it does: `function`, `job`, `crawler`, `cluster`, `pipeline`, `queue`, `topic`, `wait`, `choice`, `parallel`, `map`, …";
            problems.add(path, format!("the task `{name}` does nothing"), help);
        }
        [_] => {}
        several => {
            let message = format!("the task `{name}` does several things: {}", conjunction(several.iter().copied()));
            problems.add(path, message, "make a task of each");
        }
    }
    let has = |action: &str| actions.contains(&action);
    let goes_with = [
        ("steps", !task.steps.is_empty(), &["cluster", "running_cluster"][..]),
        ("payload", task.payload.is_some(), &["function", "pipeline", "call"]),
        ("arguments", !task.arguments.is_empty(), &["job"]),
        ("message", task.message.is_some(), &["queue", "topic"]),
        ("message_group", task.message_group.is_some(), &["queue", "topic"]),
        ("message_deduplication", task.message_deduplication.is_some(), &["queue", "topic"]),
        ("subject", task.subject.is_some(), &["topic"]),
        ("default", task.default.is_some(), &["choice"]),
        ("wait_for_end", task.wait_for_end.is_some(), &["job", "pipeline", "running_cluster"]),
        ("callback", task.callback, &["function", "queue", "topic", "pipeline", "call"]),
        ("heartbeat", task.heartbeat.is_some(), &["function", "job", "pipeline", "queue", "topic", "call", "state"]),
        ("timeout", task.timeout.is_some(), &["function", "job", "pipeline", "queue", "topic", "call", "state"]),
    ];
    for (field, given, with) in goes_with {
        if given && !with.iter().any(|action| has(action)) {
            let message = format!("`{field}` of the task `{name}` goes with {}", alternatives(with.iter().copied()));
            problems.add(format!("{path}.{field}").as_str(), message, format!("remove `{field}`"));
        }
    }
    guards(task, path, problems);
    data_flow(task, path, &actions, problems);
    let calls = ["wait", "choice", "pass", "succeed", "fail"].iter().all(|action| !has(action));
    for (field, given) in [("retry", task.retry.is_some()), ("on_error", task.on_error.is_some()), ("catch", !task.catch.is_empty())] {
        if given && !calls {
            problems.add(
                format!("{path}.{field}").as_str(),
                format!("`{field}`: nothing of the task `{name}` can fail"),
                format!("remove `{field}`"),
            );
        }
    }
    if has("running_cluster") && task.steps.is_empty() {
        problems.add(path, format!("the task `{name}` has no steps to run"), "add `steps = [{ name = \"…\", script = \"…\" }]`");
    }
    for (at, step) in task.steps.iter().enumerate() {
        if step.script.is_some() == step.jar.is_some() {
            problems.add(format!("{path}.steps[{at}]").as_str(), "a step has either a `script` or a `jar`", "give one of them");
        }
    }
    if let Some(wait) = &task.wait {
        let given = [wait.time.is_some(), wait.until.is_some(), wait.time_path.is_some(), wait.until_path.is_some()];
        if given.iter().filter(|given| **given).count() != 1 {
            let help = "give one of `time`, `until`, `time_path` and `until_path`";
            problems.add(format!("{path}.wait").as_str(), format!("`{name}` must say in exactly one way how long it waits"), help);
        }
    }
    for (at, way) in task.choice.iter().enumerate() {
        ways(way, &format!("{path}.choice[{at}]"), problems);
    }
    if task.end && task.next.is_some() {
        problems.add(format!("{path}.end").as_str(), format!("`{name}` both ends and goes on"), "remove `end` or `next`");
    }
    if (has("choice") || has("succeed") || has("fail")) && (task.end || task.next.is_some()) {
        problems.add(path, format!("nothing follows `{name}` by itself"), "remove `end` and `next`");
    }
}

/// What is tried again, and what is caught.
fn guards(task: &Task, path: &str, problems: &mut Problems) {
    const ALL: &str = "States.ALL";
    let takes_all = |errors: &[String]| errors.is_empty() || errors.iter().any(|error| error == ALL);
    for (at, catch) in task.catch.iter().enumerate().filter(|(_, catch)| takes_all(&catch.errors)) {
        let here = format!("{path}.catch[{at}]");
        if catch.errors.len() > 1 {
            problems.add(here.as_str(), format!("`{ALL}` is every error already"), format!("write `errors = [\"{ALL}\"]`, or nothing"));
        } else if at + 1 < task.catch.len() {
            problems.add(here.as_str(), "it takes every error, so that nothing reaches those behind it", "put it last");
        } else if task.on_error.is_some() {
            let help = "remove one of the two, or name the errors of `catch`";
            problems.add(format!("{path}.on_error").as_str(), "`catch` takes every error, so that none is left for `on_error`", help);
        }
    }
    let Some(retry) = &task.retry else { return };
    let here = format!("{path}.retry");
    if retry.errors.len() > 1 && takes_all(&retry.errors) {
        problems.add(format!("{here}.errors").as_str(), format!("`{ALL}` is every error already"), format!("write `errors = [\"{ALL}\"]`"));
    }
    if retry.backoff < rust_decimal::Decimal::ONE {
        problems.add(format!("{here}.backoff").as_str(), "each pause would be shorter than the one before", "write a number of at least 1");
    }
    if retry.max_delay.is_some_and(|longest| longest <= retry.interval) {
        problems.add(
            format!("{here}.max_delay").as_str(),
            "the longest pause is no longer than the first",
            "raise it, or lower `interval`",
        );
    }
}

/// What goes in and comes out belongs to the action and to the query language.
fn data_flow(task: &Task, path: &str, actions: &[&str], problems: &mut Problems) {
    let is = |names: &[&str]| actions.iter().any(|action| names.contains(action));
    let without = [
        ("result_path", task.result_path.is_some(), &["wait", "choice", "succeed", "fail"][..], "has no result"),
        ("result_selector", task.result_selector.is_some(), &["wait", "choice", "succeed", "fail", "pass"], "has no result to choose from"),
        ("assign", task.assign.is_some(), &["succeed", "fail"], "ends the run and sets no variables"),
        ("input_path", task.input_path.is_some(), &["fail"], "takes no data"),
        ("output_path", task.output_path.is_some(), &["fail"], "gives no data on"),
        ("output", task.output.is_some(), &["fail"], "gives no data on"),
        ("output", task.output.is_some(), &["crawler", "cluster", "running_cluster"], "is made of states in JSONPath"),
    ];
    for (field, given, lacking, why) in without {
        if given && is(lacking) {
            let message = format!("`{field}`: `{}` {why}", task.name);
            problems.add(format!("{path}.{field}").as_str(), message, format!("remove `{field}`"));
        }
    }
}

fn ways(way: &Way, path: &str, problems: &mut Problems) {
    let comparisons = [
        way.equals.is_some(),
        way.less_than.is_some(),
        way.at_most.is_some(),
        way.greater_than.is_some(),
        way.at_least.is_some(),
        way.matches.is_some(),
        way.is_present.is_some(),
        way.is_null.is_some(),
    ];
    let comparisons = comparisons.into_iter().filter(|given| *given).count();
    let forms = usize::from(way.variable.is_some()) + usize::from(way.condition.is_some()) + usize::from(way.rule.is_some());
    if forms != 1 || (way.variable.is_some() != (comparisons == 1)) || comparisons > 1 {
        let help = "write `{ variable = \"$.a\", equals = 1, next = \"…\" }`, or a `condition` in JSONata, or a whole `rule`";
        problems.add(path, "a way of a choice needs one thing to compare, and one comparison", help);
    }
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

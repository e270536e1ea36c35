//! Checks between the fields of a task.

use super::{data, errors};
use crate::base::prose::{alternatives, conjunction};
use crate::kinds::pipeline::task::{QueryLanguage, Task, Way};
use crate::model::kind::Problems;

pub(super) fn check(list: &[Task], path: &str, language: QueryLanguage, problems: &mut Problems) {
    for (at, task) in list.iter().enumerate() {
        let here = format!("{path}[{at}]");
        one(task, &here, problems);
        data::check(task, &here, task.query_language.unwrap_or(language), problems);
        errors::check(task, &here, problems);
        for (which, branch) in task.parallel.iter().flat_map(|parallel| &parallel.branches).enumerate() {
            check(branch, &format!("{here}.parallel.branches[{which}]"), language, problems);
        }
        if let Some(map) = &task.map {
            check(&map.tasks, &format!("{here}.map.tasks"), language, problems);
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
        ("subject", task.subject.is_some(), &["topic"]),
        ("message_group", task.message_group.is_some(), &["queue", "topic"]),
        ("message_id", task.message_id.is_some(), &["queue", "topic"]),
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
    // Whether a queue or topic of the project is FIFO is for a rule to see.
    let fifo = task.queue.iter().chain(&task.topic).any(|to| matches!(to.as_str().rsplit_once('.'), Some((_, "fifo"))));
    if task.message_group.is_none() && (fifo || task.message_id.is_some()) {
        let why = if fifo { "sends to a FIFO queue or topic" } else { "has a `message_id`" };
        problems.add(path, format!("the task `{name}` {why} and has no message group"), "add `message_group = \"…\"`");
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
        errors::whole_seconds(wait.time, &format!("{path}.wait.time"), 0, problems);
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

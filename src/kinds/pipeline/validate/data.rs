//! Which fields of data a task may have: they depend on its action and on its query language.

use crate::kinds::pipeline::task::{QueryLanguage, Task};
use crate::model::kind::Problems;

/// Fields of data, whether the task has each, and the language that alone knows it.
fn given(task: &Task) -> [(&'static str, bool, Option<QueryLanguage>); 6] {
    [
        ("input_path", task.input_path.is_some(), Some(QueryLanguage::JsonPath)),
        ("result_selector", task.result_selector.is_some(), Some(QueryLanguage::JsonPath)),
        ("result_path", task.result_path.is_some(), Some(QueryLanguage::JsonPath)),
        ("output_path", task.output_path.is_some(), Some(QueryLanguage::JsonPath)),
        ("output", task.output.is_some(), Some(QueryLanguage::Jsonata)),
        ("assign", task.assign.is_some(), None),
    ]
}

/// Fields that states which call nothing do not have (Amazon States Language specification, "Table of State Types and Fields").
fn lacks(task: &Task) -> &'static [&'static str] {
    if task.fail.is_some() {
        &["input_path", "result_selector", "result_path", "output_path", "output", "assign"]
    } else if task.succeed {
        &["result_selector", "result_path", "assign"]
    } else if task.wait.is_some() || !task.choice.is_empty() {
        &["result_selector", "result_path"]
    } else if task.pass.is_some() {
        &["result_selector"]
    } else {
        &[]
    }
}

pub(super) fn check(task: &Task, path: &str, language: QueryLanguage, problems: &mut Problems) {
    // A raw state says its language itself, and is checked as what it is.
    if task.state.is_some() {
        return;
    }
    let name = &task.name;
    let lacks = lacks(task);
    for (field, _, of) in given(task).into_iter().filter(|(_, given, _)| *given) {
        let place = format!("{path}.{field}");
        if lacks.contains(&field) {
            let action = task.actions().first().copied().unwrap_or_default();
            let message = format!("`{field}`: the task `{name}` is a `{action}`, and Step Functions has no such field for it");
            problems.add(place.as_str(), message, format!("remove `{field}`"));
        } else if of.is_some_and(|of| of != language) {
            foreign(name, field, &place, language, problems);
        }
    }
    for (at, catch) in task.catch.iter().enumerate() {
        if catch.result_path.is_some() && language == QueryLanguage::Jsonata {
            foreign(name, "result_path", &format!("{path}.catch[{at}].result_path"), language, problems);
        }
    }
    if let Some(wait) = &task.wait
        && language == QueryLanguage::Jsonata
    {
        for (field, has) in [("time_path", wait.time_path.is_some()), ("until_path", wait.until_path.is_some())] {
            if has {
                foreign(name, field, &format!("{path}.wait.{field}"), language, problems);
            }
        }
    }
    for (at, way) in task.choice.iter().enumerate() {
        let is_condition = way.condition.is_some() || way.rule.as_ref().and_then(|rule| rule.get("Condition")).is_some();
        let (word, help) = match (is_condition, language) {
            (true, QueryLanguage::JsonPath) => {
                ("a condition", "compare a `variable`, or write `query_language = \"jsonata\"` for this task")
            }
            (false, QueryLanguage::Jsonata) => {
                ("a comparison of paths", "write a `condition`, or `query_language = \"jsonpath\"` for this task")
            }
            _ => continue,
        };
        let message = format!("`{name}` is in {}, which does not know {word}", language.word());
        problems.add(format!("{path}.choice[{at}]").as_str(), message, help);
    }
}

fn foreign(name: &str, field: &str, place: &str, language: QueryLanguage, problems: &mut Problems) {
    let help = match (field, language) {
        ("time_path" | "until_path", _) => "write `query_language = \"jsonpath\"` for this task",
        ("result_path", QueryLanguage::Jsonata) => "say with `output` what goes on, or write `query_language = \"jsonpath\"` for this task",
        (_, QueryLanguage::Jsonata) => "use `payload` and `output`, or write `query_language = \"jsonpath\"` for this task",
        (_, QueryLanguage::JsonPath) => "use `result_path` and `result_selector`, or write `query_language = \"jsonata\"` for this task",
    };
    let message = format!("`{field}`: the task `{name}` is in {}, which has no such field", language.word());
    problems.add(place, message, help);
}

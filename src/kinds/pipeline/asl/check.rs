//! What Step Functions would refuse in a definition, or would never run.

use serde_json::Value as Json;

use super::flaw::{Flaw, FlawKind};
use super::grammar;
use super::model::{Machine, Scope, State};
use crate::base::prose::did_you_mean;

/// The types a state may have.
const TYPES: [&str; 8] = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

/// Looks for flaws, in the order of the text.
pub(crate) fn check(json: &Json) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let Some(machine) = Machine::read(json) else {
        add(&mut flaws, FlawKind::Malformed, "", "a definition is a JSON object", "write `{ \"StartAt\": …, \"States\": { … } }`");
        return flaws;
    };
    grammar::check(&machine, &mut flaws);
    scope("", &machine.scope, &mut flaws);
    let mut names: Vec<&str> = Vec::new();
    for (name, state, _) in machine.states() {
        if names.contains(&name) {
            add(&mut flaws, FlawKind::Malformed, name, format!("two states are called `{name}`"), "names are unique in the whole machine");
        }
        names.push(name);
        fields(name, state, &mut flaws);
        for inner in &state.scopes {
            scope(name, inner, &mut flaws);
        }
    }
    flaws
}

fn add(flaws: &mut Vec<Flaw>, kind: FlawKind, state: &str, message: impl Into<String>, help: impl Into<String>) {
    flaws.push(Flaw { kind, state: state.to_owned(), message: message.into(), help: help.into() });
}

fn scope(owner: &str, scope: &Scope, flaws: &mut Vec<Flaw>) {
    let place = if owner.is_empty() { "the definition".to_owned() } else { format!("a branch of `{owner}`") };
    if scope.states.is_empty() {
        return add(flaws, FlawKind::Malformed, owner, format!("{place} has no states"), "add `States`");
    }
    let names = || scope.states.keys().map(String::as_str);
    let known = |name: &str| scope.states.contains_key(name);
    let dangling = |name: &str| match did_you_mean(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a state can only lead to states of its own branch".to_owned(),
    };
    match &scope.start {
        None => add(flaws, FlawKind::Malformed, owner, format!("{place} does not say where it begins"), "add `StartAt`"),
        Some(start) if !known(start) => {
            add(flaws, FlawKind::Dangling, owner, format!("{place} begins at `{start}`, which is no state of it"), dangling(start));
        }
        Some(_) => {}
    }
    for (name, state) in &scope.states {
        for (_, next) in state.ways().into_iter().filter(|(_, next)| !known(next)) {
            add(flaws, FlawKind::Dangling, name, format!("`{name}` leads to `{next}`, which is no state beside it"), dangling(next));
        }
    }
    if scope.start.as_deref().is_none_or(|start| !known(start)) {
        return;
    }
    let reachable = scope.reachable();
    for name in names().filter(|name| !reachable.contains(name)) {
        add(flaws, FlawKind::Unreachable, name, format!("nothing leads to `{name}`"), "remove the state, or let another lead to it");
    }
    if !reachable.iter().any(|name| scope.states[*name].ends()) {
        add(
            flaws,
            FlawKind::Endless,
            owner,
            format!("{place} never ends"),
            "let a state have `\"End\": true`, or lead to a `Succeed` or `Fail`",
        );
    }
}

fn fields(name: &str, state: &State, flaws: &mut Vec<Flaw>) {
    let has = |field: &str| state.json.contains_key(field);
    let mut missing = |field: &str, help: &str| {
        if !has(field) {
            add(flaws, FlawKind::Malformed, name, format!("`{name}` lacks `{field}`"), help.to_owned());
        }
    };
    match state.kind.as_str() {
        "" => missing("Type", "a state needs a `Type`: Task, Pass, Choice, Wait, Succeed, Fail, Parallel or Map"),
        "Task" => missing("Resource", "a Task names what it calls"),
        "Choice" => missing("Choices", "a Choice needs at least one rule"),
        "Parallel" => missing("Branches", "a Parallel needs branches"),
        "Map" if !has("Iterator") => missing("ItemProcessor", "a Map says what is done with each item"),
        "Wait" => {
            let given = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"].into_iter().filter(|field| has(field)).count();
            if given != 1 {
                let help = "give one of `Seconds`, `Timestamp`, `SecondsPath` and `TimestampPath`";
                add(flaws, FlawKind::Malformed, name, format!("`{name}` must say in exactly one way how long it waits"), help);
            }
        }
        kind if !TYPES.contains(&kind) => {
            let near = did_you_mean(kind, TYPES).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            add(flaws, FlawKind::Malformed, name, format!("`{kind}` of `{name}` is no type of state"), near);
        }
        _ => {}
    }
    let (next, end) = (has("Next"), state.json.get("End").and_then(Json::as_bool) == Some(true));
    let terminal = matches!(state.kind.as_str(), "Choice" | "Succeed" | "Fail");
    if terminal && (next || end) {
        let message = format!("`{name}` is a {} and cannot have `Next` or `End`", state.kind);
        add(flaws, FlawKind::NextAndEnd, name, message, "remove it");
    } else if !terminal && TYPES.contains(&state.kind.as_str()) && next == end {
        let message = if next { format!("`{name}` has both `Next` and `End`") } else { format!("`{name}` has neither `Next` nor `End`") };
        add(flaws, FlawKind::NextAndEnd, name, message, "a state either leads to another or ends");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kinds(json: &Json) -> Vec<(FlawKind, String)> {
        check(json).into_iter().map(|flaw| (flaw.kind, flaw.state)).collect()
    }

    #[test]
    fn a_sound_definition_has_no_flaw() {
        let wait = json!({ "Type": "Wait", "Seconds": 5, "Next": "b" });
        assert_eq!(kinds(&json!({ "StartAt": "a", "States": { "a": wait, "b": { "Type": "Succeed" } } })), []);
    }

    #[test]
    fn each_flaw_is_told_with_its_state() {
        let name = |name: &str| name.to_owned();
        let dangling = json!({ "StartAt": "a", "States": { "a": { "Type": "Pass", "Next": "bb" }, "b": { "Type": "Succeed" } } });
        assert_eq!(kinds(&dangling), [(FlawKind::Dangling, name("a")), (FlawKind::Unreachable, name("b")), (FlawKind::Endless, name(""))]);
        let both = json!({ "StartAt": "a", "States": { "a": { "Type": "Pass", "Next": "a", "End": true } } });
        assert_eq!(kinds(&both), [(FlawKind::NextAndEnd, name("a"))]);
        let odd = json!({ "StartAt": "a", "States": { "a": { "Type": "Tusk", "End": true } } });
        assert_eq!(kinds(&odd), [(FlawKind::Malformed, name("a"))]);
        let wait = json!({ "StartAt": "a", "States": { "a": { "Type": "Wait", "Seconds": 1, "Timestamp": "x", "End": true } } });
        assert_eq!(kinds(&wait), [(FlawKind::Malformed, name("a"))]);
        let branch = json!({ "StartAt": "a", "States": { "a": { "Type": "Parallel", "End": true, "Branches": [{ "StartAt": "x", "States": {} }] } } });
        assert_eq!(kinds(&branch), [(FlawKind::Malformed, name("a"))]);
    }
}

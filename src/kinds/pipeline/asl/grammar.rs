//! The fields of a state, and what may stand in them: what Step Functions refuses whatever the states are connected to.
//!
//! The source is the specification of Amazon States Language (<https://states-language.net/spec.html>, read 2026-11-26). What is a rule of
//! the linter (the time of a wait, a heartbeat, fields of the other query language) is not said here again. A reference that is still
//! open is never judged.

use serde_json::{Map, Value as Json};

use super::flaw::{Flaw, FlawKind};
use super::model::{Machine, State, errors_of};
use crate::base::prose::did_you_mean;

type Fields = Map<String, Json>;

/// The largest number that the language has for a count or for seconds.
const MOST: u64 = 99_999_999;

const OF_MACHINE: [&str; 6] = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"];
/// Fields of every state; the data fields are of one query language or the other.
const OF_ALL: [&str; 3] = ["Type", "Comment", "QueryLanguage"];
const IN_AND_OUT: [&str; 3] = ["InputPath", "OutputPath", "Output"];
const CALLING: [&str; 6] = ["Parameters", "Arguments", "ResultSelector", "ResultPath", "Retry", "Catch"];
const ONWARD: [&str; 2] = ["Next", "End"];
const OF_TASK: [&str; 6] = ["Resource", "Credentials", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];
/// Fields of a map that is distributed, and of no other.
const DISTRIBUTED: [&str; 7] = [
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
];
const OF_MAP: [&str; 9] =
    ["ItemProcessor", "Iterator", "ItemSelector", "ItemsPath", "Items", "MaxConcurrency", "MaxConcurrencyPath", "Label", "Assign"];
const OF_RETRIER: [&str; 7] =
    ["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"];
const OF_CATCHER: [&str; 6] = ["ErrorEquals", "Next", "ResultPath", "Output", "Assign", "Comment"];
const PATHS: [&str; 13] = [
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailurePercentagePath",
    "ToleratedFailureCountPath",
    "ErrorPath",
    "CausePath",
];

/// The fields that a type of state may have, in either language; `None` for what is no type.
fn allowed(kind: &str) -> Option<Vec<&'static str>> {
    let own: &[&[&'static str]] = match kind {
        "Task" => &[&OF_TASK, &["Assign"], &IN_AND_OUT, &CALLING, &ONWARD],
        "Pass" => &[&["Assign", "Parameters", "Result", "ResultPath"], &IN_AND_OUT, &ONWARD],
        "Parallel" => &[&["Branches", "Assign"], &IN_AND_OUT, &CALLING, &ONWARD],
        "Map" => &[&OF_MAP, &DISTRIBUTED, &IN_AND_OUT, &CALLING, &ONWARD],
        "Wait" => &[&["Seconds", "Timestamp", "SecondsPath", "TimestampPath", "Assign"], &IN_AND_OUT, &ONWARD],
        "Choice" => &[&["Choices", "Default", "Assign"], &IN_AND_OUT],
        "Succeed" => &[&IN_AND_OUT],
        "Fail" => &[&["Error", "Cause", "ErrorPath", "CausePath"]],
        _ => return None,
    };
    Some(OF_ALL.into_iter().chain(own.iter().flat_map(|group| group.iter().copied())).collect())
}

/// What breaks the grammar, state by state.
pub(super) fn check(machine: &Machine, flaws: &mut Vec<Flaw>) {
    let mut reader = Reader { state: "", flaws };
    reader.only("the definition", &machine.json, &OF_MACHINE);
    reader.number("the definition", &machine.json, "TimeoutSeconds", 1, MOST);
    for (name, state, _) in machine.states() {
        reader.state = name;
        reader.state(state);
    }
}

struct Reader<'a> {
    /// The name of the state that is read.
    state: &'a str,
    flaws: &'a mut Vec<Flaw>,
}

impl Reader<'_> {
    fn say(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let flaw = Flaw { kind: FlawKind::Malformed, state: self.state.to_owned(), message: message.into(), help: help.into() };
        self.flaws.push(flaw);
    }

    /// Only these fields are there.
    fn only(&mut self, place: &str, fields: &Fields, allowed: &[&str]) {
        for field in fields.keys().filter(|field| !allowed.contains(&field.as_str())) {
            let help = match did_you_mean(field, allowed.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("remove `{field}`"),
            };
            self.say(format!("{place} cannot have `{field}`"), help);
        }
    }

    /// A field is a whole number within these bounds, or not there, or not known before it runs.
    fn number(&mut self, place: &str, fields: &Fields, field: &str, least: u64, most: u64) {
        let Some(value) = fields.get(field).filter(|value| !is_open(value)) else { return };
        if !value.as_u64().is_some_and(|number| (least..=most).contains(&number)) {
            self.say(format!("{place} has {value} as `{field}`"), format!("write a whole number from {least} to {most}"));
        }
    }

    fn state(&mut self, state: &State) {
        let Some(allowed) = allowed(&state.kind) else { return };
        let place = format!("`{}`, a {},", self.state, state.kind);
        self.only(&place, &state.json, &allowed);
        self.paths(&place, &state.json, state.kind == "Fail");
        for (field, least) in [("TimeoutSeconds", 1), ("HeartbeatSeconds", 1), ("MaxConcurrency", 0), ("ToleratedFailureCount", 0)] {
            self.number(&place, &state.json, field, least, MOST);
        }
        for field in ["Retry", "Catch", "Choices", "Branches"] {
            if state.json.get(field).is_some_and(|value| !value.is_array()) {
                self.say(format!("`{field}` of `{}` is no list", self.state), "write `[ … ]`");
            }
        }
        self.guards("Retry", state);
        self.guards("Catch", state);
        for field in ["Parameters", "ResultSelector", "ItemSelector"] {
            if let Some(payload) = state.json.get(field) {
                self.payload(field, payload);
            }
        }
        match state.kind.as_str() {
            "Choice" => self.choices(state),
            "Parallel" if state.json.get("Branches").and_then(Json::as_array).is_some_and(Vec::is_empty) => {
                self.say(format!("`{}` has no branches", self.state), "add a branch: `{ \"StartAt\": …, \"States\": { … } }`");
            }
            "Map" => self.map(&place, state),
            _ => {}
        }
    }

    /// Paths begin with `$`; those of a `Fail`, and what goes in, may be made by a function.
    fn paths(&mut self, place: &str, fields: &Fields, is_fail: bool) {
        for field in PATHS {
            let Some(value) = fields.get(field).filter(|value| !value.is_null() && !is_open(value)) else { continue };
            let begins = |start: &str| value.as_str().is_some_and(|text| text.starts_with(start));
            let made = (is_fail || field == "InputPath" || field == "OutputPath") && begins("States.");
            if !begins("$") && !made {
                self.say(format!("{place} has {value} as `{field}`, which is no path"), "a path begins with `$`: `$.day`");
            } else if field == "ResultPath" && begins("$$") {
                self.say(format!("{place} has {value} as `ResultPath`"), "a result goes into the state's own data: `$.result`");
            }
        }
    }

    /// Retriers or catchers.
    fn guards(&mut self, list: &str, state: &State) {
        let entries: Vec<&Fields> =
            state.json.get(list).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object).collect();
        for (at, entry) in entries.iter().enumerate() {
            let place = format!("`{list}` of `{}`", self.state);
            let errors = errors_of(entry);
            if errors.is_empty() {
                self.say(format!("{place} names no errors"), "add `\"ErrorEquals\": [\"States.TaskFailed\"]`");
            }
            if errors.contains(&"States.ALL") && (errors.len() > 1 || at + 1 < entries.len()) {
                let help = "`States.ALL` stands alone in its list of errors, and last";
                self.say(format!("{place} has `States.ALL` beside or before other errors"), help);
            }
            if list == "Catch" {
                self.only(&place, entry, &OF_CATCHER);
                if entry.get("Next").and_then(Json::as_str).is_none() {
                    self.say(format!("{place} does not say where it leads"), "add `Next`");
                }
                self.paths(&place, entry, false);
            } else {
                self.retrier(&place, entry);
            }
        }
    }

    fn retrier(&mut self, place: &str, entry: &Fields) {
        self.only(place, entry, &OF_RETRIER);
        self.number(place, entry, "IntervalSeconds", 1, MOST);
        self.number(place, entry, "MaxAttempts", 0, MOST);
        // AWS's own bound: a year of 366 days (Step Functions guide, "Retrying after an error").
        self.number(place, entry, "MaxDelaySeconds", 1, 31_622_400);
        let pause = entry.get("IntervalSeconds").map_or(Some(1), Json::as_u64);
        if let (Some(pause), Some(longest)) = (pause, entry.get("MaxDelaySeconds").and_then(Json::as_u64))
            && longest <= pause
        {
            self.say(format!("{place} has a longest pause of {longest} s, and begins with {pause} s"), "let the longest pause be longer");
        }
        if let Some(rate) = entry.get("BackoffRate").filter(|rate| !is_open(rate))
            && !rate.as_f64().is_some_and(|rate| rate >= 1.0)
        {
            self.say(format!("{place} has {rate} as `BackoffRate`"), "write a number of at least 1");
        }
        if let Some(jitter) = entry.get("JitterStrategy").filter(|jitter| !is_open(jitter))
            && jitter != "FULL"
            && jitter != "NONE"
        {
            self.say(format!("{place} has {jitter} as `JitterStrategy`"), "write `FULL` or `NONE`");
        }
    }

    /// Keys that end in `.$` hold paths or functions.
    fn payload(&mut self, field: &str, json: &Json) {
        match json {
            Json::Object(entries) => {
                for (key, value) in entries {
                    let made = is_open(value) || value.as_str().is_some_and(|text| text.starts_with('$') || text.starts_with("States."));
                    if key.ends_with(".$") && !made {
                        let help =
                            format!("write a path or function: `\"{key}\": \"$.day\"`, or call the key `{}`", key.trim_end_matches(".$"));
                        self.say(format!("`{field}` of `{}` has {value} as `{key}`", self.state), help);
                    }
                    self.payload(field, value);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.payload(field, item)),
            _ => {}
        }
    }

    fn map(&mut self, place: &str, state: &State) {
        let config = state.json.get("ItemProcessor").and_then(|processor| processor.get("ProcessorConfig"));
        let text = |field: &str| config.and_then(|config| config.get(field)).and_then(Json::as_str);
        if text("Mode") == Some("DISTRIBUTED") {
            if !matches!(text("ExecutionType"), Some("STANDARD" | "EXPRESS")) {
                self.say(format!("{place} is distributed and has no `ExecutionType`"), "add `STANDARD` or `EXPRESS` to `ProcessorConfig`");
            }
            return;
        }
        for field in DISTRIBUTED.into_iter().filter(|field| state.json.contains_key(*field)) {
            let help = "add `\"ProcessorConfig\": { \"Mode\": \"DISTRIBUTED\", \"ExecutionType\": \"STANDARD\" }` to `ItemProcessor`";
            self.say(format!("{place} has `{field}` and is not distributed"), help);
        }
    }

    fn choices(&mut self, state: &State) {
        let Some(rules) = state.json.get("Choices").and_then(Json::as_array) else { return };
        if rules.is_empty() {
            self.say(format!("`{}` has no rules", self.state), "add a rule: `{ \"Variable\": …, …, \"Next\": … }`");
        }
        for rule in rules {
            match rule.as_object() {
                Some(rule) => self.rule(rule, true),
                None => self.say(format!("`{}` has a rule that is no table", self.state), "write `{ … }`"),
            }
        }
    }

    fn rule(&mut self, rule: &Fields, is_outermost: bool) {
        let name = self.state.to_owned();
        if is_outermost && rule.get("Next").and_then(Json::as_str).is_none() {
            self.say(format!("a rule of `{name}` does not say where it leads"), "add `Next`");
        } else if !is_outermost && rule.contains_key("Next") {
            self.say(format!("a rule within a rule of `{name}` has `Next`"), "only the outermost rule leads on");
        }
        let beside = ["Next", "Comment", "Assign", "Output"];
        let words: Vec<&str> = rule.keys().map(String::as_str).filter(|word| !beside.contains(word)).collect();
        if words.contains(&"Condition") {
            if words.len() > 1 {
                self.say(format!("a rule of `{name}` has something beside its `Condition`"), "put all of it into the expression");
            }
            return;
        }
        if let Some(joined) = words.iter().copied().find(|word| ["And", "Or", "Not"].contains(word)) {
            if words.len() > 1 {
                self.say(format!("a rule of `{name}` has something beside `{joined}`"), format!("put it into `{joined}`"));
            }
            let inner = match rule.get(joined) {
                Some(Json::Array(rules)) if joined != "Not" && !rules.is_empty() => rules.iter().collect(),
                Some(one @ Json::Object(_)) if joined == "Not" => vec![one],
                _ => {
                    let form = if joined == "Not" { "one rule: `{ … }`" } else { "a list of rules: `[{ … }]`" };
                    return self.say(format!("`{joined}` in a rule of `{name}` holds no rules"), format!("`{joined}` takes {form}"));
                }
            };
            for rule in inner.into_iter().filter_map(Json::as_object) {
                self.rule(rule, false);
            }
            return;
        }
        if !rule.get("Variable").is_some_and(|path| is_open(path) || path.as_str().is_some_and(|path| path.starts_with('$'))) {
            self.say(format!("a rule of `{name}` does not say what it compares"), "add `\"Variable\": \"$.…\"`");
        }
        match words.iter().copied().filter(|word| *word != "Variable").collect::<Vec<_>>().as_slice() {
            [comparison] => self.comparison(&name, comparison, rule.get(*comparison).unwrap_or(&Json::Null)),
            [] => self.say(format!("a rule of `{name}` compares with nothing"), "add a comparison: `\"StringEquals\": \"done\"`"),
            several => {
                let help = "join several comparisons with `And` or `Or`";
                self.say(format!("a rule of `{name}` makes several comparisons: {}", several.join(", ")), help);
            }
        }
    }

    fn comparison(&mut self, name: &str, comparison: &str, value: &Json) {
        let known = comparisons();
        let Some((_, form)) = known.iter().find(|(word, _)| word == comparison) else {
            let near = did_you_mean(comparison, known.iter().map(|(word, _)| word.as_str()));
            let help = near.map_or_else(|| "the specification lists the comparisons".to_owned(), |near| format!("did you mean `{near}`?"));
            return self.say(format!("`{comparison}` of a rule of `{name}` is no comparison"), help);
        };
        let fits = match *form {
            "true or false" => value.is_boolean(),
            "a number" => value.is_number(),
            "a path" => value.as_str().is_some_and(|path| path.starts_with('$')),
            "a moment" => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            _ => value.is_string(),
        };
        if !fits && !is_open(value) {
            self.say(format!("`{comparison}` of a rule of `{name}` has {value}"), format!("it takes {form}"));
        }
    }
}

/// Each comparison, and what it takes.
fn comparisons() -> Vec<(String, &'static str)> {
    const ORDERS: [&str; 5] = ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
    let mut known = Vec::new();
    for (kind, form) in [("String", "text"), ("Numeric", "a number"), ("Timestamp", "a moment")] {
        for order in ORDERS {
            known.push((format!("{kind}{order}"), form));
            known.push((format!("{kind}{order}Path"), "a path"));
        }
    }
    let more = [("StringMatches", "text"), ("BooleanEquals", "true or false"), ("BooleanEqualsPath", "a path")];
    known.extend(more.map(|(word, form)| (word.to_owned(), form)));
    known.extend(["Null", "Present", "Numeric", "String", "Boolean", "Timestamp"].map(|what| (format!("Is{what}"), "true or false")));
    known
}

/// Whether a value is a reference or an expression, and so not known before it runs.
fn is_open(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.contains("${") || text.trim_start().starts_with("{%"))
}

//! The grammar of Amazon States Language, as its specification tells it. Written without a look at our own checks, which it judges.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

type Fields = Map<String, Json>;

/// What a definition breaks.
pub(super) fn offences(machine: &Json) -> Vec<String> {
    let Some(fields) = machine.as_object() else { return vec!["is no object".to_owned()] };
    let default = fields.get("QueryLanguage").and_then(Json::as_str).unwrap_or("JSONPath").to_owned();
    let mut reader = Reader { default, ..Reader::default() };
    reader.only("the machine", fields, &["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"]);
    reader.at_least("the machine", fields, "TimeoutSeconds", 1);
    reader.scope("the machine", fields);
    reader.offences
}

#[derive(Default)]
struct Reader {
    default: String,
    names: BTreeSet<String>,
    offences: Vec<String>,
}

const IN_AND_OUT: [&str; 2] = ["InputPath", "OutputPath"];
const PARAMETERS: [&str; 3] = ["Parameters", "ResultSelector", "ResultPath"];
const GUARDS: [&str; 2] = ["Retry", "Catch"];
const ONWARD: [&str; 2] = ["Next", "End"];
const MAP: [&str; 8] = [
    "ItemProcessor",
    "ItemSelector",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "MaxConcurrency",
    "ToleratedFailurePercentage",
    "ToleratedFailureCount",
];

/// The fields that a type may have: in both languages, in `JSONPath`, in `JSONata`.
fn allowed(kind: &str, expressions: bool) -> Option<Vec<&'static str>> {
    let mut fields = vec!["Type", "Comment", "QueryLanguage"];
    let mut add = |more: &[&'static str]| fields.extend(more);
    let paths = !expressions;
    match kind {
        "Task" => add(&["Resource", "Credentials", "TimeoutSeconds", "HeartbeatSeconds", "Assign"]),
        "Pass" | "Parallel" | "Map" | "Wait" | "Choice" => add(&["Assign"]),
        "Succeed" => {}
        "Fail" => {
            add(&["Error", "Cause"]);
            add(if paths { &["ErrorPath", "CausePath"] } else { &[] });
            return Some(fields);
        }
        _ => return None,
    }
    add(if paths { &IN_AND_OUT } else { &["Output"] });
    if matches!(kind, "Task" | "Parallel" | "Map") {
        add(if paths { &PARAMETERS } else { &["Arguments"] });
        add(&GUARDS);
    }
    if !matches!(kind, "Choice" | "Succeed") {
        add(&ONWARD);
    }
    match kind {
        "Task" if paths => add(&["TimeoutSecondsPath", "HeartbeatSecondsPath"]),
        "Pass" if paths => add(&["Parameters", "Result", "ResultPath"]),
        "Wait" => {
            add(&["Seconds", "Timestamp"]);
            add(if paths { &["SecondsPath", "TimestampPath"] } else { &[] });
        }
        "Choice" => add(&["Choices", "Default"]),
        "Parallel" => add(&["Branches"]),
        "Map" => {
            add(&MAP);
            add(if paths { &["ItemsPath", "MaxConcurrencyPath"] } else { &["Items"] });
        }
        _ => {}
    }
    Some(fields)
}

impl Reader {
    fn say(&mut self, place: &str, why: impl std::fmt::Display) {
        self.offences.push(format!("{place} {why}"));
    }

    fn only(&mut self, place: &str, fields: &Fields, allowed: &[&str]) {
        for name in fields.keys().filter(|name| !allowed.contains(&name.as_str())) {
            self.say(place, format!("cannot have `{name}`"));
        }
    }

    /// The field is not there, or a whole number of at least this.
    fn at_least(&mut self, place: &str, fields: &Fields, name: &str, least: u64) {
        if let Some(value) = fields.get(name)
            && !value.as_u64().is_some_and(|number| (least..100_000_000).contains(&number))
            && !is_expression(value)
        {
            self.say(place, format!("has {value} as `{name}`"));
        }
    }

    fn scope(&mut self, place: &str, fields: &Fields) {
        let empty = Map::new();
        let states = fields.get("States").and_then(Json::as_object).unwrap_or(&empty);
        let start = fields.get("StartAt").and_then(Json::as_str).unwrap_or_default();
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![start];
        while let Some(name) = open.pop() {
            let Some(state) = states.get(name) else {
                self.say(place, format!("leads to `{name}`, which is not there"));
                continue;
            };
            if reached.insert(name) {
                let of = |list: &str| state[list].as_array().into_iter().flatten().filter_map(|entry| entry["Next"].as_str());
                open.extend(of("Choices").chain(of("Catch")).chain(state["Next"].as_str()).chain(state["Default"].as_str()));
            }
        }
        let ends = |state: &Json| state["End"] == true || state["Type"] == "Succeed" || state["Type"] == "Fail";
        if !reached.iter().any(|name| states.get(*name).is_some_and(ends)) {
            self.say(place, "never ends");
        }
        for (name, state) in states {
            let here = format!("`{name}`");
            if !reached.contains(name.as_str()) {
                self.say(&here, "is reached by nothing");
            }
            if !self.names.insert(name.clone()) || name.chars().count() > 80 || name.is_empty() {
                self.say(&here, "is no name of its own of at most 80 characters");
            }
            match state.as_object() {
                Some(state) => self.state(&here, state),
                None => self.say(&here, "is no object"),
            }
        }
    }

    fn state(&mut self, place: &str, state: &Fields) {
        let text = |name: &str| state.get(name).and_then(Json::as_str);
        let expressions = text("QueryLanguage").unwrap_or(&self.default) == "JSONata";
        if self.default == "JSONata" && !expressions {
            self.say(place, "is in JSONPath, and its machine in JSONata");
        }
        let kind = text("Type").unwrap_or_default();
        let Some(allowed) = allowed(kind, expressions) else { return self.say(place, format!("is a `{kind}`")) };
        self.only(place, state, &allowed);
        if !matches!(kind, "Choice" | "Succeed" | "Fail") && state.contains_key("Next") == (state.get("End") == Some(&Json::Bool(true))) {
            self.say(place, "either goes on or ends");
        }
        for name in ["InputPath", "OutputPath", "ResultPath", "ItemsPath", "SecondsPath", "TimestampPath", "ErrorPath", "CausePath"] {
            if state.get(name).is_some_and(|value| !value.is_null() && !value.as_str().is_some_and(|path| path.starts_with('$'))) {
                self.say(place, format!("has no path as `{name}`"));
            }
        }
        for name in ["TimeoutSeconds", "HeartbeatSeconds"] {
            self.at_least(place, state, name, 1);
        }
        for name in ["Seconds", "MaxConcurrency", "ToleratedFailurePercentage"] {
            self.at_least(place, state, name, 0);
        }
        let number = |name: &str| state.get(name).and_then(Json::as_u64);
        if let (Some(silence), Some(limit)) = (number("HeartbeatSeconds"), number("TimeoutSeconds"))
            && silence >= limit
        {
            self.say(place, "may be silent for longer than it may take");
        }
        for name in ["Parameters", "Arguments", "ResultSelector", "ItemSelector", "Assign", "Output"] {
            if let Some(payload) = state.get(name) {
                self.payload(place, payload, expressions);
            }
        }
        self.retry(place, state);
        self.catch(place, state, expressions);
        match kind {
            "Task" => self.task(place, state),
            "Wait" => {
                let given = ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"].iter().filter(|name| state.contains_key(**name));
                if given.count() != 1 {
                    self.say(place, "says not in one way how long it waits");
                }
            }
            "Choice" => {
                let rules = state.get("Choices").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                if rules.is_empty() {
                    self.say(place, "has no rules");
                }
                for rule in rules {
                    self.rule(place, rule, expressions, true);
                }
            }
            "Parallel" => {
                let branches = state.get("Branches").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                if branches.is_empty() {
                    self.say(place, "has no branches");
                }
                for branch in branches.iter().filter_map(Json::as_object) {
                    self.only(place, branch, &["Comment", "StartAt", "States", "QueryLanguage"]);
                    self.scope(place, branch);
                }
            }
            "Map" => self.map(place, state),
            _ => {}
        }
    }

    fn task(&mut self, place: &str, state: &Fields) {
        let resource = state.get("Resource").and_then(Json::as_str).unwrap_or_default();
        if !resource.starts_with("arn:aws:states:::") {
            self.say(place, format!("calls `{resource}`"));
        }
        let sent = state.get("Parameters").or(state.get("Arguments")).map(Json::to_string).unwrap_or_default();
        if resource.ends_with(".waitForTaskToken") && !sent.contains("$$.Task.Token") && !sent.contains("$states.context.Task.Token") {
            self.say(place, "waits for a token that it gives nobody");
        }
    }

    fn map(&mut self, place: &str, state: &Fields) {
        let Some(processor) = state.get("ItemProcessor").and_then(Json::as_object) else { return self.say(place, "does nothing") };
        self.only(place, processor, &["ProcessorConfig", "StartAt", "States", "Comment", "QueryLanguage"]);
        let config = processor.get("ProcessorConfig").cloned().unwrap_or_default();
        let distributed = config["Mode"] == "DISTRIBUTED";
        if distributed != config.get("ExecutionType").is_some() {
            self.say(place, "has an `ExecutionType` when, and only when, it is distributed");
        }
        let far = ["ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailurePercentage", "ToleratedFailureCount"];
        for name in far.iter().filter(|name| state.contains_key(**name) && !distributed) {
            self.say(place, format!("has `{name}` and is not distributed"));
        }
        self.scope(place, processor);
    }

    /// Keys that end in `.$` hold paths, in `JSONPath` alone; expressions stand in `JSONata` alone.
    fn payload(&mut self, place: &str, json: &Json, expressions: bool) {
        match json {
            Json::Object(entries) => {
                for (key, value) in entries {
                    let path = value.as_str().is_some_and(|text| text.starts_with('$') || text.starts_with("States."));
                    if key.ends_with(".$") && (expressions || !path) {
                        self.say(place, format!("has {value} as `{key}`"));
                    }
                    self.payload(place, value, expressions);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.payload(place, item, expressions)),
            other if is_expression(other) && !expressions => self.say(place, format!("has the expression {other} and is in JSONPath")),
            _ => {}
        }
    }

    /// The names of errors; `States.ALL` is alone, and last.
    fn errors(&mut self, place: &str, entry: &Json, is_last: bool) {
        let errors: Vec<&str> = entry["ErrorEquals"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        if errors.is_empty() {
            self.say(place, "names no errors");
        }
        if errors.contains(&"States.ALL") && (errors.len() > 1 || !is_last) {
            self.say(place, "names `States.ALL` beside or before others");
        }
    }

    fn retry(&mut self, place: &str, state: &Fields) {
        let Some(retriers) = state.get("Retry").and_then(Json::as_array) else { return };
        if retriers.is_empty() {
            self.say(place, "has an empty `Retry`");
        }
        for (at, entry) in retriers.iter().enumerate() {
            self.errors(place, entry, at + 1 == retriers.len());
            let Some(fields) = entry.as_object() else { continue };
            let known = ["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"];
            self.only(place, fields, &known);
            self.at_least(place, fields, "IntervalSeconds", 1);
            self.at_least(place, fields, "MaxAttempts", 0);
            let pause = entry["IntervalSeconds"].as_u64().unwrap_or(1);
            self.at_least(place, fields, "MaxDelaySeconds", pause + 1);
            if entry.get("BackoffRate").is_some_and(|rate| !rate.as_f64().is_some_and(|rate| rate >= 1.0)) {
                self.say(place, "tries again faster and faster");
            }
            if entry.get("JitterStrategy").is_some_and(|word| word != "FULL" && word != "NONE") {
                self.say(place, "has no such jitter");
            }
        }
    }

    fn catch(&mut self, place: &str, state: &Fields, expressions: bool) {
        let Some(catchers) = state.get("Catch").and_then(Json::as_array) else { return };
        if catchers.is_empty() {
            self.say(place, "has an empty `Catch`");
        }
        for (at, entry) in catchers.iter().enumerate() {
            self.errors(place, entry, at + 1 == catchers.len());
            let own = if expressions { "Output" } else { "ResultPath" };
            self.only(place, entry.as_object().unwrap_or(&Map::new()), &["ErrorEquals", "Next", "Assign", "Comment", own]);
            if entry["Next"].as_str().is_none() {
                self.say(place, "catches and goes nowhere");
            }
            if let Some(output) = entry.get("Output") {
                self.payload(place, output, expressions);
            }
        }
    }

    fn rule(&mut self, place: &str, rule: &Json, expressions: bool, is_outermost: bool) {
        let Some(fields) = rule.as_object() else { return self.say(place, "has a rule that is no object") };
        if fields.contains_key("Next") != is_outermost {
            self.say(place, "leads on from within a rule, or from none");
        }
        let beside = ["Next", "Comment", "Assign", "Output"];
        let mut words = fields.iter().filter(|(name, _)| !beside.contains(&name.as_str()));
        if expressions {
            if !fields.get("Condition").is_some_and(|condition| condition.is_boolean() || is_expression(condition)) || words.count() != 1 {
                self.say(place, "has a rule that is no condition");
            }
            return;
        }
        if let Some((name, inner)) = words.clone().find(|(name, _)| ["And", "Or", "Not"].contains(&name.as_str())) {
            if words.count() != 1 {
                self.say(place, format!("has something beside `{name}`"));
            }
            match inner {
                Json::Array(rules) if !rules.is_empty() => rules.iter().for_each(|rule| self.rule(place, rule, false, false)),
                one => self.rule(place, one, false, false),
            }
            return;
        }
        if !fields.get("Variable").and_then(Json::as_str).is_some_and(|path| path.starts_with('$')) {
            self.say(place, "compares nothing");
        }
        let comparisons: Vec<_> = words.by_ref().filter(|(name, _)| *name != "Variable").collect();
        let fits = |name: &str, value: &Json| match name {
            _ if name.ends_with("Path") => value.is_string(),
            _ if name.starts_with("Is") || name.starts_with("Boolean") => value.is_boolean(),
            _ if name.starts_with("Numeric") => value.is_number(),
            _ if name.starts_with("String") => value.is_string(),
            _ if name.starts_with("Timestamp") => value.as_str().is_some_and(|text| text.contains('T') && text.len() >= 20),
            _ => false,
        };
        // Truth has no order.
        let known = |name: &str| {
            let order = ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
            let ends = ["", "Path"];
            let orders = |kind: &str| {
                name.strip_prefix(kind).is_some_and(|rest| order.iter().any(|word| ends.iter().any(|end| format!("{word}{end}") == rest)))
            };
            ["String", "Numeric", "Timestamp"].into_iter().any(orders)
                || ["StringMatches", "BooleanEquals", "BooleanEqualsPath"].contains(&name)
                || ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"].contains(&name)
        };
        if !matches!(comparisons.as_slice(), [(name, value)] if known(name) && fits(name, value)) {
            self.say(place, format!("compares with {rule}"));
        }
    }
}

fn is_expression(json: &Json) -> bool {
    json.as_str().is_some_and(|text| text.starts_with("{%") && text.ends_with("%}"))
}

#[test]
fn the_grammar_tells_what_is_wrong() {
    let broken = serde_json::json!({ "StartAt": "a", "States": {
        "a": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Output": "x", "Next": "b",
               "Retry": [{ "ErrorEquals": ["States.ALL", "A"], "BackoffRate": 0.5 }], "Catch": [{ "ErrorEquals": ["States.ALL"] }] },
        "b": { "Type": "Choice", "Choices": [{ "Variable": "$.a", "BooleanLessThan": true, "Next": "c" }] },
        "d": { "Type": "Wait", "End": true },
    } });
    let told = offences(&broken).join("\n");
    for word in [
        "cannot have `Output`",
        "beside or before",
        "faster and faster",
        "goes nowhere",
        "compares with",
        "leads to `c`",
        "`d` is reached by nothing",
        "how long it waits",
        "never ends",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
}

//! A state has fields of the other query language.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Fields that only JSONPath has.
const JSON_PATH: [&str; 11] = [
    "InputPath",
    "Parameters",
    "ResultSelector",
    "ResultPath",
    "OutputPath",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
];
/// Fields that only JSONata has.
const JSONATA: [&str; 3] = ["Arguments", "Output", "Items"];

pub(super) static RULE: Rule = Rule {
    code: "SFN123",
    name: "mixed-query-languages",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A state in JSONata with fields of JSONPath, or the other way round.

## Why it matters

Step Functions refuses the definition.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Pass", "QueryLanguage": "JSONata", "InputPath": "$.a", "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a %}", "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Transforming data with JSONata".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let whole = look.machine.json.get("QueryLanguage").and_then(serde_json::Value::as_str).unwrap_or("JSONPath");
    for (name, state) in look.states() {
        let language = state.text("QueryLanguage").unwrap_or(whole);
        let foreign = if language == "JSONata" { &JSON_PATH[..] } else { &JSONATA[..] };
        if let Some(field) = foreign.iter().find(|field| state.json.contains_key(**field)) {
            findings.at(look.place(name).as_str(), format!("`{name}` is in {language} and has `{field}`")).help(format!(
                "use {}",
                if language == "JSONata" { "`Arguments` and `Output`" } else { "`Parameters`, `ResultPath` and the like" }
            ));
        }
    }
}

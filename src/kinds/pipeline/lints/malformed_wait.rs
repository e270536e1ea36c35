//! A wait says a time that Step Functions does not take.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Step Functions developer guide, "Wait workflow state".
const MOST_SECONDS: u64 = 99_999_999;

pub(super) static RULE: Rule = Rule {
    code: "SFN002",
    name: "malformed-wait",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `Wait` whose seconds are not between 0 and 99,999,999, or whose timestamp is not in the form of RFC 3339.

## Why it matters

Step Functions refuses the definition, or the execution fails when it gets there.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Timestamp": "tomorrow", "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Timestamp": "2030-01-01T00:00:00Z", "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Wait workflow state".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        if state.kind != "Wait" {
            continue;
        }
        let seconds = state.json.get("Seconds").filter(|seconds| seconds.is_number());
        if seconds.is_some_and(|seconds| seconds.as_u64().is_none_or(|seconds| seconds > MOST_SECONDS)) {
            findings
                .at(look.place(name).as_str(), format!("`{name}` waits for a number of seconds that Step Functions does not take"))
                .help("write a whole number from 0 to 99,999,999");
        }
        // An expression in JSONata, or a reference, is known later.
        let moment = state.text("Timestamp").filter(|text| !text.contains(['{', '$']));
        if let Some(text) = moment.filter(|text| text.parse::<jiff::Timestamp>().is_err()) {
            findings
                .at(look.place(name).as_str(), format!("`{text}` of `{name}` is not a moment"))
                .help("write it as in \"2030-01-01T00:00:00Z\"");
        }
    }
}

//! A choice may have no way out.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN105",
    name: "choice-without-default",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `Choice` without a default.

## Why it matters

When no rule holds, the execution fails with `States.NoChoiceMatched`.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "which", "States": {
  "which": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "end"}]},
  "end": {"Type": "Succeed"}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "which", "States": {
  "which": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "end"}], "Default": "no"},
  "end": {"Type": "Succeed"},
  "no": {"Type": "Fail", "Error": "Unexpected"}
} }
'''
```

## References

- Step Functions developer guide, "Choice workflow state".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        if state.kind == "Choice" && state.text("Default").is_none() {
            findings
                .at(look.place(name).as_str(), format!("the choice `{name}` has no default"))
                .help("add `default`, leading to a `fail` if nothing else is meant to happen");
        }
    }
}

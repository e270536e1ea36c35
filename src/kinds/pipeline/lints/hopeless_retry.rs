//! Every error is tried again many times.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::asl::errors_of;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// More tries than these are for errors that are known to pass.
const MOST: u64 = 5;

pub(super) static RULE: Rule = Rule {
    code: "SFN119",
    name: "hopeless-retry",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A retry on `States.ALL` with more than five attempts.

## Why it matters

Wrong input and missing permissions are tried again as well, and fail every time: the run ends late, and each try is billed.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 9}], "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3}], "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Retrying after an error".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        for retrier in state.retriers() {
            let attempts = retrier.get("MaxAttempts").and_then(serde_json::Value::as_u64).unwrap_or(3);
            if attempts > MOST && errors_of(retrier).contains(&"States.ALL") {
                findings
                    .at(
                        look.place(name).as_str(),
                        format!("`{name}` tries every error again {attempts} times, also those that cannot pass"),
                    )
                    .help("name the errors that pass, or try less often");
            }
        }
    }
}

//! The last tries can never run.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use rust_decimal::Decimal;

pub(super) static RULE: Rule = Rule {
    code: "SFN120",
    name: "retries-beyond-timeout",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A retry whose pauses, with the task's own timeouts, add up to more than the timeout of the whole run.

## Why it matters

The run ends before the last tries: they are never made.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "TimeoutSeconds": 3600, "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 600, "MaxAttempts": 4, "BackoffRate": 2}], "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "TimeoutSeconds": 3600, "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 60, "MaxAttempts": 4, "BackoffRate": 2}], "End": true}
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
    let Some(limit) = look.machine.timeout().map(Decimal::from) else { return };
    for (name, state) in look.states() {
        let own = state.json.get("TimeoutSeconds").and_then(serde_json::Value::as_u64).map_or(Decimal::ZERO, Decimal::from);
        for retrier in state.retriers() {
            let number =
                |field: &str, default: Decimal| retrier.get(field).and_then(|number| number.to_string().parse().ok()).unwrap_or(default);
            let attempts = retrier.get("MaxAttempts").and_then(serde_json::Value::as_u64).unwrap_or(3).min(1000);
            let (rate, longest) = (number("BackoffRate", Decimal::TWO), number("MaxDelaySeconds", Decimal::MAX));
            let (mut pause, mut whole) = (number("IntervalSeconds", Decimal::ONE), own);
            for _ in 0..attempts {
                whole = whole.saturating_add(pause.min(longest)).saturating_add(own);
                pause = pause.saturating_mul(rate);
            }
            if whole > limit {
                let message = format!("the tries of `{name}` take up to {} s, and a run ends after {limit} s", whole.round());
                findings.at(look.place(name).as_str(), message).help("try less often or sooner, or give the run more time");
            }
        }
    }
}

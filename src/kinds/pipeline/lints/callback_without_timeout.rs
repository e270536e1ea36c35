//! A task may wait for an answer for ever.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN106",
    name: "callback-without-timeout",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task that waits for a task token, or for an activity, without a timeout or heartbeat.

## Why it matters

When nobody answers, the execution waits for up to a year.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "ask", "States": {
  "ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "ask", "States": {
  "ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}, "TimeoutSeconds": 3600, "End": true}
} }
'''
```

## References

- Step Functions best practices, "Use timeouts to avoid stuck executions".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        let resource = state.text("Resource").unwrap_or_default();
        let waits = state.resource().ends_with(".waitForTaskToken") || resource.contains(":activity:");
        let limits = ["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"];
        if state.kind == "Task" && waits && !limits.iter().any(|limit| state.json.contains_key(*limit)) {
            findings
                .at(look.place(name).as_str(), format!("`{name}` waits for an answer, for up to a year"))
                .help("add `timeout` or `heartbeat`");
        }
    }
}

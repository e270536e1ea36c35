//! A heartbeat is not shorter than the timeout.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN107",
    name: "slow-heartbeat",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task whose heartbeat is as long as its timeout, or longer.

## Why it matters

Step Functions refuses it: the timeout always comes first.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "ask", "States": {
  "ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}, "TimeoutSeconds": 60, "HeartbeatSeconds": 60, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "ask", "States": {
  "ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}, "TimeoutSeconds": 600, "HeartbeatSeconds": 60, "End": true}
} }
'''
```

## References

- Amazon States Language specification, "Timeouts".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        let seconds = |field: &str| state.json.get(field).and_then(serde_json::Value::as_u64);
        if let (Some(heartbeat), Some(timeout)) = (seconds("HeartbeatSeconds"), seconds("TimeoutSeconds"))
            && heartbeat >= timeout
        {
            findings
                .at(
                    look.place(name).as_str(),
                    format!("the heartbeat of `{name}` ({heartbeat} s) is not shorter than its timeout ({timeout} s)"),
                )
                .help("make `heartbeat` shorter");
        }
    }
}

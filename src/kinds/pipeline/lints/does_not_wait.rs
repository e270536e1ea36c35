//! A state goes on before what it started is done.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN117",
    name: "does-not-wait",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task that starts a Glue job or an EMR step without `.sync`, with a state after it.

## Why it matters

The next state starts at once, before there is any result.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "job", "States": {
  "job": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun", "Parameters": {}, "Next": "end"},
  "end": {"Type": "Succeed"}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "job", "States": {
  "job": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {}, "Next": "end"},
  "end": {"Type": "Succeed"}
} }
'''
```

## References

- Step Functions developer guide, "Run a Job (.sync)".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        let starts = ["glue:startJobRun", "elasticmapreduce:addStep", "batch:submitJob", "ecs:runTask", "aws-sdk:glue:startJobRun"];
        // What ends right after, or waits and looks, knows what it does.
        let next = state.text("Next").and_then(|next| look.machine.states().into_iter().find(|(other, ..)| *other == next));
        if starts.contains(&state.resource()) && next.is_some_and(|(_, next, _)| next.kind != "Wait") {
            findings
                .at(look.place(name).as_str(), format!("`{name}` goes on before what it starts is done"))
                .help("wait for it: `.sync` at the end of the resource, or without `wait_for_end = false`");
        }
    }
}

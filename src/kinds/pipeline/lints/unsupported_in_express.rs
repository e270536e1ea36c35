//! An express workflow uses what only standard workflows can.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::Workflow;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN109",
    name: "unsupported-in-express",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An express workflow with a `.sync` or `.waitForTaskToken` call, an activity, or a distributed map.

## Why it matters

Step Functions refuses the definition: express workflows cannot wait for others.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
definition = '''
{ "StartAt": "work", "TimeoutSeconds": 60, "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "TimeoutSeconds": 60, "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {}, "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Choosing workflow type".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    if look.spec.workflow != Workflow::Express {
        return;
    }
    for (name, state) in look.states() {
        let resource = state.resource();
        let what = if resource.contains(".sync") {
            "waits for the end of what it starts"
        } else if resource.ends_with(".waitForTaskToken") {
            "waits for a task token"
        } else if state.text("Resource").is_some_and(|resource| resource.contains(":activity:")) {
            "waits for an activity"
        } else if state.scopes.iter().any(|scope| scope.distributed.is_some()) {
            "is a distributed map"
        } else {
            continue;
        };
        findings
            .at(look.place(name).as_str(), format!("`{name}` {what}, which express workflows cannot"))
            .help("use `type = \"standard\"`, or start a standard workflow from this one");
    }
}

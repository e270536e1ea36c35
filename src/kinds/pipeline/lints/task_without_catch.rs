//! Nobody hears when a task fails.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN004",
    name: "task-without-catch",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task without any catch, neither its own nor that of a group around it.

## Why it matters

When the task fails for good, the run fails and nothing else happens: nobody is told, and nothing is cleaned up.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
task = [{ name = "work", job = "sessionize", retry = { attempts = 2 } }]
```

```toml good
[topic.alerts]

[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
task = [{ name = "work", job = "sessionize", on_error = "topic.alerts" }]
```

## References

- Step Functions developer guide, "Handling errors in workflows".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for name in look.unguarded("Catch") {
        findings
            .at(look.place(name).as_str(), format!("nobody hears when `{name}` fails"))
            .label("no catch")
            .help("add `on_error = \"topic.…\"`, or a `catch`");
    }
}

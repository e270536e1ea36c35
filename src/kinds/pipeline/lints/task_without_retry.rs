//! A task is tried once.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN003",
    name: "task-without-retry",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task without any retry, neither its own nor that of a group around it.

## Why it matters

Calls fail now and then for reasons that pass: throttling, a broken connection. Trying again outside the code is what the service is for.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
task = [{ name = "work", job = "sessionize" }]
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
task = [{ name = "work", job = "sessionize", retry = { attempts = 2 } }]
```

## References

- Step Functions developer guide, "Handling errors in workflows".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for name in look.unguarded("Retry") {
        findings
            .at(look.place(name).as_str(), format!("`{name}` is tried once"))
            .label("no retry")
            .help("add `retry = { attempts = 3 }`, or `Retry` in the definition");
    }
}

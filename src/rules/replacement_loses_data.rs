//! A plan deletes and remakes something that holds data.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::model::finding::Findings;
use crate::model::plan::{Action, Reason};
use crate::model::rule::{Check, Confidence, Group, PlanView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "PLN001",
    name: "replacement-loses-data",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A plan that replaces a resource which holds data: a stream, a queue, a table, a bucket, a database, a cluster. Only plans are looked at, and only replacements: deleting a block from the files says plainly that the thing shall go.

## Why it matters

A replacement reads like a change and is a deletion. One renamed attribute, and the records that nobody has taken yet are gone.

## Example

```toml bad
[queue.work]
name = "work"
# then
[queue.work]
name = "work-items"
```

```toml good
[queue.work]
name = "work"
visibility_timeout = "30s"
# then
[queue.work]
name = "work"
visibility_timeout = "60s"
```

## References

- `protect = true` on the block refuses every such plan; Terraform's `prevent_destroy` and Pulumi's `protect` do the same.
"#,
    check: Check::Plan(check),
};

fn check(view: &PlanView<'_>, findings: &mut Findings<'_>) {
    for step in view.plan.changes().filter(|step| matches!(step.action, Action::Replace | Action::CreateThenDelete)) {
        let Some(lost) = &step.loses else { continue };
        let (path, label) = match &step.reason {
            Reason::CannotUpdate { attributes } => attributes.first().cloned().unwrap_or_else(|| (Path::root(), String::new())),
            _ => (Path::root(), String::new()),
        };
        findings
            .on(&step.address, path, format!("replacing {} loses {lost}", step.address))
            .label(label)
            .help("keep the attribute as it was; or make a block of another name beside it, move the data, and then remove this one");
    }
}

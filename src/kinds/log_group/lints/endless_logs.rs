//! Logs are kept for ever.

use crate::base::diagnostic::Level;
use crate::kinds::log_group::{Class, LogGroup};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "COST111",
    name: "endless-logs",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A log group without `retention_days`.

## Why it matters

CloudWatch keeps events for ever unless it is told when to delete them, and bills their storage every month.

## Example

```toml bad
[log_group.ingest]
```

```toml good
[log_group.ingest]
retention_days = 30
```

## References

- CloudWatch Logs user guide, "Change log data retention".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    if view.spec::<LogGroup>().is_some_and(|spec| spec.retention_days.is_none() && spec.class != Class::Delivery) {
        findings
            .at("retention_days", "logs are kept, and billed, for ever")
            .help("set `retention_days = 30`, or as long as they are needed")
            .unsafe_fix("retention_days", Some(Value::Number(30.into())));
    }
}

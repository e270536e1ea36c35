//! State kept where it does not last.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::kinds::function::State;
use crate::model::finding::Findings;
use crate::model::reference::Ref;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Services that keep what is written, as they stand in ARNs.
const STORES: &[&str] = &[":dynamodb:", ":s3:", ":elasticache:", ":rds:"];

pub(super) static RULE: Rule = Rule {
    code: "LAM005",
    name: "state-in-function",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function whose `workload.state` is `memory` or `tmp`, and that writes to no table, bucket or file system.

## Why it matters

Lambda ends environments without notice and starts several at once. What is kept in one is seen by none of the others, and is gone some day.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
workload = { state = "memory" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
workload = { state = "memory" }
writes = ["arn:aws:dynamodb:us-east-1:123456789012:table/state"]
```

## References

- AWS Lambda developer guide, execution environments: do not keep state that must last.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let Some(state) = spec.workload.as_ref().and_then(|workload| workload.state) else { return };
    let place = match state {
        State::Memory => "in memory",
        State::Tmp => "in /tmp",
        State::External => return,
    };
    let keeps = |target: &Ref| {
        let kind = target.address().map(|address| address.kind);
        matches!(kind.as_deref(), Some("dynamodb" | "bucket")) || STORES.iter().any(|store| target.as_str().contains(store))
    };
    if !spec.writes.iter().any(keeps) && spec.file_system.is_none() {
        findings
            .at("workload.state", format!("state is kept {place}, and nothing outside holds it"))
            .label("is gone when Lambda ends the environment")
            .help("keep it in a DynamoDB table or a bucket, and name that in `writes`");
    }
}

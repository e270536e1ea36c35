//! A function that can never run.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM111",
    name: "zero-concurrency",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A reserved concurrency of 0.

## Why it matters

Every invocation is throttled. That is the way to stop a function in an emergency, and seldom what a configuration should say.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
reserved_concurrency = 0
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
reserved_concurrency = 10
```

## References

- AWS Lambda developer guide, reserved concurrency: 0 stops all invocations.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.reserved_concurrency == Some(0) {
        findings
            .at("reserved_concurrency", "the function can never run")
            .label("throttles every invocation")
            .help("remove it; if stopping is meant, say `allow` with a reason");
    }
}

//! Work that does not fit into the longest invocation.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Lambda's longest invocation (catalog: lambda.function.timeout).
const LONGEST: Duration = Duration::seconds(900);

pub(super) static RULE: Rule = Rule {
    code: "LAM003",
    name: "work-too-long",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Invocations that take longer than Lambda allows, or whose slowest ones come within a fifth of the function's timeout.

## Why it matters

What is not done at the timeout is lost and paid for, and then tried again. Lambda is for short work: longer work is for a Glue job, an EMR cluster, or
the steps of a pipeline.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "60s"

[function.ingest.usage]
duration = { likely = "20s", high = "55s" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "2m"

[function.ingest.usage]
duration = { likely = "20s", high = "55s" }
```

## References

- AWS Lambda quotas: 900 seconds for an invocation.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let Some(duration) = usage.duration else { return findings.needs("usage.duration") };
    if spec.durable.is_some() {
        return;
    }
    let (high, timeout) = (duration.high, spec.timeout);
    if high > LONGEST {
        findings
            .at("timeout", format!("the work takes up to {high}, and Lambda ends every invocation after {LONGEST}"))
            .level(Level::Error)
            .label("no timeout is long enough")
            .help("split the work into the tasks of a pipeline, or use a job or a cluster");
    } else if high.as_milliseconds().saturating_mul(5) > timeout.as_milliseconds().saturating_mul(4) {
        findings
            .at("timeout", format!("the slowest invocations take {high} of the {timeout} they may"))
            .label("little is left")
            .help("raise `timeout`, or give each invocation less to do");
    }
}

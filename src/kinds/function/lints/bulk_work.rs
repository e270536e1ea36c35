//! Bulk work in a function.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Above this, one run is work for an engine that spreads it.
const LARGEST_RUN: Size = Size::gigabytes(10);

/// What Lambda gives when nothing is said (catalog: lambda.function.ephemeral_storage).
const OWN_TMP: Size = Size::megabytes(512);

pub(super) static RULE: Rule = Rule {
    code: "LAM012",
    name: "bulk-work-in-function",
    group: Group::Performance,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Invocations that work through more data than half the function's memory or than its `/tmp`, and runs of more than 10 GB in all.

## Why it matters

Lambda is for light work. Joins and shuffles want an engine that spreads data over machines: a Spark job or a cluster.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
memory = "512MB"

[function.ingest.usage]
data_per_invocation = "400MB"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
memory = "2GB"

[function.ingest.usage]
data_per_invocation = "400MB"
```

## References

- AWS Lambda quotas: 10,240 MB of memory and of /tmp.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let run = spec.workload.as_ref().and_then(|workload| workload.data_per_run);
    if let Some(run) = run.filter(|run| *run > LARGEST_RUN) {
        findings
            .at("workload.data_per_run", format!("one run goes through {run}"))
            .label("belongs into a job or a cluster")
            .help("use a Spark job; keep the function for starting it");
        return;
    }
    let Some(data) = usage.data_per_invocation else {
        if run.is_none() {
            findings.needs("usage.data_per_invocation");
        }
        return;
    };
    let tmp = spec.ephemeral_storage.unwrap_or(OWN_TMP);
    if data.likely.as_bytes().saturating_mul(2) > spec.memory.as_bytes() {
        findings
            .at("memory", format!("one invocation goes through {} in {} of memory", data.likely, spec.memory))
            .label("more than half")
            .help("read it piece by piece, raise `memory`, or use a job");
    } else if data.likely > tmp {
        findings
            .at("ephemeral_storage", format!("one invocation goes through {} with {tmp} of /tmp", data.likely))
            .help("read it piece by piece, raise `ephemeral_storage`, or use a job");
    }
}

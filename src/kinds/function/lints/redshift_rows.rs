//! Redshift loaded row by row.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::kinds::function::WarehouseLoad;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM010",
    name: "redshift-row-by-row",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function that a stream, a queue, a bucket or a table starts and whose `workload.redshift` is `insert`.

## Why it matters

Redshift takes single rows one after the other at its leader node, and the function pays for the waiting. `COPY` loads whole files in parallel.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
workload = { redshift = "insert" }

[[function.ingest.trigger.sqs]]
queue = "arn:aws:sqs:us-east-1:123456789012:work"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
workload = { redshift = "copy" }

[[function.ingest.trigger.sqs]]
queue = "arn:aws:sqs:us-east-1:123456789012:work"
```

## References

- Amazon Redshift developer guide, best practices for loading data: use COPY.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let triggers = &spec.trigger;
    let fed = !(triggers.kinesis.is_empty() && triggers.dynamodb.is_empty() && triggers.sqs.is_empty() && triggers.s3.is_empty());
    if fed && spec.workload.as_ref().and_then(|workload| workload.redshift) == Some(WarehouseLoad::Insert) {
        findings
            .at("workload.redshift", "Redshift is loaded row by row")
            .label("each row waits for the one before")
            .help("write files to a bucket and load them with COPY; or use a delivery stream, or Redshift's streaming ingestion");
    }
}

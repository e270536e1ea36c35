//! A function loads Redshift row by row.

use crate::base::diagnostic::Level;
use crate::kinds::function::{Function, WarehouseLoad};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM010",
    name: "warehouse-row-inserts",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function that says it loads Redshift with `INSERT` (`workload.redshift = "insert"`) and is triggered by a bucket, a stream or a queue.

## Why it matters

Each insert passes through the leader node and is committed alone. Many functions at once make each other wait, and the waiting is billed as function time. `COPY` loads files on all nodes at once.

## Example

```toml bad
# file: src/app.py
[queue.rows]
visibility_timeout = "1m"

[function.load]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
workload = { redshift = "insert" }
[[function.load.trigger.sqs]]
queue = "queue.rows"
```

```toml good
# file: src/app.py
[queue.rows]
visibility_timeout = "1m"

[function.load]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
workload = { redshift = "copy" }
[[function.load.trigger.sqs]]
queue = "queue.rows"
```

## References

- Amazon Redshift developer guide, "Loading data best practices": use a COPY command to load data.
- Newer ways that need no function: Firehose to Redshift, streaming ingestion, auto-copy, zero-ETL.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let inserts = spec.workload.as_ref().and_then(|workload| workload.redshift) == Some(WarehouseLoad::Insert);
        let trigger = &spec.trigger;
        let fed = !(trigger.s3.is_empty() && trigger.kinesis.is_empty() && trigger.dynamodb.is_empty() && trigger.sqs.is_empty());
        if inserts && fed {
            findings
                .on(&function.address, "workload.redshift", format!("{} loads Redshift row by row", function.address))
                .label("each row is a transaction of its own")
                .help("write files to S3 and load them with COPY; or let Firehose, streaming ingestion or auto-copy do it");
        }
    }
}

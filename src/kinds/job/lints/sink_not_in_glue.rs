//! A sink that Glue does not write to.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU018",
    name: "sink-not-in-glue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A sink whose `type` is none that Glue's Spark has a writer for.

## Why it matters

The run does its work and fails when it comes to writing.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sinks = [{ type = "redis", path = "cache" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sinks = [{ type = "s3", path = "s3://lake/out/", format = "parquet" }]
```

## References

- AWS Glue developer guide, "Connection types and options for ETL in AWS Glue for Spark"
"#,
    check: Check::Resource(check),
};

/// What can be written to (developer guide, "Connection types and options", read 2026-11).
const SINKS: &[&str] = &[
    "s3",
    "jdbc",
    "catalog",
    "dynamodb",
    "mongodb",
    "documentdb",
    "redshift",
    "opensearch",
    "kafka",
    "kinesis",
    "snowflake",
    "bigquery",
    "mysql",
    "postgresql",
    "oracle",
    "sqlserver",
    "azurecosmos",
    "azuresql",
    "teradata",
    "vertica",
    "saphana",
    "custom",
    "marketplace",
];

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.job_type != Type::Spark {
        return;
    }
    for (at, sink) in spec.sinks.iter().enumerate() {
        if !SINKS.contains(&sink.store.as_str()) {
            findings
                .at(format!("sinks[{at}].type").as_str(), format!("Glue has no writer for `{}`", sink.store))
                .help("write to S3, or use a connector: `type = \"custom\"` or `type = \"marketplace\"`");
        }
    }
}

//! A format that Glue does not read or write.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU017",
    name: "format-not-in-glue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A source whose `format` Glue cannot read, or a sink whose `format` it cannot write: XML and grok logs can be read, not written.

## Why it matters

The run fails when it comes to the first file.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sinks = [{ type = "s3", path = "s3://lake/out/", format = "xml" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sinks = [{ type = "s3", path = "s3://lake/out/", format = "parquet" }]
```

## References

- AWS Glue developer guide, "Data format options for inputs and outputs in AWS Glue for Spark"
"#,
    check: Check::Resource(check),
};

/// What can be read (developer guide, "Data format options", read 2026-11).
const READABLE: &[&str] =
    &["csv", "json", "avro", "parquet", "glueparquet", "orc", "xml", "ion", "groklog", "hudi", "delta", "iceberg", "excel"];
/// What can be read and not written.
const READ_ONLY: &[&str] = &["xml", "groklog"];

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if !matches!(spec.job_type, Type::Spark | Type::Streaming) {
        return;
    }
    for (field, datasets) in [("sources", &spec.sources), ("sinks", &spec.sinks)] {
        for (at, dataset) in datasets.iter().enumerate() {
            let Some(format) = dataset.format.as_deref().map(str::to_ascii_lowercase) else { continue };
            let path = format!("{field}[{at}].format");
            if !READABLE.contains(&format.as_str()) {
                findings.at(path.as_str(), format!("Glue does not know the format `{format}`")).help("convert it to Parquet");
            } else if field == "sinks" && READ_ONLY.contains(&format.as_str()) {
                findings.at(path.as_str(), format!("Glue reads `{format}`, and does not write it")).help("write Parquet");
            }
        }
    }
}

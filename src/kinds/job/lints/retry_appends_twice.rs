//! A run that is repeated writes its rows a second time.

use crate::base::diagnostic::Level;
use crate::kinds::job::Bookmark;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU111",
    name: "retry-appends-twice",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`max_retries` above 0 on a job with a sink whose `mode` is `append`, without a bookmark and without a table format that knows transactions.

## Why it matters

A run that fails half-way has written a part. The retry writes it again.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
max_retries = 2
sinks = [{ type = "s3", path = "s3://lake/out/", format = "parquet", mode = "append" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
max_retries = 2
sinks = [{ type = "s3", path = "s3://lake/out/", format = "iceberg", mode = "append" }]
```

## References

- AWS Glue developer guide, "Job retries"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.max_retries == 0 || matches!(spec.bookmark, Some(Bookmark::Enable)) {
        return;
    }
    let transactional = |format: Option<&str>| format.is_some_and(|format| ["iceberg", "hudi", "delta"].contains(&format));
    for (at, sink) in spec.sinks.iter().enumerate() {
        if sink.mode.as_deref() == Some("append") && !transactional(sink.format.as_deref()) {
            findings
                .at(format!("sinks[{at}].mode").as_str(), "a run that is repeated writes its rows twice")
                .help("overwrite a partition, write an Iceberg table, enable the bookmark, or set `max_retries = 0`");
        }
    }
}

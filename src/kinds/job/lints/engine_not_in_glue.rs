//! A script for an engine that Glue does not run.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU004",
    name: "engine-not-in-glue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An `engine` other than Spark, Ray or Python.

## Why it matters

Glue runs Spark, Ray and plain Python. Hive, Pig, Presto, Trino, MapReduce, Flink and HBase run on EMR; plain SQL over S3 runs in Athena.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
engine = "hive"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
engine = "spark"
```

## References

- AWS Glue developer guide, "Working with jobs": glueetl, gluestreaming, pythonshell and glueray
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let Some(engine) = &spec.engine else { return };
    let known = ["spark", "pyspark", "ray", "python"];
    if known.iter().any(|known| known.eq_ignore_ascii_case(engine)) {
        return;
    }
    findings
        .at("engine", format!("Glue does not run `{engine}`"))
        .help("run it in a `cluster` (EMR), or rewrite it for Spark; plain SQL runs in Athena");
}

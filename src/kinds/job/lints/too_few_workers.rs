//! Fewer workers than the job can run with.

use crate::base::diagnostic::Level;
use crate::catalog::minimum_workers;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU106",
    name: "too-few-workers",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`workers` below 2 for Spark and streaming jobs, below 1 for Ray.

## Why it matters

One worker drives, and at least one must do the work.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
workers = 1
worker_type = "G.1X"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
workers = 2
worker_type = "G.1X"
```

## References

- AWS Glue developer guide, "Configuring job properties": the minimum is 2 workers
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let least = minimum_workers(spec.job_type.catalog());
    if let Some(workers) = spec.workers
        && workers < least
    {
        let name = spec.job_type.catalog().name();
        findings
            .at("workers", format!("a {name} job needs {} at least", crate::base::prose::count(least as usize, "worker", "workers")))
            .help(format!("write `workers = {least}`"))
            .safe_fix("workers", Some(Value::Number(least.into())));
    }
}

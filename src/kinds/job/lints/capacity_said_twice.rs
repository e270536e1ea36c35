//! A capacity in DPU where Glue wants workers.

use crate::base::diagnostic::Level;
use crate::catalog::GlueVersion;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU104",
    name: "capacity-said-twice",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`max_capacity` together with `worker_type` or `workers`, or on a Spark job of Glue 2.0 or later.

## Why it matters

Glue refuses both together, and takes `max_capacity` for Python shell jobs and old Spark jobs only.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
worker_type = "G.1X"
workers = 10
max_capacity = 10
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
worker_type = "G.1X"
workers = 10
```

## References

- AWS Glue API, Job: MaxCapacity
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.max_capacity.is_none() || spec.job_type == Type::PythonShell {
        return;
    }
    if spec.worker_type.is_some() || spec.workers.is_some() {
        findings
            .at("max_capacity", "the capacity is said twice")
            .label("follows from the workers")
            .help("remove `max_capacity`")
            .safe_fix("max_capacity", None);
        return;
    }
    let modern = |version: &GlueVersion| GlueVersion::parse("2.0").is_some_and(|first| first.rank() <= version.rank());
    if super::version(spec).is_some_and(modern) {
        findings
            .at("max_capacity", "Glue 2.0 and later take workers, not a capacity")
            .help("write `worker_type = \"G.1X\"` and `workers = …` in its place");
    }
}

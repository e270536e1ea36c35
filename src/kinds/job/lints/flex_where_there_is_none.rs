//! FLEX on a job that cannot have it.

use crate::base::diagnostic::Level;
use crate::catalog::{Worker, flex_is_possible};
use crate::kinds::job::ExecutionClass;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU107",
    name: "flex-where-there-is-none",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`execution_class = "flex"` on a job that is not a Spark job of Glue 3.0 or later with G.1X or G.2X workers.

## Why it matters

Glue refuses the job.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "5.1"
worker_type = "G.4X"
workers = 4
execution_class = "flex"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "5.1"
worker_type = "G.2X"
workers = 8
execution_class = "flex"
```

## References

- AWS Glue API, Job: ExecutionClass
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.execution_class != Some(ExecutionClass::Flex) {
        return;
    }
    let Some(version) = super::version(spec) else { return };
    let of_job = flex_is_possible(spec.job_type.catalog(), version);
    let of_worker = spec.worker_type.as_deref().and_then(Worker::parse).is_none_or(|worker| worker.flex);
    if !of_job || !of_worker {
        let what = if of_job { "workers of this size" } else { "jobs of this type and version" };
        findings
            .at("execution_class", format!("{what} cannot run as FLEX"))
            .help("write `execution_class = \"standard\"`; FLEX takes Spark jobs of Glue 3.0 and later with G.1X or G.2X workers")
            .safe_fix("execution_class", Some(Value::Text("standard".into())));
    }
}

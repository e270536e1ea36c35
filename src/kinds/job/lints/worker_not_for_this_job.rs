//! A worker type that this job cannot have.

use crate::base::diagnostic::Level;
use crate::catalog::{Worker, workers_for};
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU105",
    name: "worker-not-for-this-job",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `worker_type` that does not go with the type or the version of the job: `G.025X` outside of streaming, `R` before Glue 4.0, `Z.2X` on Spark.

## Why it matters

Glue refuses the job.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
worker_type = "Z.2X"
workers = 4
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
worker_type = "G.2X"
workers = 4
```

## References

- AWS Glue API, Job: WorkerType
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let (Some(name), Some(version)) = (spec.worker_type.as_deref(), super::version(spec)) else { return };
    let job_type = spec.job_type.catalog();
    let Some(worker) = Worker::parse(name) else { return };
    if spec.job_type == Type::PythonShell || worker.suits(job_type, version) {
        return;
    }
    let suitable = workers_for(job_type, version);
    let level = if worker.provenance.certainty.may_refuse() { Level::Error } else { Level::Warning };
    let finding = findings.at("worker_type", format!("a {} job of Glue {} has no {name} workers", job_type.name(), version.name));
    finding.level(level);
    if !suitable.is_empty() {
        finding.help(format!("take {}", crate::base::prose::alternatives(suitable.iter().map(|worker| worker.name))));
    }
    if let Some(nearest) = suitable.iter().min_by_key(|other| (other.unit != worker.unit, (other.capacity - worker.capacity).abs())) {
        finding.unsafe_fix("worker_type", Some(Value::Text(nearest.name.into())));
    }
}

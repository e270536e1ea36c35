//! Many workers, and nothing that says whether they are needed.

use crate::base::diagnostic::Level;
use crate::catalog::Worker;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;
use rust_decimal::Decimal;

pub(super) static RULE: Rule = Rule {
    code: "GLU014",
    name: "capacity-chosen-blind",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A job with more than 10 workers without `metrics`, or one that reads less than 1 GB for each DPU by its usage.

## Why it matters

A G.1X worker handles some 8 to 10 GB. Job metrics show how many executors had something to do.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
workers = 40
worker_type = "G.1X"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
workers = 40
worker_type = "G.1X"
metrics = true
```

## References

- AWS Glue developer guide, "Monitoring for DPU capacity planning"
"#,
    check: Check::Resource(check),
};

/// Above so many workers a guess is dear.
const MANY: u32 = 10;

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Job>(), view.usage::<Job>()) else { return };
    if spec.workers.is_some_and(|workers| workers > MANY) && !spec.metrics {
        findings
            .at("workers", "nothing shows whether so many workers are needed")
            .help("add `metrics = true`, and size from what it shows")
            .safe_fix("metrics", Some(Value::Bool(true)));
        return;
    }
    let units = spec.worker_type.as_deref().and_then(Worker::parse).zip(spec.workers);
    if let (Some((worker, workers)), Some(input)) = (units, usage.input_size) {
        let capacity = worker.capacity * Decimal::from(workers);
        let least = Decimal::from(crate::catalog::minimum_workers(spec.job_type.catalog())) * worker.capacity;
        if capacity > least && input.high.exact_gigabytes() < capacity {
            findings
                .at(
                    "workers",
                    format!("{} GB are less than 1 GB for each of {} DPU", input.high.exact_gigabytes().round_dp(1), capacity.normalize()),
                )
                .help("take fewer workers, or add `autoscaling = true`");
        }
    }
}

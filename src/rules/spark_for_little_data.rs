//! A Spark job for work that fits one small machine.

use crate::base::diagnostic::Level;
use crate::base::units::{Duration, Size};
use crate::kinds::job::{Job, Type};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "COST104",
    name: "spark-for-little-data",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A Spark job with two workers or more whose usage says that a run reads less than 1 GB in less than 3 minutes.

## Why it matters

A Spark job has two workers at least, and the first minute of a run is mostly their start. A function, or a Python shell job with a sixteenth of a DPU, does such work for a fraction.

## Example

```toml bad
# file: jobs/load.py
[job.load]
type = "spark"
script = "jobs/load.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "auto"
on_demand = true
[job.load.usage]
runs = "1/day"
duration = "2m"
input_size = "200MB"
```

```toml good
# file: jobs/load.py
[job.load]
type = "spark"
script = "jobs/load.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "auto"
on_demand = true
[job.load.usage]
runs = "1/day"
duration = "20m"
input_size = "80GB"
```

## References

- AWS Glue pricing: Spark jobs are billed by the second with a minimum of 1 minute; Python shell jobs take 0.0625 or 1 DPU.
"#,
    check: Check::Project(check),
};

/// Below both, the work is little.
const LITTLE: (Size, Duration) = (Size::gigabytes(1), Duration::minutes(3));

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (job, spec) in view.all::<Job>().filter(|(job, spec)| job.is_managed() && spec.job_type == Type::Spark) {
        let Some(usage) = job.usage::<Job>().filter(|_| spec.workers.is_some_and(|workers| workers >= 2)) else { continue };
        match (usage.input_size, usage.duration) {
            (Some(size), Some(duration)) if size.likely < LITTLE.0 && duration.likely < LITTLE.1 => {
                findings
                    .on(&job.address, "type", format!("{} starts Spark for {} of data", job.address, size.likely))
                    .label(format!("a run takes {}, much of it to start", duration.likely))
                    .help("consider a function, or `type = \"python-shell\"` with `max_capacity = 0.0625`");
            }
            (Some(_), Some(_)) => {}
            (None, _) => findings.needs_on(&job.address, "usage.input_size"),
            (_, None) => findings.needs_on(&job.address, "usage.duration"),
        }
    }
}

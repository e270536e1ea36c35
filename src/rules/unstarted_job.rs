//! Nothing starts a job.

use super::links::started;
use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU009",
    name: "unstarted-job",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A job with neither a schedule nor a trigger, that no pipeline, function or other job starts, and that does not say `on_demand = true`.

## Why it matters

It is deployed, and never runs. If people start it by hand, `on_demand = true` says so to the next reader.

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
schedule = "cron(0 3 * * ? *)"
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
```

## References

- AWS Glue developer guide, "AWS Glue triggers".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let started = started(view.architecture);
    for (job, spec) in view.all::<Job>().filter(|(job, _)| job.is_managed()) {
        let by_itself = spec.schedule.is_some() || !spec.trigger.is_empty();
        if !by_itself && spec.on_demand != Some(true) && !started.contains(&job.address) {
            findings
                .on(&job.address, "schedule", format!("nothing starts {}", job.address))
                .help("give it a `schedule` or a trigger, make it a task of a pipeline, or say `on_demand = true`");
        }
    }
}

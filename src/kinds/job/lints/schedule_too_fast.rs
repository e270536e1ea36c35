//! A schedule that fires faster than Glue takes it.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU003",
    name: "schedule-too-fast",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `schedule` of a job or of one of its triggers with less than five minutes between two firings.

## Why it matters

Glue refuses a schedule that is faster than every five minutes. Data that must be handled sooner belongs into a streaming job.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
schedule = "cron(0/2 * * * ? *)"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
schedule = "cron(0/5 * * * ? *)"
```

## References

- AWS Glue developer guide, "Time-based schedules for jobs and crawlers": the shortest interval is five minutes
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    for (path, schedule) in super::schedules(spec) {
        if let Some(gap) = schedule.shortest_gap()
            && gap < super::FASTEST
        {
            findings
                .at(path, "Glue takes no schedule faster than every 5 minutes")
                .label(format!("fires {gap} apart"))
                .help("start it every five minutes, `cron(0/5 * * * ? *)`, or use a streaming job");
        }
    }
}

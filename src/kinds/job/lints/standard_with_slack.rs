//! Work that could wait runs at the full price.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::catalog::{Worker, flex_is_possible};
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU109",
    name: "standard-with-slack",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A Spark job that runs at most twice a day on a schedule, could run as FLEX, and has no `usage.deadline`.

## Why it matters

FLEX costs about a third less for work that need not start on the minute.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
worker_type = "G.1X"
workers = 10
schedule = "cron(0 2 * * ? *)"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
worker_type = "G.1X"
workers = 10
schedule = "cron(0 2 * * ? *)"
execution_class = "flex"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
worker_type = "G.1X"
workers = 10
schedule = "cron(0 2 * * ? *)"

[job.a.usage]
deadline = "1h"
```

## References

- AWS Glue pricing: flexible execution
"#,
    check: Check::Resource(check),
};

/// Runs at least so far apart leave room to start late.
const APART: Duration = Duration::hours(12);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Job>(), view.usage::<Job>()) else { return };
    // Whoever wrote "standard" has thought of it.
    if spec.execution_class.is_some() || usage.deadline.is_some() {
        return;
    }
    let Some(version) = super::version(spec) else { return };
    let of_worker = spec.worker_type.as_deref().and_then(Worker::parse).is_some_and(|worker| worker.flex);
    let mut gaps = super::schedules(spec).map(|(_, schedule)| schedule.shortest_gap()).peekable();
    let seldom = gaps.peek().is_some() && gaps.all(|gap| gap.is_none_or(|gap| gap >= APART));
    if of_worker && seldom && flex_is_possible(spec.job_type.catalog(), version) {
        findings
            .at("schedule", "the job could run on spare capacity")
            .help("add `execution_class = \"flex\"`, or say by when it must be ready: `usage.deadline`")
            .unsafe_fix("execution_class", Some(Value::Text("flex".into())));
    }
}

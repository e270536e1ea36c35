//! A schedule that fires faster than Glue takes it.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW107",
    name: "crawler-schedule-too-fast",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `schedule` with less than five minutes between two firings. What is no schedule of Glue at all, such as `rate(…)`, is refused before any rule.

## Why it matters

Glue refuses a schedule that is faster than every five minutes.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(0/3 * * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(0 2 * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

## References

- AWS Glue developer guide, "Time-based schedules for jobs and crawlers": the shortest interval is five minutes
"#,
    check: Check::Resource(check),
};

/// The shortest interval that Glue takes.
const FASTEST: Duration = Duration::minutes(5);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    if let Some(gap) = super::schedule(spec).and_then(|schedule| schedule.shortest_gap())
        && gap < FASTEST
    {
        findings
            .at("schedule", "Glue takes no schedule faster than every 5 minutes")
            .label(format!("fires {gap} apart"))
            .help("use `recrawl = \"event-mode\"`, or a slower schedule");
    }
}

//! A crawler runs more often than data comes.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW002",
    name: "crawls-too-often",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A `schedule` that fires more often than `usage.new_data_interval`, or every 15 minutes or faster.

## Why it matters

Each run is billed for ten minutes at least, and looks at everything again: every 15 minutes costs two thirds of a crawler that never stops.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(0/10 * * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(0 * * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[crawler.a.usage]
new_data_interval = "1d"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(15 2 * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[crawler.a.usage]
new_data_interval = "1d"
```

## References

- AWS Glue pricing: a minimum of ten minutes for each crawler run
"#,
    check: Check::Resource(check),
};

/// Below this the minimum of ten minutes is most of the bill.
const OFTEN: Duration = Duration::minutes(15);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Crawler>(), view.usage::<Crawler>()) else { return };
    let Some(gap) = super::schedule(spec).and_then(|schedule| schedule.shortest_gap()) else { return };
    let help = "match the schedule to the data, use `recrawl = \"event-mode\"`, or partition projection, which needs no crawler";
    if let Some(interval) = usage.new_data_interval
        && gap < interval.low
    {
        findings.at("schedule", format!("it runs every {gap}, and data comes every {}", interval.low)).help(help);
    } else if gap <= OFTEN {
        findings
            .at("schedule", format!("each run every {gap} is billed for 10 minutes at least"))
            .help(help)
            .confidence(Confidence::Proved);
    }
}

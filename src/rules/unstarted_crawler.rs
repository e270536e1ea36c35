//! Nothing starts a crawler.

use super::links::started;
use crate::base::diagnostic::Level;
use crate::kinds::crawler::{Crawler, Recrawl};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW001",
    name: "unstarted-crawler",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A crawler without a schedule, not driven by events, that no pipeline, function or Glue trigger starts.

## Why it matters

The catalog stays as it was after the last run by hand: new partitions and columns are invisible to every query.

## Example

```toml bad
[database.lake]

[crawler.raw]
database = "database.lake"
role = "auto"
targets.s3 = [{ path = "s3://example-raw/events/" }]
```

```toml good
[database.lake]

[crawler.raw]
database = "database.lake"
role = "auto"
targets.s3 = [{ path = "s3://example-raw/events/" }]
schedule = "cron(15 2 * * ? *)"
```

## References

- AWS Glue developer guide, "Scheduling a crawler". Partition projection, or a job that updates the catalog itself, can take a crawler's place.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let started = started(view.architecture);
    for (crawler, spec) in view.all::<Crawler>().filter(|(crawler, _)| crawler.is_managed()) {
        if spec.schedule.is_none() && spec.recrawl != Recrawl::EventMode && !started.contains(&crawler.address) {
            findings
                .on(&crawler.address, "schedule", format!("nothing starts {}, and the catalog grows stale", crawler.address))
                .help("give it a `schedule`, make it a task of a pipeline, or let S3 events drive it");
        }
    }
}

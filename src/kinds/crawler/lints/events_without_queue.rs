//! Event mode, and no queue that brings events.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::kinds::crawler::Recrawl;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW103",
    name: "events-without-queue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`recrawl = "event-mode"` with an S3 or catalog target without `event_queue`.

## Why it matters

In event mode the crawler looks at what the queue tells it of, and at nothing else.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
recrawl = "event-mode"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
recrawl = "event-mode"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
event_queue = "arn:aws:sqs:us-east-1:123456789012:events"
```

## References

- AWS Glue developer guide, "Accelerating crawls using Amazon S3 event notifications"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    if spec.recrawl != Recrawl::EventMode {
        return;
    }
    let s3 = spec.targets.s3.iter().map(|target| target.event_queue.is_none());
    let catalog = spec.targets.catalog.iter().map(|target| target.event_queue.is_none());
    let places = s3.enumerate().map(|(at, lacks)| ("s3", at, lacks)).chain(catalog.enumerate().map(|(at, lacks)| ("catalog", at, lacks)));
    for (sort, at, _) in places.filter(|(_, _, lacks)| *lacks) {
        findings
            .at(format!("targets.{sort}[{at}]").as_str(), "no queue tells the crawler what is new")
            .help("add `event_queue = \"queue.NAME\"`, and notifications of the bucket to that queue");
    }
}

//! A crawler that looks at nothing.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW003",
    name: "no-target",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A crawler without any target.

## Why it matters

Glue refuses it.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

## References

- AWS Glue API, CreateCrawler: Targets
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    if spec.targets.is_empty() {
        findings
            .at("targets", "the crawler has nothing to look at")
            .help("add `targets.s3 = [{ path = \"s3://bucket/prefix/\" }]`, or another target");
    }
}

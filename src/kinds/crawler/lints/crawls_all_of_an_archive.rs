//! Everything is looked at again, though files are only added.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::kinds::crawler::Recrawl;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "CRW101",
    name: "crawls-all-of-an-archive",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A crawler on a schedule with S3 targets and `recrawl = "everything"` over a dataset that is `append_only`.

## Why it matters

What was looked at once does not change. Looking only at new folders takes minutes where everything takes hours.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(15 2 * * ? *)"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
append_only = true
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schedule = "cron(15 2 * * ? *)"
recrawl = "new-folders-only"
schema_change = { update = "log", delete = "log" }

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
append_only = true
```

## References

- AWS Glue developer guide, "Incremental crawls for adding new partitions"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    let archive = spec.dataset.iter().any(|dataset| dataset.append_only);
    if archive && spec.schedule.is_some() && !spec.targets.s3.is_empty() && spec.recrawl == Recrawl::Everything {
        findings
            .at("recrawl", "each run looks at files that never change")
            .help("write `recrawl = \"new-folders-only\"` with `schema_change = { update = \"log\", delete = \"log\" }`, or use event mode")
            .unsafe_fix("recrawl", Some(Value::Text("new-folders-only".into())));
    }
}

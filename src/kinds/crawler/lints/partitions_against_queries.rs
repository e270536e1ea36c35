//! The outermost partition is not what queries ask for.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CAT001",
    name: "partitions-against-queries",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `dataset` whose `queries.primary` is not its first partition key: for `"time"`, the first key is no time; else it is another column.

## Why it matters

The outermost folder decides how much of S3 is listed and how much is crawled. If nearly every query asks for a day, the day belongs outside: `year/month/day/device`. If it asks for a device, `device/year/month/day`.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["device", "day"]
queries = { primary = "time" }
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["year", "month", "day", "device"]
queries = { primary = "time" }
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["device", "day"]
queries = { primary = "device" }
```

## References

- Amazon Athena user guide, "Partition your data"
"#,
    check: Check::Resource(check),
};

/// What keys of time are called.
const TIMES: &[&str] = &["year", "yyyy", "month", "mm", "day", "dd", "date", "dt", "ds", "hour", "hh", "week", "time", "timestamp", "ts"];

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    for (at, dataset) in spec.dataset.iter().enumerate() {
        let (Some(queries), Some(first)) = (&dataset.queries, dataset.partition_keys.first()) else { continue };
        let fits = if queries.primary == "time" { is_time(first) } else { first.eq_ignore_ascii_case(&queries.primary) };
        if !fits {
            findings
                .at(
                    format!("dataset[{at}].partition_keys").as_str(),
                    format!("queries ask for {}, and the outermost folder is `{first}`", asked(&queries.primary)),
                )
                .help("put the key that queries ask for first");
        }
    }
}

/// Whether one of the words of a key is a word of time: `event_date`, `dt`.
fn is_time(key: &str) -> bool {
    key.to_ascii_lowercase().split(['_', '-']).any(|word| TIMES.contains(&word))
}

fn asked(primary: &str) -> String {
    if primary == "time" { "a time".to_owned() } else { format!("`{primary}`") }
}

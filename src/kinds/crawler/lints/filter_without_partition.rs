//! Queries filter by a column that is no partition.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CAT002",
    name: "filter-without-partition",
    group: Group::Performance,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `dataset` of more than 10 GB with a column in `queries.filters` that is none of its partition keys.

## Why it matters

Such a query reads every file of the partitions that are left, and Athena bills what is read.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["day"]
size = "500GB"
queries = { primary = "time", filters = ["country"] }
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["day", "country"]
size = "500GB"
queries = { primary = "time", filters = ["country"] }
```

## References

- Amazon Athena user guide, "Partition your data" and "Use bucketing"
"#,
    check: Check::Resource(check),
};

/// Below this, reading everything is cheap.
const LARGE: Size = Size::gigabytes(10);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    for (at, dataset) in spec.dataset.iter().enumerate() {
        let Some(queries) = &dataset.queries else { continue };
        let Some(size) = dataset.size else {
            if !queries.filters.is_empty() {
                findings.needs(format!("dataset[{at}].size"));
            }
            continue;
        };
        if size <= LARGE {
            continue;
        }
        for filter in &queries.filters {
            if !dataset.partition_keys.iter().any(|key| key.eq_ignore_ascii_case(filter)) {
                findings
                    .at(format!("dataset[{at}].queries.filters").as_str(), format!("a query by `{filter}` reads every file"))
                    .help(format!("make `{filter}` a partition key, bucket by it, or sort an Iceberg table by it"));
            }
        }
    }
}

//! More partitions than the data fills.

use crate::base::diagnostic::Level;
use crate::base::prose::group_digits;
use crate::base::units::Size;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CAT003",
    name: "partitions-too-small",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A `dataset` whose partition keys make more than a million partitions by their `cardinality`, or partitions of less than 128 MB by its `size`.

## Why it matters

Every partition is at least one file and one object of the catalog. Small files make every query plan and open for longer than it reads.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["day", "device"]
cardinality = { day = 365, device = 5000 }
size = "500GB"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"

[[crawler.a.dataset]]
path = "s3://raw/events/"
partition_keys = ["day"]
cardinality = { day = 365 }
size = "500GB"
```

## References

- EMR best practices: files of 128 MB and more
- Amazon Athena user guide, "Top 10 performance tuning tips": avoid small files
"#,
    check: Check::Resource(check),
};

/// More than this slows every listing.
const MANY: u64 = 1_000_000;
/// What a file should hold at least.
const SMALL: Size = Size::megabytes(128);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    for (at, dataset) in spec.dataset.iter().enumerate() {
        if dataset.partition_keys.is_empty() || dataset.cardinality.is_empty() {
            continue;
        }
        let Some(missing) = dataset.partition_keys.iter().find(|key| !dataset.cardinality.contains_key(*key)) else {
            let partitions = dataset
                .partition_keys
                .iter()
                .filter_map(|key| dataset.cardinality.get(key))
                .fold(1u64, |all, one| all.saturating_mul(*one))
                .max(1);
            let path = format!("dataset[{at}].partition_keys");
            let help = "use coarser keys, partition projection, or a table format that sorts within files";
            let shown = group_digits(&partitions.to_string());
            let each = dataset.size.map(|size| Size::bytes(size.as_bytes() / partitions));
            if partitions > MANY {
                findings.at(path.as_str(), format!("the keys make {shown} partitions")).help(help);
            } else if let Some(each) = each
                && each < SMALL
            {
                let megabytes = each.as_bytes() / (1 << 20);
                findings.at(path.as_str(), format!("{shown} partitions hold {megabytes} MB each")).help(help);
            }
            continue;
        };
        findings.needs(format!("dataset[{at}].cardinality.{missing}"));
    }
}

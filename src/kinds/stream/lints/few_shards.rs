//! A stream has fewer shards than its records need.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::stream::Stream;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// What one shard takes in a second (Kinesis quotas page): 1,000 records, 1 MB.
const RECORDS: u64 = 1000;
const BYTES: u64 = 1 << 20;

pub(super) static RULE: Rule = Rule {
    code: "KIN107",
    name: "few-shards",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A provisioned stream whose shards take fewer records or bytes a second than its usage says will come.

## Why it matters

Kinesis refuses what is too much (`ProvisionedThroughputExceededException`). Producers that do not try again lose records.

## Example

```toml bad
[stream.clicks]
shards = 1

[stream.clicks.usage]
records = "2500/s"
record_size = "500B"
```

```toml good
[stream.clicks]
shards = 4

[stream.clicks.usage]
records = "2500/s"
record_size = "500B"
```

## References

- Kinesis Data Streams developer guide, "Quotas and limits": 1 MB or 1,000 records a second for each shard.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Stream>(), view.usage::<Stream>()) else { return };
    let Some(shards) = spec.shard_count() else { return };
    let Some(records) = usage.records else { return findings.needs("usage.records") };
    let per_second = records.likely.per_second();
    let size = usage.record_size.map_or_else(|| Size::bytes(0), |size| size.likely);
    let by_count = (per_second / Decimal::from(RECORDS)).ceil();
    let by_size = (per_second.saturating_mul(size.as_bytes().into()) / Decimal::from(BYTES)).ceil();
    let Some(needed) = by_count.max(by_size).to_u32() else { return };
    if needed > shards {
        findings
            .at("shards", format!("{} records a second need {needed} shards", per_second.round().normalize()))
            .label(format!("takes {} records and {shards} MB a second", u64::from(shards) * RECORDS))
            .help(format!("set `shards = {needed}` or more; keys that are not spread evenly need more"))
            .unsafe_fix("shards", Some(Value::Number(needed.into())));
    }
}

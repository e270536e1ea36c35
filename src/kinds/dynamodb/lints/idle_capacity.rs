//! Provisioned capacity that is hardly used.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::base::units::{HOURS_PER_MONTH, Rate};
use crate::kinds::dynamodb::{Billing, Dynamodb};
use crate::model::estimate::Estimate;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// Below this share a request costs less on demand, in hundredths: 0.00065 $ for a write unit and hour against 3,600 × 0.000000625 $;
/// the same for reads (us-east-1, November 2024).
const BREAK_EVEN: u64 = 28;

pub(super) static RULE: Rule = Rule {
    code: "DDB002",
    name: "idle-capacity",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A provisioned table whose expected reads and writes need less than 28 % of its capacity.

## Why it matters

Capacity is paid for by the hour whether it is used or not. Since on-demand requests cost half of what they did (November 2024), provisioned capacity
is cheaper only when more than about 29 % of it is used, over day and night.

## Example

```toml bad
[dynamodb.orders]
attributes = { id = "S" }
hash_key = "id"
billing_mode = "provisioned"
read_capacity = 100
write_capacity = 100
usage = { reads = "2M/month", writes = "1M/month" }
```

```toml good
[dynamodb.orders]
attributes = { id = "S" }
hash_key = "id"
usage = { reads = "2M/month", writes = "1M/month" }
```

## References

- Amazon DynamoDB pricing; AWS news of 14 November 2024, "DynamoDB reduces prices for on-demand throughput".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Dynamodb>(), view.usage::<Dynamodb>()) else { return };
    if spec.billing_mode != Billing::Provisioned {
        return;
    }
    let (Some(reads), Some(writes)) = (usage.reads, usage.writes) else {
        findings.needs("usage.reads and usage.writes");
        return;
    };
    let size = usage.item_size.map_or(1, |size| size.high.as_bytes());
    let busy = |rate: Estimate<Rate>, unit: u64, capacity: Option<u32>| {
        let units = rate.high.monthly().saturating_mul(size.div_ceil(unit).max(1).into());
        let capacity = Decimal::from(capacity.unwrap_or(1)) * Decimal::from(HOURS_PER_MONTH * 3600);
        units.saturating_mul(Decimal::ONE_HUNDRED) / capacity
    };
    let (read, written) = (busy(reads, 4 << 10, spec.read_capacity), busy(writes, 1 << 10, spec.write_capacity));
    if read < BREAK_EVEN.into() && written < BREAK_EVEN.into() {
        findings
            .at("billing_mode", "most of the capacity stays unused")
            .label(format!("{} % of the reads and {} % of the writes at most", read.round(), written.round()))
            .help("set `billing_mode = \"on-demand\"` and remove the capacities")
            .unsafe_fix("billing_mode", Some(Value::Text("on-demand".into())));
    }
}

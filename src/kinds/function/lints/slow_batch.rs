//! Batches that cannot be done in time.

use super::batch::batches;
use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN002",
    name: "slow-batch",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Batches whose records take longer than half the timeout, by `workload.per_record`; longer than the timeout is an error.

## Why it matters

A batch that is not done at the timeout fails as a whole and is tried again, with the same end.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "60s"
workload = { per_record = "100ms" }

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
batch_size = 1000
bisect_on_error = true
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "60s"
workload = { per_record = "100ms" }

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
batch_size = 200
bisect_on_error = true
```

## References

- AWS Lambda developer guide, batching: choose a batch that fits the timeout.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let Some(workload) = spec.workload.as_ref() else { return };
    let Some(per_record) = workload.per_record.filter(|time| time.as_milliseconds() > 0) else { return };
    let parallel = u64::from(workload.parallel_records.unwrap_or(1).max(1));
    let timeout = spec.timeout.as_milliseconds();
    for batch in batches(&spec.trigger) {
        // A batch also ends where the payload is full.
        let records = batch.records(usage.record_size.map(|size| size.likely));
        let takes = records.saturating_mul(per_record.as_milliseconds()) / parallel;
        if takes * 2 > timeout {
            let fits = (timeout / 2).saturating_mul(parallel) / per_record.as_milliseconds();
            let finding = findings.at(
                batch.path("batch_size"),
                format!("a batch of {records} records takes {}, and the timeout is {}", Duration::milliseconds(takes), spec.timeout),
            );
            if takes > timeout {
                finding.level(Level::Error);
            }
            finding.label("fails as a whole and is tried again").help(format!("set `batch_size = {}` or raise `timeout`", fits.max(1)));
            finding.unsafe_fix(batch.path("batch_size"), Some(Value::Number(fits.max(1).into())));
        }
    }
}

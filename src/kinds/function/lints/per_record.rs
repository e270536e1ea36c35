//! A function that is called for each record.

use super::batch::batches;
use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;
use rust_decimal::Decimal;

pub(super) static RULE: Rule = Rule {
    code: "COST103",
    name: "invocation-per-record",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A stream or queue trigger with `batch_size = 1` and more than ten records a second.

## Why it matters

Each record then pays for a request and for the start of the work. A batch shares both.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "30s"

[[function.ingest.trigger.sqs]]
queue = "arn:aws:sqs:us-east-1:123456789012:work"
batch_size = 1

[function.ingest.usage]
records = "200/s"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "30s"

[[function.ingest.trigger.sqs]]
queue = "arn:aws:sqs:us-east-1:123456789012:work"
batch_size = 10
report_batch_item_failures = true

[function.ingest.usage]
records = "200/s"
```

## References

- AWS Lambda developer guide, batching behavior.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let mut single = batches(&spec.trigger).filter(|batch| batch.size == 1).peekable();
    if single.peek().is_none() {
        return;
    }
    let Some(records) = usage.records.or(usage.requests) else { return findings.needs("usage.records") };
    if records.likely.per_second() > Decimal::TEN {
        for batch in single {
            findings
                .at(batch.path("batch_size"), "every record is an invocation of its own")
                .label(format!("{} of them", records.likely))
                .help("set `batch_size = 10` or more, and report which records failed")
                .unsafe_fix(batch.path("batch_size"), Some(Value::Number(Decimal::TEN)));
        }
    }
}

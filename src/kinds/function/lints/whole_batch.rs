//! A bad message that repeats its whole batch.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "SQS005",
    name: "whole-batch-retry",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue trigger whose batches hold more than one message, without `report_batch_item_failures`.

## Why it matters

When one message fails, all of its batch come back and are worked on again, the good ones too.

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
report_batch_item_failures = true
```

## References

- AWS Lambda developer guide, SQS: reporting batch item failures.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    for (at, trigger) in spec.trigger.sqs.iter().enumerate() {
        // Lambda's own figure is 10.
        if trigger.batch_size.unwrap_or(10) > 1 && !trigger.report_batch_item_failures {
            let path = Path::from("trigger.sqs").index(at);
            findings
                .at(path.clone(), "one bad message repeats its whole batch")
                .help("add `report_batch_item_failures = true`, and let the code answer which messages failed")
                .unsafe_fix(path.key("report_batch_item_failures"), Some(Value::Bool(true)));
        }
    }
}

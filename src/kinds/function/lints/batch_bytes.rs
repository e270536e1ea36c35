//! Batches that do not fit into the payload.

use super::batch::batches;
use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN003",
    name: "oversized-batch",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Batches whose records together exceed the 6 MB that Lambda hands to a function.

## Why it matters

Lambda splits the batch, so that the configured number means nothing. Kinesis records are sent as base64, a third larger.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "60s"

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
batch_size = 10000
bisect_on_error = true

[function.ingest.usage]
record_size = "5KB"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "60s"

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
batch_size = 800
bisect_on_error = true

[function.ingest.usage]
record_size = "5KB"
```

## References

- AWS Lambda quotas: 6 MB for synchronous payloads.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let mut all = batches(&spec.trigger).peekable();
    if all.peek().is_none() {
        return;
    }
    let Some(size) = usage.record_size else { return findings.needs("usage.record_size") };
    for batch in all {
        let fits = batch.records(Some(size.likely));
        if fits < batch.size {
            findings
                .at(batch.path("batch_size"), format!("{} records of {} are more than the 6 MB of a payload", batch.size, size.likely))
                .label(format!("about {fits} fit"))
                .help(format!("set `batch_size = {fits}`"))
                .safe_fix(batch.path("batch_size"), Some(Value::Number(fits.into())));
        }
    }
}

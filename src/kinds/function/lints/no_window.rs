//! Large batches without a window.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN103",
    name: "batch-without-window",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue trigger with a `batch_size` above 10 and no `window`.

## Why it matters

SQS hands out ten messages at a time: Lambda refuses a larger batch that it may not wait for.

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
batch_size = 100
report_batch_item_failures = true
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
batch_size = 100
window = "1s"
report_batch_item_failures = true
```

## References

- botocore: MaximumBatchingWindowInSeconds must be at least 1 for batches above 10.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    for (at, trigger) in spec.trigger.sqs.iter().enumerate() {
        let waits = trigger.window.is_some_and(|window| window.as_seconds() > 0);
        if trigger.batch_size.is_some_and(|size| size > 10) && !waits {
            let path = Path::from("trigger.sqs").index(at);
            findings
                .at(path.key("batch_size"), "a batch of more than 10 messages needs a `window`")
                .help("add `window = \"1s\"`")
                .safe_fix(path.key("window"), Some(Value::Text("1s".to_owned())));
        }
    }
}

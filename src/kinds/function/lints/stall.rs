//! A bad record that can hold up a shard.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN004",
    name: "stalled-shard",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A stream trigger with none of: `bisect_on_error`, `max_retries`, `max_record_age`, `on_failure`, `report_batch_item_failures`.

## Why it matters

Lambda tries a failing batch again until its records expire, and all of its shard waits: for a day, or for as long as the stream keeps records.

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
bisect_on_error = true
max_retries = 5
on_failure = "arn:aws:sqs:us-east-1:123456789012:dead"
```

## References

- AWS Lambda developer guide, Kinesis: handling errors.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let kinesis = spec.trigger.kinesis.iter().enumerate().map(|(at, trigger)| {
        let bounded = trigger.bisect_on_error
            || trigger.report_batch_item_failures
            || trigger.max_retries.is_some()
            || trigger.max_record_age.is_some()
            || trigger.on_failure.is_some();
        ("kinesis", at, bounded)
    });
    let dynamodb = spec.trigger.dynamodb.iter().enumerate().map(|(at, trigger)| {
        let bounded = trigger.bisect_on_error
            || trigger.report_batch_item_failures
            || trigger.max_retries.is_some()
            || trigger.max_record_age.is_some()
            || trigger.on_failure.is_some();
        ("dynamodb", at, bounded)
    });
    for (list, at, bounded) in kinesis.chain(dynamodb) {
        if !bounded {
            let path = Path::from("trigger").key(list).index(at);
            findings
                .at(path.clone(), "one bad record can hold up its shard")
                .label("a failing batch is tried again until its records expire")
                .help("add `bisect_on_error = true`, `max_retries = 5` and an `on_failure` queue")
                .unsafe_fix(path.key("bisect_on_error"), Some(Value::Bool(true)));
        }
    }
}

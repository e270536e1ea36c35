//! A failure destination that Lambda does not take.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "KIN111",
    name: "unusable-failure-destination",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An `on_failure` of a stream trigger that is a FIFO queue or a FIFO topic.

## Why it matters

Lambda refuses it.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "30s"

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
on_failure = "arn:aws:sqs:us-east-1:123456789012:dead.fifo"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "30s"

[[function.ingest.trigger.kinesis]]
stream = "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
on_failure = "arn:aws:sqs:us-east-1:123456789012:dead"
```

## References

- AWS Lambda developer guide, Kinesis: on-failure destinations are standard queues, standard topics and buckets.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let kinesis = spec.trigger.kinesis.iter().map(|trigger| &trigger.on_failure).enumerate().map(|(at, target)| ("kinesis", at, target));
    let dynamodb = spec.trigger.dynamodb.iter().map(|trigger| &trigger.on_failure).enumerate().map(|(at, target)| ("dynamodb", at, target));
    for (list, at, target) in kinesis.chain(dynamodb) {
        if target.as_ref().is_some_and(|target| view.project.is_fifo(target) == Some(true)) {
            findings
                .at(Path::from("trigger").key(list).index(at).key("on_failure"), "a FIFO destination is not taken here")
                .help("name a standard queue or topic, or a bucket");
        }
    }
}

//! Asynchronous events that vanish when they fail.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::kinds::function::spec::is_async_trigger;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM118",
    name: "lost-async-events",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function that S3, SNS, a schedule or a rule starts, with neither `async.on_failure` nor `dead_letter`.

## Why it matters

After two retries, or after six hours, Lambda throws the event away, and nobody learns of it.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"

[[function.ingest.trigger.schedule]]
schedule = "rate(1 hour)"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
async = { on_failure = "arn:aws:sqs:us-east-1:123456789012:dead" }

[[function.ingest.trigger.schedule]]
schedule = "rate(1 hour)"
```

## References

- AWS Lambda developer guide, asynchronous invocation: retries and destinations.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let keeps = spec.dead_letter.is_some() || spec.asynchronous.as_ref().is_some_and(|asynchronous| asynchronous.on_failure.is_some());
    if is_async_trigger(spec) && !keeps {
        findings.at("async.on_failure", "events that fail are thrown away").help("name a queue in `async.on_failure`, and an alarm on it");
    }
}

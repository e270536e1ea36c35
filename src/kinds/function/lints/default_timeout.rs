//! The timeout of three seconds left as it is.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// What Lambda takes when nothing is said (catalog: lambda.function.timeout).
const OWN: Duration = Duration::seconds(3);

/// Enough for one retry of a call to another service.
const LEAST: Duration = Duration::seconds(30);

pub(super) static RULE: Rule = Rule {
    code: "LAM013",
    name: "default-timeout",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function without `timeout` that a stream, a queue or a bucket starts, or that reads or writes data.

## Why it matters

Lambda's own timeout is three seconds. One slow answer of another service ends the invocation, the batch is tried again, and so on.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"

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
```

## References

- AWS Lambda developer guide, configuring the timeout: 3 seconds when nothing is said.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let triggers = &spec.trigger;
    let moves_data = !(triggers.kinesis.is_empty()
        && triggers.dynamodb.is_empty()
        && triggers.sqs.is_empty()
        && triggers.s3.is_empty()
        && spec.reads.is_empty()
        && spec.writes.is_empty());
    let (_, written) = view.resource.place(&"timeout".into());
    if moves_data && !written && spec.timeout == OWN {
        let mut suggestion = LEAST;
        if let Some(duration) = view.usage::<Function>().and_then(|usage| usage.duration) {
            let twice = Duration::seconds(Duration::milliseconds(duration.high.as_milliseconds().saturating_mul(2)).as_seconds());
            suggestion = twice.max(LEAST).min(Duration::seconds(900));
        }
        findings
            .at("timeout", "the timeout is left at Lambda's own 3 seconds")
            .help(format!("set `timeout = \"{suggestion}\"`"))
            .unsafe_fix("timeout", Some(Value::Text(suggestion.to_string())));
    }
}

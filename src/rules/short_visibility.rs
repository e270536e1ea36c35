//! A queue leaves no room for takes that Lambda throttles.

use super::queues::{Consumer, consumers, enough, short};
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "SQS002",
    name: "short-visibility",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue whose visibility timeout is below six times the timeout of a function that takes from it, plus the trigger's window.

## Why it matters

Lambda takes messages before it knows that it may run the function. When it is throttled it tries again; without room for that, messages come back and are worked on twice. Of 48 pairs in AWS's own samples, 27 are below.

## Example

```toml bad
# file: src/app.py
[queue.work]
visibility_timeout = "1m"

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "30s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
window = "5s"
```

```toml good
# file: src/app.py
[queue.work]
visibility_timeout = "185s"

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "30s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
window = "5s"
```

## References

- AWS Lambda developer guide, "Configuring a queue to use with Lambda": at least six times the function's timeout.
- cdk-nag LambdaEventSourceSQSVisibilityTimeout.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let short_ones = consumers(view).filter(|consumer| consumer.visibility >= consumer.timeout && consumer.visibility < enough(consumer));
    for consumer in short_ones {
        let Consumer { queue, function, visibility, timeout, .. } = &consumer;
        findings
            .on(
                &queue.address,
                "visibility_timeout",
                format!("{} has little room for tries of {} that are throttled", queue.address, function.address),
            )
            .label(format!("hidden for {visibility}"))
            .seen(&function.address, "timeout", format!("may take {timeout}"))
            .help(format!("set `visibility_timeout = \"{}\"`: {}", enough(&consumer), short(&consumer)))
            .safe_fix("visibility_timeout", Some(Value::Text(enough(&consumer).to_string())));
    }
}

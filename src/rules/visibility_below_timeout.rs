//! A queue hands a message out again while the function is still at work on it: AWS refuses the trigger.

use super::queues::{Consumer, consumers, enough, short};
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "SQS001",
    name: "visibility-below-timeout",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue whose visibility timeout is shorter than the timeout of a function that takes from it.

## Why it matters

The message would come back while the first invocation still works on it. Lambda refuses to make such a trigger.

## Example

```toml bad
# file: src/app.py
[queue.work]
visibility_timeout = "30s"

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "60s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
```

```toml good
# file: src/app.py
[queue.work]
visibility_timeout = "6m"

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "60s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
```

## References

- AWS Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping".
- cfn-lint E3505.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for consumer in consumers(view).filter(|consumer| consumer.visibility < consumer.timeout) {
        let Consumer { queue, function, trigger, visibility, timeout, .. } = &consumer;
        findings
            .on(
                &queue.address,
                "visibility_timeout",
                format!("{} takes longer than {} keeps a message hidden", function.address, queue.address),
            )
            .label(format!("hidden for {visibility}"))
            .seen(&function.address, "timeout", format!("may take {timeout}"))
            .seen(&function.address, trigger.clone(), "takes from it here")
            .help(format!("set `visibility_timeout = \"{}\"`: {}", enough(&consumer), short(&consumer)))
            .safe_fix("visibility_timeout", Some(Value::Text(enough(&consumer).to_string())));
    }
}

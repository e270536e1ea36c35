//! A queue that starts a function has no place for messages that cannot be handled.

use std::collections::BTreeSet;

use super::queues::consumers;
use crate::base::diagnostic::Level;
use crate::kinds::queue::Queue;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SQS003",
    name: "queue-without-dead-letter",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue that triggers a function and has no redrive policy.

## Why it matters

A message on which the function fails comes back again and again, and is paid for each time, until the queue's retention ends; then it is gone without a trace. Of 48 such queues in AWS's own samples, 30 have none.

## Example

```toml bad
# file: src/app.py
[queue.work]
visibility_timeout = "3m"

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "30s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
```

```toml good
# file: src/app.py
[queue.dead]
retention = "14d"

[queue.work]
visibility_timeout = "3m"
redrive = { dead_letter = "queue.dead", max_receive_count = 5 }

[function.worker]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
timeout = "30s"
[[function.worker.trigger.sqs]]
queue = "queue.work"
```

## References

- AWS Lambda developer guide, "Using Lambda with Amazon SQS": configure a dead-letter queue.
- serverless-rules ES6000; cdk-nag SQS3.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for consumer in consumers(view) {
        let without = consumer.queue.spec::<Queue>().is_some_and(|spec| spec.redrive.is_none());
        if without && seen.insert(&consumer.queue.address) {
            findings
                .on(
                    &consumer.queue.address,
                    "redrive",
                    format!("messages that {} cannot handle go round for ever", consumer.function.address),
                )
                .seen(&consumer.function.address, consumer.trigger.clone(), "takes from it here")
                .help("add a queue for them: `redrive = { dead_letter = \"queue.dead\", max_receive_count = 5 }`");
        }
    }
}

//! A dead-letter queue of the other type.

use crate::base::diagnostic::Level;
use crate::kinds::queue::Queue;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SQS009",
    name: "unusable-dead-letter-queue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A FIFO queue whose dead-letter queue is a standard one, and a standard queue whose dead-letter queue is FIFO.

## Why it matters

SQS refuses both: a dead-letter queue must be of the type of its source.

## Example

```toml bad
[queue.dead]

[queue.orders]
name = "orders.fifo"
fifo = true
redrive = { dead_letter = "queue.dead", max_receive_count = 5 }
```

```toml good
[queue.dead]
name = "orders-dead.fifo"
fifo = true

[queue.orders]
name = "orders.fifo"
fifo = true
redrive = { dead_letter = "queue.dead", max_receive_count = 5 }
```

## References

- Amazon SQS developer guide, "Using dead-letter queues in Amazon SQS".
- cfn-lint E3502.
"#,
    check: Check::Resource(check),
};

const AT: &str = "redrive.dead_letter";

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Queue>() else { return };
    let Some(redrive) = &spec.redrive else { return };
    match (spec.fifo, view.project.is_fifo(&redrive.dead_letter)) {
        (true, Some(false)) => {
            findings
                .at(AT, "the dead-letter queue of a FIFO queue must be FIFO, and this one is a standard queue")
                .help("add `fifo = true` to it, or name a FIFO queue");
        }
        (false, Some(true)) => {
            findings
                .at(AT, "the dead-letter queue of a standard queue must be a standard queue, and this one is FIFO")
                .help("name a standard queue, or add `fifo = true` here");
        }
        _ => {}
    }
}

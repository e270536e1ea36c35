//! A dead-letter queue of the other type, or the queue itself.

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

A FIFO queue whose dead-letter queue is a standard one, a standard queue whose dead-letter queue is FIFO, and a queue that is its own.

## Why it matters

SQS refuses the first two: a dead-letter queue must be of the type of its source. A queue that is its own keeps what nobody can handle.

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
    if redrive.dead_letter.address().as_ref() == Some(&view.resource.address) {
        findings.at(AT, "the queue is its own dead-letter queue").help("name another queue");
        return;
    }
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

//! A queue gives up on messages after very few takes.

use crate::base::diagnostic::Level;
use crate::kinds::queue::Queue;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// AWS's advice for queues that a function takes from: at least five, because throttled takes count too.
const FEWEST: u32 = 5;

pub(super) static RULE: Rule = Rule {
    code: "SQS004",
    name: "short-redrive",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A redrive policy whose `max_receive_count` is below 5.

## Why it matters

A take that Lambda throttles counts as a take. With a low count, messages reach the dead-letter queue although nothing is wrong with them.

## Example

```toml bad
[queue.dead]

[queue.work]
redrive = { dead_letter = "queue.dead", max_receive_count = 1 }
```

```toml good
[queue.dead]

[queue.work]
redrive = { dead_letter = "queue.dead", max_receive_count = 5 }
```

## References

- AWS Lambda developer guide, "Using Lambda with Amazon SQS": set `maxReceiveCount` to at least 5.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(redrive) = view.spec::<Queue>().and_then(|spec| spec.redrive.as_ref()) else { return };
    if redrive.max_receive_count < FEWEST {
        findings
            .at(
                "redrive.max_receive_count",
                format!("messages are given up after {}", crate::base::prose::count(redrive.max_receive_count as usize, "take", "takes")),
            )
            .label("throttled takes count too")
            .help("set `max_receive_count = 5`")
            .unsafe_fix("redrive.max_receive_count", Some(Value::Number(FEWEST.into())));
    }
}

//! Something FIFO where AWS delivers to or from standard queues and topics only.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::kinds::rule::Rule as EventRule;
use crate::kinds::topic::{Protocol, Topic};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT104",
    name: "undeliverable-fifo",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

- A standard topic that a FIFO queue is subscribed to. The reverse is fine: a FIFO topic delivers to standard queues too.
- A FIFO topic that triggers a function.
- A rule that sends to a FIFO queue without a `message_group`, or whose `dead_letter` is a FIFO queue.

## Why it matters

AWS refuses it when it is made. Of the dead-letter queue that is recalled from its documentation and not confirmed, so that it is a warning.

## Example

```toml bad
[queue.orders]
name = "orders.fifo"
fifo = true

[topic.news]
subscription = [{ protocol = "sqs", endpoint = "queue.orders" }]
```

```toml good
[queue.orders]
name = "orders.fifo"
fifo = true

[topic.news]
name = "news.fifo"
fifo = true
subscription = [{ protocol = "sqs", endpoint = "queue.orders" }]
```

## References

- Amazon SNS developer guide, "Message delivery for FIFO topics".
- Amazon EventBridge user guide, "Event bus targets" and "Using dead-letter queues".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (topic, spec) in view.all::<Topic>().filter(|(topic, spec)| topic.is_managed() && !spec.fifo) {
        for (at, subscription) in spec.subscription.iter().enumerate() {
            if subscription.protocol == Protocol::Sqs && view.is_fifo(&subscription.endpoint) == Some(true) {
                findings
                    .on(
                        &topic.address,
                        Path::from("subscription").index(at).key("endpoint"),
                        "a standard topic cannot deliver to a FIFO queue",
                    )
                    .help("add `fifo = true` to the topic, or subscribe a standard queue");
            }
        }
    }
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        for (at, trigger) in spec.trigger.sns.iter().enumerate() {
            if view.is_fifo(&trigger.topic) == Some(true) {
                let path = Path::from("trigger").key("sns").index(at).key("topic");
                findings
                    .on(&function.address, path, "a FIFO topic delivers to queues only")
                    .help("subscribe a queue to the topic, and let it trigger the function with `[[function.x.trigger.sqs]]`");
            }
        }
    }
    for (rule, spec) in view.all::<EventRule>().filter(|(rule, _)| rule.is_managed()) {
        for (at, target) in spec.targets.iter().enumerate() {
            let path = |field: &str| Path::from("targets").index(at).key(field);
            if target.message_group.is_none() && target.queue.as_ref().is_some_and(|queue| view.is_fifo(queue) == Some(true)) {
                findings
                    .on(&rule.address, path("queue"), "EventBridge sends to a FIFO queue by a message group, and none is said")
                    .help("add `message_group = \"…\"`");
            }
            if target.dead_letter.as_ref().is_some_and(|queue| view.is_fifo(queue) == Some(true)) {
                findings
                    .on(&rule.address, path("dead_letter"), "EventBridge takes standard queues as dead-letter queues, and this one is FIFO")
                    .level(Level::Warning)
                    .confidence(Confidence::Heuristic)
                    .help("name a standard queue");
            }
        }
    }
}

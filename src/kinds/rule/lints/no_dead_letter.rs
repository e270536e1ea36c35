//! A target without a place for events that could not be delivered.

use crate::base::diagnostic::Level;
use crate::kinds::rule::Rule as EventRule;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT103",
    name: "target-without-dead-letter",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A target of a rule that picks events by a pattern, without `dead_letter`.

## Why it matters

EventBridge tries to deliver for 24 hours, and then the event is lost without a trace. It does not even try when the target's policy does not let it
in. A queue shows both.

## Example

```toml bad
[rule.failed]
event_pattern = '{"source":["aws.glue"]}'
targets = [{ topic = "topic.alerts" }]

[topic.alerts]
```

```toml good
[rule.failed]
event_pattern = '{"source":["aws.glue"]}'
targets = [{ topic = "topic.alerts", dead_letter = "queue.dead" }]

[topic.alerts]
[queue.dead]
```

## References

- Amazon EventBridge user guide, "Using dead-letter queues to process undelivered events".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<EventRule>().filter(|spec| spec.event_pattern.is_some()) else { return };
    for (at, target) in spec.targets.iter().enumerate() {
        if target.dead_letter.is_none() {
            findings
                .at(format!("targets[{at}]").as_str(), "events that cannot be delivered are lost")
                .help("add `dead_letter = \"queue.…\"`, and let events.amazonaws.com send in that queue's `policy`");
        }
    }
}

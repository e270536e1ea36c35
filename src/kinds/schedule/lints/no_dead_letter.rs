//! A schedule without a place for calls that failed.

use crate::base::diagnostic::Level;
use crate::kinds::schedule::Schedule;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT113",
    name: "schedule-without-dead-letter",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A schedule whose target has no `dead_letter`.

## Why it matters

When the target refuses the call (a missing permission, a deleted function, a throttled API), Scheduler tries for a while and then drops it. Nothing
shows that the run never happened.

## Example

```toml bad
[schedule.nightly]
schedule = "cron(0 3 * * ? *)"
role = "auto"
target = { topic = "topic.start" }

[topic.start]
```

```toml good
[schedule.nightly]
schedule = "cron(0 3 * * ? *)"
role = "auto"
target = { topic = "topic.start", dead_letter = "queue.dead" }

[topic.start]
[queue.dead]
```

## References

- EventBridge Scheduler user guide, "Configuring a dead-letter queue for EventBridge Scheduler".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    if view.spec::<Schedule>().is_some_and(|spec| spec.enabled && spec.target.dead_letter.is_none()) {
        findings.at("target", "calls that fail leave no trace").help("add `dead_letter = \"queue.…\"` to the target");
    }
}

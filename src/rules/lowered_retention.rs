//! A plan shortens how long data is kept, or takes away more than half of a stream's shards.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::base::path::Segment;
use crate::base::units::Duration;
use crate::model::finding::Findings;
use crate::model::plan::{Action, Change};
use crate::model::rule::{Check, Confidence, Group, PlanView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "PLN002",
    name: "lowered-retention",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A plan that lowers the retention of a stream, a queue or a log group, or the shards of a stream to less than half.

## Why it matters

What is older than the new retention expires at once, and no later plan brings it back. Kinesis refuses to go below half of the shards in one step.

## Example

```toml bad
[queue.work]
retention = "14d"
# then
[queue.work]
retention = "1d"
```

```toml good
[queue.work]
retention = "1d"
# then
[queue.work]
retention = "14d"
```

## References

- Amazon Kinesis, "Changing the data retention period": records older than the new period become inaccessible almost immediately.
- Amazon Kinesis, `UpdateShardCount`: not below half of the current count.
"#,
    check: Check::Plan(check),
};

/// The attributes that say how long data is kept.
const RETENTIONS: [&str; 2] = ["retention", "retention_days"];

fn check(view: &PlanView<'_>, findings: &mut Findings<'_>) {
    for step in view.plan.changes().filter(|step| step.action == Action::Update) {
        for change in &step.changes {
            let [Segment::Key(key)] = change.path.segments() else { continue };
            let Some((before, after)) = amounts(change) else { continue };
            if RETENTIONS.contains(&key.as_str()) && after < before {
                findings
                    .on(&step.address, change.path.clone(), format!("what is older than the new retention of {} is lost", step.address))
                    .label(format!("{} until now", shown(change)))
                    .help("copy what is still needed first, or keep the retention");
            } else if key == "shards" && after < before / Decimal::TWO {
                findings
                    .on(&step.address, change.path.clone(), format!("{} loses more than half of its shards in one step", step.address))
                    .label(format!("{} until now", shown(change)))
                    .help("Kinesis goes down to half at most; apply in steps");
            }
        }
    }
}

/// Both values as numbers, when both are known and comparable.
fn amounts(change: &Change) -> Option<(Decimal, Decimal)> {
    let amount = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.parse::<Duration>().ok().map(Duration::exact_seconds),
        _ => None,
    };
    Some((amount(change.before.as_ref()?)?, amount(change.after.as_ref()?)?))
}

fn shown(change: &Change) -> String {
    match &change.before {
        Some(Value::Text(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

//! A function needs more executions at once than are reserved for it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::streams::concurrency_of_streams;
use crate::base::diagnostic::Level;
use crate::kinds::function::{Function, Spec, Usage};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LAM006",
    name: "insufficient-concurrency",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A function whose invocations per second times their duration (both from its usage) exceed `reserved_concurrency`, or come within a fifth of it. What streams can ask for at most, shards times parallelization, is taken into account.

## Why it matters

What exceeds the reserve is throttled: streams lag behind, queue messages go round and may reach the dead-letter queue, asynchronous events grow old and are dropped.

## Example

```toml bad
# file: src/app.py
[function.busy]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
reserved_concurrency = 10
[function.busy.usage]
requests = "100/s"
duration = "200ms"
```

```toml good
# file: src/app.py
[function.busy]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
reserved_concurrency = 30
[function.busy.usage]
requests = "100/s"
duration = "200ms"
```

## References

- AWS Lambda developer guide, "Understanding Lambda function scaling": concurrency = requests per second × average duration.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let Some(reserved) = spec.reserved_concurrency.filter(|reserved| *reserved > 0) else { continue };
        let Some(usage) = function.usage::<Function>() else { continue };
        let needed = match needed(usage) {
            Ok(needed) => {
                concurrency_of_streams(view, spec).filter(|_| only_streams(spec)).map_or(needed, |most| needed.min(Decimal::from(most)))
            }
            Err(missing) => {
                findings.needs_on(&function.address, missing);
                continue;
            }
        };
        let reserve = Decimal::from(reserved);
        if needed <= reserve * Decimal::new(8, 1) {
            continue;
        }
        let enough = needed.saturating_mul(Decimal::new(12, 1)).ceil();
        let finding = findings.on(
            &function.address,
            "reserved_concurrency",
            format!("{} needs about {} executions at once", function.address, needed.ceil()),
        );
        finding.label(format!("{reserved} reserved")).help(format!("reserve {enough}, or make it faster, or give it larger batches"));
        finding.unsafe_fix("reserved_concurrency", enough.to_u32().map(|enough| Value::Number(enough.into())));
        if needed > reserve {
            finding.level(Level::Error);
        }
    }
}

/// Invocations per second times seconds each, or the usage that is missing.
fn needed(usage: &Usage) -> Result<Decimal, &'static str> {
    let requests = usage.requests.ok_or("usage.requests")?;
    let duration = usage.duration.ok_or("usage.duration")?;
    Ok(requests.likely.per_second().saturating_mul(duration.likely.exact_seconds()))
}

fn only_streams(spec: &Spec) -> bool {
    let trigger = &spec.trigger;
    trigger.sqs.is_empty()
        && trigger.s3.is_empty()
        && trigger.sns.is_empty()
        && trigger.schedule.is_empty()
        && trigger.rule.is_empty()
        && trigger.invoke.is_empty()
        && spec.url.is_none()
}

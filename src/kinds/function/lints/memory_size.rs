//! Memory that does not fit what is used.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LAM101",
    name: "misfit-memory",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Memory of which the function uses more than nine tenths (a warning), or less than two fifths (where it has more than 256 MB).

## Why it matters

Memory is paid for whether it is used or not, and an invocation that runs out of it fails. It also buys processor power: measure before and after.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
memory = "2GB"

[function.ingest.usage]
memory_used = "300MB"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
memory = "448MB"

[function.ingest.usage]
memory_used = "300MB"
```

## References

- AWS Lambda developer guide, configuring memory; AWS Compute Optimizer.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let Some(used) = usage.memory_used else { return findings.needs("usage.memory_used") };
    let (peak, memory) = (used.high.as_megabytes(), spec.memory.as_megabytes());
    // A third more than the peak, in steps of 64 MB.
    let suggestion = (peak.saturating_mul(13).div_ceil(10)).div_ceil(64).saturating_mul(64).clamp(128, 10_240);
    let wanted = Size::megabytes(suggestion);
    if peak * 10 > memory * 9 && suggestion > memory {
        findings
            .at("memory", format!("the function uses up to {} of its {}", used.high, spec.memory))
            .level(Level::Warning)
            .label("an invocation that needs more fails")
            .help(format!("set `memory = \"{wanted}\"`"))
            .unsafe_fix("memory", Some(Value::Text(wanted.to_string())));
    } else if memory > 256 && peak * 10 < memory * 4 {
        findings
            .at("memory", "memory is far above what the function uses")
            .label(format!("its usage says it peaks at {}", used.high))
            .note("memory buys processor power too: the work may take longer")
            .help(format!("set `memory = \"{wanted}\"`"))
            .unsafe_fix("memory", Some(Value::Text(wanted.to_string())));
    }
}

//! A timeout far above the work.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LAM014",
    name: "loose-timeout",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A timeout above one minute and above ten times what the slowest invocations take.

## Why it matters

An invocation that hangs is paid for until the timeout, and it holds one of the executions that the others need.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "15m"

[function.ingest.usage]
duration = { likely = "2s", high = "10s" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
timeout = "30s"

[function.ingest.usage]
duration = { likely = "2s", high = "10s" }
```

## References

- AWS Trusted Advisor: Lambda functions with excessive timeouts.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let Some(duration) = usage.duration else { return findings.needs("usage.duration") };
    let (high, timeout) = (duration.high.as_milliseconds(), spec.timeout.as_milliseconds());
    if timeout > 60_000 && timeout > high.saturating_mul(10) {
        let suggestion = Duration::seconds(Duration::milliseconds(high.saturating_mul(3)).as_seconds().max(30));
        findings
            .at("timeout", format!("the timeout is {}, and the slowest invocations take {}", spec.timeout, duration.high))
            .label("a call that hangs is paid for until then")
            .help(format!("set `timeout = \"{suggestion}\"`"))
            .safe_fix("timeout", Some(Value::Text(suggestion.to_string())));
    }
}

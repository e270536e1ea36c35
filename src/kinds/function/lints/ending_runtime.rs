//! A runtime that is soon out of support.

use crate::base::diagnostic::Level;
use crate::catalog::{Runtime, RuntimePhase};
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// How many days ahead it is said.
const AHEAD: i64 = 180;

pub(super) static RULE: Rule = Rule {
    code: "LIF002",
    name: "ending-runtime",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A runtime whose deprecation begins within 180 days.

## Why it matters

There is time to test the next one now; after that day no more security fixes come.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "nodejs22.x"
handler = "app.handler"
role = "auto"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
```

## References

- AWS Lambda developer guide, runtimes: deprecation schedule; cfn-lint's table of it.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.is_image() {
        return;
    }
    let Some(runtime) = spec.runtime.as_deref().and_then(Runtime::parse) else { return };
    let RuntimePhase::Announced(date) = runtime.phase(view.project.today) else { return };
    let soon = view.project.today.checked_add(jiff::Span::new().days(AHEAD)).is_ok_and(|end| date <= end);
    if soon {
        let finding = findings.at("runtime", format!("{} gets no more fixes from {date} on", runtime.name));
        if let Some(successor) = runtime.successor {
            finding.help(format!("test with {successor}")).unsafe_fix("runtime", Some(Value::Text(successor.to_owned())));
        }
    }
}

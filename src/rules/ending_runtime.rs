//! A function's runtime goes out of support soon.

use jiff::ToSpan as _;

use crate::base::diagnostic::Level;
use crate::catalog::{Runtime, RuntimePhase};
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LIF002",
    name: "ending-runtime",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function whose runtime is deprecated within the next 180 days.

## Why it matters

The move to another runtime needs tests, and often new versions of libraries. Half a year is enough for it; the last week is not.

## Example

```toml bad
# file: src/app.py
[function.old]
runtime = "ruby3.3"
handler = "app.handler"
code = "src"
role = "auto"
```

```toml good
# file: src/app.py
[function.new]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
```

## References

- AWS Lambda developer guide, "Lambda runtimes": AWS writes to owners 180 days ahead.
"#,
    check: Check::Project(check),
};

/// How far ahead it looks: as far as AWS does when it writes to the owners.
const DAYS_AHEAD: i32 = 180;

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let Ok(horizon) = view.today.checked_add(DAYS_AHEAD.days()) else { return };
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let Some(runtime) = spec.runtime.as_deref().and_then(Runtime::parse) else { continue };
        let RuntimePhase::Announced(day) = runtime.phase(view.today) else { continue };
        if day <= horizon {
            let finding =
                findings.on(&function.address, "runtime", format!("the runtime of {} goes out of support soon", function.address));
            finding.label(format!("deprecated from {day}"));
            if let Some(successor) = runtime.successor {
                finding.help(format!("plan the move to `{successor}`")).unsafe_fix("runtime", Some(Value::Text(successor.to_owned())));
            }
        }
    }
}

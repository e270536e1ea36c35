//! A function's runtime is out of support.

use crate::base::diagnostic::Level;
use crate::catalog::{Runtime, RuntimePhase};
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LIF001",
    name: "deprecated-runtime",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function whose runtime is deprecated today (or on the day of `--today`): a warning, and an error once Lambda refuses to update functions that use it.

## Why it matters

A deprecated runtime gets no security patches. From a later day no function can be made with it, and from a day after that none can be changed: neither its code nor its memory, in the middle of an incident.

## Example

```toml bad
# file: src/app.py
[function.old]
runtime = "python3.8"
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

- AWS Lambda developer guide, "Lambda runtimes": runtime deprecation policy.
- cfn-lint W2531 and E2531; the dates here are data with the day they were read.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let Some(runtime) = spec.runtime.as_deref().and_then(Runtime::parse) else { continue };
        let of = &function.address;
        let (message, label, level) = match runtime.phase(view.today) {
            RuntimePhase::Supported | RuntimePhase::Announced(_) => continue,
            RuntimePhase::Deprecated(since) => {
                let until = runtime.create_block.map_or(String::new(), |day| format!("; no new functions from {day}"));
                (format!("the runtime of {of} gets no more security patches"), format!("deprecated since {since}{until}"), Level::Warning)
            }
            RuntimePhase::CreateBlocked(since) => {
                let until = runtime.update_block.map_or(String::new(), |day| format!("; no updates from {day}"));
                (format!("Lambda makes no new functions with the runtime of {of}"), format!("refused since {since}{until}"), Level::Warning)
            }
            RuntimePhase::UpdateBlocked(since) => (
                format!("Lambda neither makes nor changes functions with the runtime of {of}"),
                format!("refused since {since}"),
                Level::Error,
            ),
        };
        let level = if runtime.provenance.certainty.may_refuse() { level } else { Level::Warning };
        let finding = findings.on(of, "runtime", message).label(label).level(level);
        if let Some(successor) = runtime.successor {
            finding
                .help(format!("move to `{successor}`, and test the code with it"))
                .unsafe_fix("runtime", Some(Value::Text(successor.to_owned())));
        }
    }
}

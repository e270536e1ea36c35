//! A runtime that is out of support.

use crate::base::diagnostic::Level;
use crate::catalog::{Runtime, RuntimePhase};
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
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

A runtime whose deprecation has begun. Once Lambda creates no more functions with it, a function that is to be made is an error.

## Why it matters

No more security fixes come; later, first creating and then updating the function is refused.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.9"
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
    let (level, since, what) = match runtime.phase(view.project.today) {
        RuntimePhase::Supported | RuntimePhase::Announced(_) => return,
        RuntimePhase::Deprecated(date) => (Level::Warning, date, "gets no more fixes"),
        RuntimePhase::CreateBlocked(date) => (Level::Warning, date, "takes no new functions"),
        RuntimePhase::UpdateBlocked(date) => (Level::Error, date, "takes neither new functions nor changes"),
    };
    let may_refuse = runtime.provenance.certainty.may_refuse();
    let finding = findings.at("runtime", format!("{} {what} since {since}", runtime.name));
    finding.level(if may_refuse { level } else { Level::Warning });
    if let Some(successor) = runtime.successor {
        finding.help(format!("move to {successor}")).unsafe_fix("runtime", Some(Value::Text(successor.to_owned())));
    }
}

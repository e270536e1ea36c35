//! An x86 function that could run on Graviton.

use crate::base::diagnostic::Level;
use crate::catalog::Runtime;
use crate::kinds::function::Architecture;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "COST101",
    name: "x86-function",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A zip function of a managed runtime on x86_64 without layers, where Lambda has the runtime on arm64 too.

## Why it matters

A GB-second on arm64 costs a fifth less, and most code of these runtimes does not care. Packages with native code must be built for arm64.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
architecture = "arm64"
```

## References

- AWS Lambda pricing; AWS Lambda developer guide, instruction set architectures.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.architecture != Architecture::X86 || spec.is_image() || !spec.layers.is_empty() {
        return;
    }
    let Some(runtime) = spec.runtime.as_deref().and_then(Runtime::parse) else { return };
    if runtime.language != "custom" && runtime.runs_on(crate::catalog::Architecture::Arm64) {
        findings
            .at("architecture", "the same work costs a fifth less on arm64")
            .note("native code in the package must be built for arm64")
            .help("set `architecture = \"arm64\"`")
            .unsafe_fix("architecture", Some(Value::Text("arm64".to_owned())));
    }
}

//! A handler that its runtime cannot find.

use crate::base::diagnostic::Level;
use crate::catalog::Runtime;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM105",
    name: "misshapen-handler",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A zip function without `handler`, or with one that is not of the form its runtime takes.

## Why it matters

Lambda takes any text; the first invocation fails.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "handler"
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

- AWS Lambda developer guide, the handler pages of each language.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.is_image() {
        return;
    }
    let Some(runtime) = spec.runtime.as_deref().filter(|runtime| !runtime.contains("${")) else { return };
    let Some(language) = Runtime::parse(runtime).map(|runtime| runtime.language) else { return };
    let shape = match language {
        "java" => "package.Class::method",
        "dotnet" => "Assembly::Namespace.Class::Method",
        "python" | "node" | "ruby" => "module.function",
        // What brings its own runtime reads the handler as it likes.
        _ => return,
    };
    let Some(handler) = spec.handler.as_deref() else {
        findings.at("handler", format!("a function of {runtime} needs a handler")).help(format!("write `handler = \"{shape}\"`"));
        return;
    };
    let parts = handler.matches("::").count();
    let fits = match language {
        "java" => parts <= 1 && !handler.contains('/'),
        // With top-level statements the assembly's name alone is right.
        "dotnet" => parts == 2 || parts == 0,
        _ => parts == 0 && handler.rsplit_once('.').is_some_and(|(module, function)| !module.is_empty() && !function.is_empty()),
    };
    if !fits && !handler.contains("${") {
        findings
            .at("handler", format!("`{handler}` is not a handler of {runtime}"))
            .label(format!("is written `{shape}`"))
            .help(format!("write `handler = \"{shape}\"`, with the names of your code"));
    }
}

//! A function URL that is open to the world.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "LAM125",
    name: "open-function-url",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A URL with `auth = "none"` that does not say `public = true`.

## Why it matters

Anybody who learns the address can run the function, and the account pays.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "none" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "aws-iam" }
```

## References

- AWS Lambda developer guide, function URLs: control access.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.url.as_ref().is_some_and(|url| url.is_open() && url.public != Some(true)) {
        findings
            .at("url.auth", "the whole world may run this function")
            .label("nobody is asked who they are")
            .help("write `auth = \"aws-iam\"`; if it is meant, add `public = true`")
            .unsafe_fix("url.auth", Some(Value::Text("aws-iam".to_owned())));
    }
}

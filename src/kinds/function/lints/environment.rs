//! Environment variables that Lambda refuses.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Names and values together, in bytes (catalog: lambda.function.environment_size).
const LARGEST: usize = 4096;

pub(super) static RULE: Rule = Rule {
    code: "LAM110",
    name: "refused-environment",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Variables of more than 4 KB in all, names that Lambda keeps for itself, and names that are not letters, digits and `_`.

## Why it matters

Lambda refuses the function.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
environment = { AWS_REGION = "eu-west-1" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
environment = { DATA_REGION = "eu-west-1" }
```

## References

- cfn-lint E3663 and E3697; AWS Lambda developer guide, environment variables.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let size: usize = spec.environment.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > LARGEST {
        findings
            .at("environment", format!("the environment variables are {size} bytes, and Lambda takes {LARGEST}"))
            .help("keep large values in Parameter Store, AppConfig or a file of the package");
    }
    let reserved = crate::catalog::word_list("lambda.environment.reserved");
    for key in spec.environment.keys() {
        let path = Path::from("environment").key(key);
        let mut letters = key.chars();
        let sound = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && key.len() > 1
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if reserved.is_some_and(|words| words.contains(key)) {
            findings.at(path, format!("Lambda sets `{key}` itself")).label("cannot be set").help("use another name");
        } else if !sound {
            findings
                .at(path, format!("`{key}` cannot name a variable"))
                .help("begin with a letter and use letters, digits and `_`; two at least");
        }
    }
}

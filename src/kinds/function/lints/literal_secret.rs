//! A secret in an environment variable.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Words that names of secrets hold, without `_`.
const NAMES: &[&str] = &["PASSWORD", "PASSWD", "SECRET", "APIKEY", "ACCESSKEY", "PRIVATEKEY", "AUTHTOKEN"];

/// Ends of names that only say where a secret is.
const POINTERS: &[&str] = &["_ID", "_ARN", "_NAME", "_PATH", "_URL", "_PARAMETER", "_LENGTH", "_TTL"];

pub(super) static RULE: Rule = Rule {
    code: "SEC102",
    name: "secret-in-environment",
    group: Group::Security,
    level: Level::Error,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

Environment variables with the form of an AWS access key, a private key or a token, or with the name of a secret and a literal value.

## Why it matters

Whoever may read the function's configuration reads the secret, and it stands in the repository and its history.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
environment = { DB_PASSWORD = "hunter2hunter2" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
environment = { DB_PASSWORD_SECRET_ID = "prod/db" }
```

## References

- AWS Lambda developer guide, environment variables: use Secrets Manager for credentials.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    for (key, value) in &spec.environment {
        if value.is_empty() || value.contains("${") {
            continue;
        }
        let what = if has_form_of_secret(value) {
            "has the form of a credential"
        } else if is_named_as_secret(key) && !is_pointer(key, value) {
            "has the name of a secret and stands here in full"
        } else {
            continue;
        };
        findings
            .at(Path::from("environment").key(key), format!("`{key}` {what}"))
            .label("everybody who sees the configuration sees it")
            .help(format!("write `{key} = \"${{secret('secretsmanager:…')}}\"`, or hand over the secret's id and read it in the code"));
    }
}

/// Forms that nothing but a credential has: AWS keys, private keys, tokens of GitHub and Slack.
fn has_form_of_secret(value: &str) -> bool {
    let aws_key = value.len() == 20
        && (value.starts_with("AKIA") || value.starts_with("ASIA"))
        && value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    aws_key
        || value.contains("-----BEGIN ") && value.contains("PRIVATE KEY")
        || ["ghp_", "xoxb-", "xoxp-"].iter().any(|start| value.starts_with(start))
}

fn is_named_as_secret(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    NAMES.iter().any(|name| key.split('_').collect::<Vec<_>>().join("").contains(name))
}

/// Whether it only says where the secret is.
fn is_pointer(key: &str, value: &str) -> bool {
    let key = key.to_ascii_uppercase();
    let says_so = POINTERS.iter().any(|end| key.ends_with(end));
    says_so || value.starts_with("arn:") || value.starts_with('/') || value.len() < 6 || matches!(value, "true" | "false")
}

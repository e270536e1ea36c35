//! A secret stands in a job's arguments.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU113",
    name: "secret-in-arguments",
    group: Group::Security,
    level: Level::Error,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

An argument whose name speaks of a password, a secret or a token and whose value stands there literally.

## Why it matters

Arguments are shown in the console, returned by GetJob and written to the logs of every run.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
default_arguments = { "--db-password" = "hunter2" }
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
default_arguments = { "--db-secret-name" = "prod/db" }
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
default_arguments = { "--db-password" = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db" }
```

## References

- AWS Glue developer guide, "AWS Glue job parameters": do not log plain-text secrets
- AWS Security Hub and prowler: glue_etl_jobs_no_secrets_in_arguments
"#,
    check: Check::Resource(check),
};

/// Words of names that speak of secrets.
const WORDS: &[&str] = &["password", "passwd", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey"];
/// Names that end so speak of where a secret is.
const PLACES: &[&str] = &["name", "arn", "id", "path", "url", "uri", "ref"];

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    for (field, arguments) in
        [("default_arguments", &spec.default_arguments), ("non_overridable_arguments", &spec.non_overridable_arguments)]
    {
        for (key, value) in arguments {
            let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let speaks = WORDS.iter().any(|word| plain.contains(word)) && !PLACES.iter().any(|place| plain.ends_with(place));
            let elsewhere = value.is_empty() || ["secret(", "${", "arn:", "{{resolve:"].iter().any(|start| value.starts_with(start));
            if speaks && !elsewhere {
                findings
                    .at(Path::root().key(field).key(key), format!("the argument `{key}` holds a secret in plain text"))
                    .label("shown in the console and in logs")
                    .help("keep it in Secrets Manager and pass its name; the script reads it");
            }
        }
    }
}

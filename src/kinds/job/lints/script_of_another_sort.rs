//! The script is not a file that Glue can start.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU007",
    name: "script-of-another-sort",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `script` that is no object in S3, or whose ending does not fit the language: `.py` for Python, `.scala` for Scala.

## Why it matters

Glue loads the script from S3 when a run starts. A notebook, a shell script or an empty key fails then, and only then.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
language = "scala"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
language = "python"
```

## References

- AWS Glue developer guide, "Providing your own custom scripts"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let script = spec.script.as_str();
    let Some(object) = script.strip_prefix("s3://") else { return };
    let Some(name) = object.split_once('/').map(|(_, key)| key.rsplit('/').next().unwrap_or(key)).filter(|name| !name.is_empty()) else {
        if !script.ends_with('}') {
            findings.at("script", "the script is a bucket, not an object").help("write `s3://bucket/key.py`");
        }
        return;
    };
    let endings: &[&str] = match spec.language.as_deref() {
        Some("scala") => &[".scala", ".jar"],
        None | Some("python") => &[".py", ".whl", ".egg"],
        Some(_) => return,
    };
    if !name.ends_with('}') && !endings.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)) {
        let language = spec.language.as_deref().unwrap_or("python");
        findings
            .at("script", format!("`{name}` is not a {language} script"))
            .help(format!("name a file that ends in {}, or set `language`", crate::base::prose::alternatives(endings.iter().copied())));
    }
}

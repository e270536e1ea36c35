//! A language that Glue does not run.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU008",
    name: "language-not-in-glue",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `language` other than `python` or `scala`.

## Why it matters

Glue's Spark jobs are written in Python or Scala. R and Java run on EMR.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
language = "r"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
language = "python"
```

## References

- AWS Glue developer guide, "AWS Glue job parameters": `--job-language`
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let Some(language) = &spec.language else { return };
    if !["python", "scala"].contains(&language.as_str()) && !language.contains("${") {
        findings
            .at("language", format!("Glue runs Python and Scala, not `{language}`"))
            .help("rewrite the script, or run it in a `cluster` (EMR)");
    }
}

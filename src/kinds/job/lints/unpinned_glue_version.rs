//! A job that takes whichever version of Glue is the newest.

use crate::base::diagnostic::Level;
use crate::catalog::GlueVersion;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU103",
    name: "unpinned-glue-version",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A Spark or streaming job without `glue_version`.

## Why it matters

The default has moved from 0.9 to 5.1 to 6.0. The same file, applied again elsewhere, gets another Spark.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
```

## References

- AWS Glue API, CreateJob: GlueVersion
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.glue_version.is_some() || !matches!(spec.job_type, Type::Spark | Type::Streaming) {
        return;
    }
    let finding = findings.at("", "the job takes whichever Glue version is the newest when it is made");
    if let Some(newest) = GlueVersion::default_version() {
        finding.help(format!("add `glue_version = \"{}\"`", newest.name)).unsafe_fix("glue_version", Some(Value::Text(newest.name.into())));
    }
}

//! A version of Glue that no longer runs.

use crate::base::diagnostic::Level;
use crate::catalog::GlueVersion;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU101",
    name: "dead-glue-version",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `glue_version` past its end of life on the day of the run.

## Why it matters

Since 2026-04-01 jobs of Glue 0.9, 1.0 and 2.0 can be neither created nor started.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "2.0"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
```

## References

- AWS Glue version support policy
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let today = view.project.today;
    let Some(version) = spec.glue_version.as_deref().and_then(GlueVersion::parse) else { return };
    if spec.job_type == Type::PythonShell || !version.is_dead(today) {
        return;
    }
    let since = version.end_of_life.map(|end| format!(" since {end}")).unwrap_or_default();
    let level = if version.provenance.certainty.may_refuse() { Level::Error } else { Level::Warning };
    let finding = findings.at("glue_version", format!("jobs of Glue {} can no longer be started", version.name));
    finding.label(format!("past its end of life{since}")).level(level);
    if let Some(newest) = GlueVersion::default_version() {
        finding
            .help(format!("write `glue_version = \"{}\"`; it brings Spark {}", newest.name, newest.spark))
            .unsafe_fix("glue_version", Some(Value::Text(newest.name.into())));
    }
}

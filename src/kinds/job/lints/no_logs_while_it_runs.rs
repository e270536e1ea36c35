//! A job whose logs come after its end.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU114",
    name: "no-logs-while-it-runs",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A Spark or streaming job without `continuous_logging = true`.

## Why it matters

Without it, drivers and executors of older versions write their logs when the run is over, and a run that hangs writes none.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "4.0"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "4.0"
continuous_logging = true
```

## References

- AWS Glue developer guide, "Continuous logging for AWS Glue jobs"
- AWS Security Hub, Glue.2
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let spark = matches!(spec.job_type, Type::Spark | Type::Streaming);
    if spark && spec.continuous_logging != Some(true) {
        let place = if spec.continuous_logging.is_some() { "continuous_logging" } else { "" };
        findings
            .at(place, "logs may come only when a run is over")
            .help("add `continuous_logging = true`")
            .safe_fix("continuous_logging", Some(Value::Bool(true)));
    }
}

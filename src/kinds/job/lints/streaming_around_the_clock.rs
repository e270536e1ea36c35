//! A streaming job that holds its workers day and night.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU002",
    name: "streaming-around-the-clock",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A job of type `streaming` without `autoscaling`.

## Why it matters

Streams are something Glue does well: the old advice against it was true until April 2020. But a streaming job is billed for every hour of the month, whether data comes or not. Autoscaling gives idle workers back, and `G.025X` workers cost a quarter.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "streaming"
glue_version = "6.0"
workers = 10
worker_type = "G.1X"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "streaming"
glue_version = "6.0"
workers = 10
worker_type = "G.1X"
autoscaling = true
```

## References

- AWS Glue developer guide, "Using auto scaling for AWS Glue"
- AWS Glue pricing: streaming jobs are billed by the second while they run
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.job_type == Type::Streaming && spec.autoscaling != Some(true) {
        findings
            .at("type", "a streaming job is billed for every hour of the month")
            .label("holds its workers also when no data comes")
            .help("add `autoscaling = true`, or take `G.025X` workers")
            .unsafe_fix("autoscaling", Some(Value::Bool(true)));
    }
}

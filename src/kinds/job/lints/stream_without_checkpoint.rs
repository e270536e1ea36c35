//! A streaming job that cannot be restarted well.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU118",
    name: "stream-without-checkpoint",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A streaming job without `maintenance_window`, or without an argument that names a checkpoint.

## Why it matters

Glue restarts streaming jobs for patches, and stops them after seven days. Without a window that happens at any hour; without a checkpoint the job begins anew.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "streaming"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "streaming"
maintenance_window = "Sun:10"
default_arguments = { "--checkpoint_location" = "s3://tmp/clicks/" }
```

## References

- AWS Glue developer guide, "Maintenance windows for AWS Glue streaming"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.job_type != Type::Streaming {
        return;
    }
    if spec.maintenance_window.is_none() {
        findings
            .at("type", "Glue restarts the job at any hour of the week")
            .help("add `maintenance_window = \"Sun:10\"`: a day and an hour when little comes")
            .confidence(Confidence::Proved);
    }
    let mut arguments = spec.default_arguments.keys().chain(spec.non_overridable_arguments.keys());
    if !arguments.any(|key| key.to_ascii_lowercase().contains("checkpoint")) {
        findings
            .at("type", "no argument names a checkpoint")
            .label("after a restart the job begins anew")
            .help("pass a place in S3 as `\"--checkpoint_location\"` and use it as `checkpointLocation`");
    }
}

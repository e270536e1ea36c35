//! A run that hangs is billed for hours.

use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::catalog::limit;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU110",
    name: "default-job-timeout",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A batch job without `timeout`, or with one outside of 1 minute to 7 days.

## Why it matters

A run that hangs goes on until the timeout: 8 hours by default, 48 before Glue 5.0. Ten G.1X workers cost some 211 dollars in 48 hours.

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
timeout = "45m"
```

## References

- AWS Glue API, Job: Timeout
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Job>(), view.usage::<Job>()) else { return };
    if matches!(spec.job_type, Type::Streaming | Type::Ray) {
        return;
    }
    let Some(timeout) = spec.timeout else {
        let hours = super::version(spec).map_or(8, |version| version.default_timeout_minutes / 60);
        let finding = findings.at("", format!("a run that hangs is billed for {hours} hours"));
        finding.label("no `timeout`").help("add a `timeout` of about three times the longest run");
        if let Some(duration) = usage.duration {
            let minutes = duration.high.as_minutes().saturating_mul(3).clamp(5, 10_080);
            let timeout = Duration::minutes(minutes).to_string();
            finding
                .help(format!("add `timeout = \"{timeout}\"`: three times the longest run"))
                .unsafe_fix("timeout", Some(Value::Text(timeout)));
        }
        return;
    };
    if !limit("glue.job.timeout").is_none_or(|limit| limit.accepts(timeout.as_minutes().into())) {
        findings.at("timeout", "Glue takes 1 minute to 7 days").help("write a timeout between them").level(Level::Error);
    }
}

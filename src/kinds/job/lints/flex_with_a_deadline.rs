//! FLEX on work that must be ready in time.

use crate::base::diagnostic::Level;
use crate::kinds::job::ExecutionClass;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU108",
    name: "flex-with-a-deadline",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

`execution_class = "flex"` on a job whose `usage.deadline` is less than twice its longest run.

## Why it matters

A FLEX run may wait for spare capacity, and loses workers while it runs. Its end is anybody's guess.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
execution_class = "flex"

[job.a.usage]
duration = "40m"
deadline = "1h"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
glue_version = "6.0"
execution_class = "flex"

[job.a.usage]
duration = "20m"
deadline = "4h"
```

## References

- AWS Glue developer guide, "Flex execution": for work that is not time-sensitive
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Job>(), view.usage::<Job>()) else { return };
    if spec.execution_class != Some(ExecutionClass::Flex) {
        return;
    }
    let Some(deadline) = usage.deadline else { return };
    let Some(duration) = usage.duration else {
        findings.needs("usage.duration");
        return;
    };
    if deadline.low.as_milliseconds() < duration.high.as_milliseconds().saturating_mul(2) {
        findings
            .at("execution_class", format!("a run of {} on spare capacity must be ready after {}", duration.high, deadline.low))
            .label("may start late and lose workers")
            .help("write `execution_class = \"standard\"`")
            .unsafe_fix("execution_class", Some(Value::Text("standard".into())));
    }
}

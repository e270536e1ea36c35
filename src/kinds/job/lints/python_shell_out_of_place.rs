//! A Python shell job for work of another size.

use crate::base::diagnostic::Level;
use crate::base::units::{Duration, Size};
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU119",
    name: "python-shell-out-of-place",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A Python shell job that reads more than 4 GB, one with a whole DPU for runs under a minute, or one with Python older than 3.9.

## Why it matters

A Python shell is one small machine: a sixteenth of a DPU has 1 GB of memory. Large work wants Spark, tiny work fits into a Lambda function, and Python 2 and 3.6 are no longer supported.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "python-shell"
max_capacity = 1

[job.a.usage]
input_size = "60GB"
```

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "python-shell"
python_version = "2"
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "python-shell"
python_version = "3.9"
max_capacity = 0.0625

[job.a.usage]
input_size = "200MB"
```

## References

- AWS Glue developer guide, "Configuring job properties for Python shell jobs"
"#,
    check: Check::Resource(check),
};

/// What one machine with 16 GB can be asked to read.
const MOST: Size = Size::gigabytes(4);
/// A run so short needs no whole DPU.
const SHORT: Duration = Duration::minutes(1);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Job>(), view.usage::<Job>()) else { return };
    if spec.job_type != Type::PythonShell {
        return;
    }
    if spec.python_version.as_deref().is_some_and(|version| ["2", "2.7", "3", "3.6"].contains(&version)) {
        findings
            .at("python_version", "this Python is no longer supported")
            .help("write `python_version = \"3.9\"`")
            .confidence(Confidence::Proved)
            .unsafe_fix("python_version", Some(Value::Text("3.9".into())));
    }
    if let Some(input) = usage.input_size
        && input.likely > MOST
    {
        findings.at("type", format!("{} are much for one machine", input.likely)).help("use a Spark job");
    }
    let whole = spec.max_capacity.is_some_and(|units| units >= 1.0);
    if let Some(duration) = usage.duration
        && whole
        && duration.high < SHORT
    {
        findings
            .at("max_capacity", "a whole DPU for a run under a minute")
            .help("write `max_capacity = 0.0625`, or use a function")
            .unsafe_fix("max_capacity", Some(Value::Number(crate::catalog::PYTHON_SHELL_CAPACITIES[0])));
    }
}

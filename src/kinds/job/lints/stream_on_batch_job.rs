//! A job that is made for finite data reads a stream.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::Type;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU001",
    name: "stream-on-batch-job",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A job of type `spark` whose `sources` name `kinesis` or `kafka`.

## Why it matters

A batch job reads what is in the stream at one moment and ends, or never ends and is stopped by its timeout. The streaming type keeps checkpoints and goes on.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sources = [{ type = "kinesis", path = "clicks" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
type = "streaming"
sources = [{ type = "kinesis", path = "clicks" }]
```

## References

- AWS Glue developer guide, "Streaming ETL jobs in AWS Glue" (since April 2020)
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.job_type != Type::Spark {
        return;
    }
    if let Some(source) = spec.sources.iter().find(|source| ["kinesis", "kafka"].contains(&source.store.as_str())) {
        let place = if view.resource.desired.get("type").is_some() { "type" } else { "sources" };
        findings
            .at(place, format!("a batch job reads a stream (`{}`)", source.store))
            .label("ends, or runs into its timeout")
            .help("write `type = \"streaming\"`")
            .safe_fix("type", Some(Value::Text("streaming".into())));
    }
}

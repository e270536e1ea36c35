//! A failed step of a transient cluster lets the next ones run.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::ActionOnFailure;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR112",
    name: "wrong-step-failure-policy",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A step that is not the last of a transient cluster and says `continue`.

## Why it matters

The steps after it work on data that is missing or half written, and are paid for.

## Example

```toml bad
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"

[[cluster.x.step]]
name = "report"
script = "s3://code/report.py"
```

```toml good
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
action_on_failure = "terminate-cluster"

[[cluster.x.step]]
name = "report"
script = "s3://code/report.py"
action_on_failure = "terminate-cluster"
```

## References

- EMR API reference, `StepConfig`.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if !spec.is_transient() || spec.step_concurrency > 1 {
        return;
    }
    let last = spec.step.len().saturating_sub(1);
    for (at, step) in spec.step.iter().enumerate().filter(|(at, _)| *at < last) {
        if step.action_on_failure == ActionOnFailure::Continue {
            let path = format!("step[{at}].action_on_failure");
            findings
                .at(path.as_str(), format!("the steps after `{}` run although it failed", step.name))
                .help("write `action_on_failure = \"terminate-cluster\"`")
                .unsafe_fix(path.as_str(), Some(Value::Text("terminate-cluster".into())));
        }
    }
}

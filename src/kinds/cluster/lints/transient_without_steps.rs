//! A transient cluster has nothing to do.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR017",
    name: "transient-without-steps",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A transient cluster that `apply` starts and that has no steps.

## Why it matters

It ends as soon as it is up: the start is paid for, and nothing is done.

## Example

```toml bad
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
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
arguments = ["--target", "s3://lake/sessions/"]
action_on_failure = "terminate-cluster"
```

## References

- EMR management guide, "Control cluster termination".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.is_transient() && !spec.is_template() && spec.step.is_empty() {
        findings
            .at("lifetime", "the cluster ends at once: it has no steps")
            .help("add `[[cluster.….step]]`, or `lifetime = \"long-running\"`");
    }
}

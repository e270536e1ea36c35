//! Termination protection on a cluster that ends by itself.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR111",
    name: "useless-protection",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`termination_protection = true` on a transient cluster.

## Why it matters

EMR ignores it when the last step is done, and it stands in the way of ending the cluster by hand before.

## Example

```toml bad
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
termination_protection = true

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
arguments = ["--target", "s3://lake/x/"]
action_on_failure = "terminate-cluster"
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
arguments = ["--target", "s3://lake/x/"]
action_on_failure = "terminate-cluster"
```

## References

- EMR management guide, "Using termination protection".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.is_transient() && spec.termination_protection == Some(true) {
        findings
            .at("termination_protection", "a transient cluster ends with its steps all the same")
            .help("remove it")
            .safe_fix("termination_protection", None);
    }
}

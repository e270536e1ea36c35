//! The primary node is too small for the number of nodes.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

/// AWS advises an xlarge up to this many nodes.
const LIMIT: u32 = 50;

pub(super) static RULE: Rule = Rule {
    code: "EMR001",
    name: "undersized-primary",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A primary node below 4 virtual processors, or one of at most 4 when the cluster has more than 50 nodes.

## Why it matters

The primary node runs the masters of YARN and HDFS for every other node. When it is out of memory, the whole cluster stands.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 60 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.2xlarge" }
core = { type = "m7g.2xlarge", count = 60 }
```

## References

- EMR management guide, "Plan and configure primary node": m5.xlarge for 50 nodes or fewer, larger above.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(instance) = judge::instance(&spec.primary) else { return };
    let nodes = layout::most_instances(spec);
    let needed = if nodes > LIMIT { 8 } else { 4 };
    if instance.vcpu < needed {
        let finding = findings.at("primary.type", format!("{} is a small primary node for {nodes} nodes", instance.name));
        finding.label(format!("{} virtual processors; at least {needed} are wanted", instance.vcpu));
        finding.help(if needed == 4 { "take an xlarge, such as m7g.xlarge" } else { "take a 2xlarge or larger, such as m7g.2xlarge" });
        if spec.primary.instance_type.is_some() {
            let better = if needed == 4 { "m7g.xlarge" } else { "m7g.2xlarge" };
            finding.unsafe_fix("primary.type", Some(Value::Text(better.into())));
        }
    }
}

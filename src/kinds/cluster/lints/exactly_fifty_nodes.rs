//! The cluster has exactly the number of nodes where advice changes.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR002",
    name: "exactly-fifty-nodes",
    group: Group::Style,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A cluster of exactly 50 nodes whose primary node has at most 4 virtual processors.

## Why it matters

AWS advises an xlarge for 50 nodes or fewer. At 50 the next node asks for a larger one, and its type cannot be changed while the cluster lives.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 49 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 40 }
```

## References

- EMR management guide, "Plan and configure primary node".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let small = judge::instance(&spec.primary).is_some_and(|instance| instance.vcpu <= 4);
    if layout::most_instances(spec) == 50 && small {
        findings
            .at("primary", "50 nodes are the most that a primary node of this size is advised for")
            .help("take the next size of primary node if the cluster may grow");
    }
}

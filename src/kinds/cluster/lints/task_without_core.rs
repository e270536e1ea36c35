//! There are task nodes and no core nodes.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR015",
    name: "task-without-core",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A cluster with task nodes and without a single core node.

## Why it matters

A cluster of more than one node has at least one core node; EMR refuses this one.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
task = { type = "m7g.xlarge", count = 2, market = "spot" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
task = { type = "m7g.xlarge", count = 2, market = "spot" }
```

## References

- EMR management guide, "Understand node types".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| pool.role == layout::Role::Task) {
        if layout::instances(pool.nodes) > 0 && layout::core_nodes(spec) == 0 {
            findings.at(pool.path.as_str(), "task nodes need at least one core node").help("add `core = { type = \"m7g.xlarge\" }`");
            return;
        }
    }
}

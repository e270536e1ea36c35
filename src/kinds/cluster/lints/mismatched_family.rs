//! The instance family does not suit the work that was declared.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::catalog::Category;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::WorkloadKind;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR006",
    name: "mismatched-family",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

Core or task nodes whose family is made for other work than `workload.kind` says.

## Why it matters

Memory that nobody uses is paid for by the hour, and so are processors that wait for memory.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "r7g.2xlarge", count = 2 }
workload = { kind = "compute" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "c7g.2xlarge", count = 2 }
workload = { kind = "compute" }
```

## References

- AWS, EMR best practices guide, "Instance types".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(kind) = spec.workload.as_ref().and_then(|workload| workload.kind) else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| pool.role != layout::Role::Primary) {
        let Some(instance) = layout::types(pool.nodes).first().and_then(|name| catalog::instance(name)) else { continue };
        let network = instance.family.ends_with('n') || instance.category == Category::Accelerated;
        let (fits, wanted) = match kind {
            WorkloadKind::Compute => (instance.category == Category::Compute, "c7g or c8g"),
            WorkloadKind::Memory => (instance.category == Category::Memory, "r7g or r8g"),
            WorkloadKind::Network => (network, "c7gn or m6in"),
            WorkloadKind::MachineLearning => (network || instance.category == Category::Compute, "g6, or c7gn"),
            WorkloadKind::General => (!matches!(instance.category, Category::Memory | Category::Accelerated), "m7g or m8g"),
        };
        if !fits {
            findings
                .at(pool.path.as_str(), format!("{} does not suit the declared work", instance.name))
                .help(format!("try {wanted} of the same size"));
        }
    }
}

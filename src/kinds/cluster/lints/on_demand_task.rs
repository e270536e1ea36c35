//! Task nodes are bought on demand.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR009",
    name: "on-demand-task",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Task nodes that are all on demand, unless `workload.interruptible = false`.

## Why it matters

Task nodes hold no data. Spot instances do the same for a third of the price or less; EMR starts the lost tasks again.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
task = { type = "m7g.xlarge", count = 4 }
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
task = { types = ["m7g.xlarge", "m6g.xlarge"], count = 4, market = "spot" }
```

## References

- AWS, EMR best practices guide, "Spot usage".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.workload.as_ref().is_some_and(|workload| workload.interruptible == Some(false)) {
        return;
    }
    for pool in layout::pools(spec).into_iter().filter(|pool| pool.role == layout::Role::Task) {
        if layout::instances(pool.nodes) > 0 && !layout::has_spot(pool.nodes) {
            let path = if pool.nodes.on_demand.is_some() { format!("{}.on_demand", pool.path) } else { format!("{}.market", pool.path) };
            let finding = findings.at(path.as_str(), "task nodes hold no data and could be Spot instances");
            finding.help("write `market = \"spot\"` with several `types`, or `workload.interruptible = false`");
            if pool.nodes.on_demand.is_none() {
                finding.unsafe_fix(path.as_str(), Some(Value::Text("spot".into())));
            }
        }
    }
}

//! Two scaling mechanisms, or one that fleets do not have.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR028",
    name: "two-scaling-mechanisms",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`managed_scaling` beside an `autoscaling` policy, or an `autoscaling` policy on fleets.

## Why it matters

Custom automatic scaling is for instance groups only, and EMR refuses both at once.

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
autoscaling_role = "arn:aws:iam::123456789012:role/scaling"
managed_scaling = { min = 2, max = 5 }
task = { type = "m7g.xlarge", market = "spot", autoscaling = '{"Constraints":{"MinCapacity":1,"MaxCapacity":5},"Rules":[]}' }
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
managed_scaling = { min = 2, max = 5 }
task = { type = "m7g.xlarge", market = "spot" }
```

## References

- EMR management guide, "Use EMR cluster scaling".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| pool.nodes.autoscaling.is_some()) {
        let path = format!("{}.autoscaling", pool.path);
        if spec.managed_scaling.is_some() {
            findings
                .at(path.as_str(), "managed scaling and a scaling policy cannot work together")
                .help("keep `managed_scaling`")
                .unsafe_fix(path.as_str(), None);
        } else if layout::is_fleets(spec) {
            findings
                .at(path.as_str(), "scaling policies are for instance groups, and these nodes are fleets")
                .help("use `managed_scaling`");
        }
    }
}

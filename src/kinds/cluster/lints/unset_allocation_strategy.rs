//! A Spot fleet does not say how its pools are chosen.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::SpotStrategy;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR106",
    name: "unset-allocation-strategy",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A fleet with Spot capacity whose `allocation_strategy` is unset or `lowest-price`.

## Why it matters

The cheapest pools are the ones that EC2 takes back most.

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
task = { types = ["m7g.xlarge", "m6g.xlarge", "m8g.xlarge", "r7g.xlarge", "r6g.xlarge"], count = 4, market = "spot" }
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
task = { types = ["m7g.xlarge", "m6g.xlarge", "m8g.xlarge", "r7g.xlarge", "r6g.xlarge"], count = 4, market = "spot", allocation_strategy = "price-capacity-optimized" }
```

## References

- AWS, EMR best practices guide, "Spot usage".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| layout::is_fleet(pool.nodes) && layout::has_spot(pool.nodes)) {
        if pool.nodes.allocation_strategy.is_none_or(|strategy| strategy == SpotStrategy::LowestPrice) {
            let path = format!("{}.allocation_strategy", pool.path);
            findings
                .at(path.as_str(), "the cheapest Spot pools are taken back most")
                .help("set `allocation_strategy = \"price-capacity-optimized\"`")
                .safe_fix(path.as_str(), Some(Value::Text("price-capacity-optimized".into())));
        }
    }
}

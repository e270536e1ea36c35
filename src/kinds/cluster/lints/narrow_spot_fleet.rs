//! A Spot fleet has few instance types to choose from.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Fewer types than this are too few (EMR best practices guide).
const FEWEST: usize = 5;

pub(super) static RULE: Rule = Rule {
    code: "EMR104",
    name: "narrow-spot-fleet",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A fleet with Spot capacity of fewer than 5 instance types.

## Why it matters

Each type in each zone is a pool of its own. With few pools EC2 runs out of them, or takes nodes back, much more often.

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
task = { types = ["m7g.xlarge", "m6g.xlarge"], count = 4, market = "spot" }
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
task = { types = ["m7g.xlarge", "m6g.xlarge", "m8g.xlarge", "r7g.xlarge", "r6g.xlarge"], count = 4, market = "spot" }
```

## References

- AWS, EMR best practices guide, "Spot usage": be flexible over 10 types or more.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| layout::is_fleet(pool.nodes) && layout::has_spot(pool.nodes)) {
        let types = layout::types(pool.nodes).len();
        if types < FEWEST {
            let field = if pool.nodes.instance.is_empty() { "types" } else { "instance" };
            findings
                .at(
                    format!("{}.{field}", pool.path).as_str(),
                    format!("Spot capacity comes from {}", crate::base::prose::count(types, "type", "types")),
                )
                .help("name ten types or more of like size, from several families and generations");
        }
    }
}

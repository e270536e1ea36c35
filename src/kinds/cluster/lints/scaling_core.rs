//! Managed scaling changes the number of core nodes.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR116",
    name: "scaling-core",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`managed_scaling` whose `max_core` is unset or above `min`.

## Why it matters

Taking core nodes away moves the blocks of HDFS, which is slow and risky. Task nodes come and go freely.

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
managed_scaling = { min = 2, max = 10 }
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
task = { type = "m7g.xlarge", count = 0, market = "spot" }
managed_scaling = { min = 2, max = 10, max_core = 2 }
```

## References

- AWS, EMR best practices guide, "Managed scaling".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(scaling) = &spec.managed_scaling else { return };
    if scaling.max_core.unwrap_or(scaling.max) > scaling.min {
        findings
            .at("managed_scaling.max_core", "core nodes come and go, and HDFS with them")
            .help(format!("set `max_core = {}`, and let `task` scale", scaling.min))
            .unsafe_fix("managed_scaling.max_core", Some(Value::Number(scaling.min.into())));
    }
}

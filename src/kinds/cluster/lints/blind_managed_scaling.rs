//! Managed scaling or auto-termination watches what the applications do not use.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR029",
    name: "blind-managed-scaling",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

`managed_scaling` or `auto_termination` on a cluster whose applications all run outside YARN: Presto, Trino, HBase.

## Why it matters

Both look at YARN. They take the nodes of a busy Trino away, or end its cluster, because YARN is idle.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Trino"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
auto_termination = "1h"
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
auto_termination = "1h"
```

## References

- EMR management guide, "Using managed scaling": YARN applications. Some newer releases scale Trino too.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if !judge::is_outside_yarn(spec) {
        return;
    }
    for (field, set) in [("managed_scaling", spec.managed_scaling.is_some()), ("auto_termination", spec.auto_termination.is_some())] {
        if set {
            findings
                .at(field, format!("`{field}` looks at YARN, which {} do not use", spec.applications.join(", ")))
                .help(format!("remove `{field}`, and scale by other means"));
        }
    }
}

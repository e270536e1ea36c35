//! Heavy applications on a small primary node.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR040",
    name: "heavy-primary-applications",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

JupyterHub, Hue, Zeppelin, Livy, Presto, Trino or HBase on a primary node with less than 32 GB of memory.

## Why it matters

These run on the primary node beside the masters of YARN and HDFS, which then have to do with what is left.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hue", "Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hue", "Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.2xlarge" }
```

## References

- EMR management guide, "Plan and configure primary node".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(instance) = judge::instance(&spec.primary).filter(|instance| instance.memory_gib < Decimal::from(32)) else { return };
    let heavy = ["JupyterHub", "Hue", "Zeppelin", "Livy", "Presto", "Trino", "HBase"];
    if let Some(name) = heavy.into_iter().find(|name| judge::has(spec, name)) {
        findings
            .at("primary", format!("{name} runs on the primary node, which has {} GiB of memory", instance.memory_gib.normalize()))
            .help("take a 2xlarge, such as m7g.2xlarge");
    }
}

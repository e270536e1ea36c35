//! HDFS keeps one copy where a node may be lost.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR013",
    name: "single-copy-hdfs",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

HDFS with one copy of each block on Spot core nodes, or on a long-running cluster that declares `workload.hdfs`.

## Why it matters

With one copy, losing one node loses its blocks.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 3 }
workload = { hdfs = "50GB" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 3 }
workload = { hdfs = "50GB" }

[[cluster.x.configuration]]
classification = "hdfs-site"
properties = { "dfs.replication" = "2" }
```

## References

- EMR management guide, "HDFS configuration".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(core) = &spec.core else { return };
    let keeps = !spec.is_transient() && spec.workload.as_ref().is_some_and(|workload| workload.hdfs.is_some());
    if layout::replication(spec) == 1 && (layout::has_spot(core) || keeps) {
        findings
            .at("core", "HDFS keeps one copy of each block on these nodes")
            .help("take two core nodes or more, and set `dfs.replication` of `hdfs-site` to 2");
    }
}

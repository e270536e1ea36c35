//! HDFS is smaller than the data declared for it.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR012",
    name: "full-hdfs",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

`workload.hdfs` above nine tenths of what the core nodes' disks hold, divided by the number of copies.

## Why it matters

Every block is stored several times, and YARN takes nodes out of work whose disks are 90 % full.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 4, ebs = "100GB" }
workload = { hdfs = "300GB" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 4, ebs = "400GB" }
workload = { hdfs = "300GB" }
```

## References

- EMR management guide, "HDFS configuration": `dfs.replication` is 1 below 4 core nodes, 2 below 10, else 3.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(wanted) = spec.workload.as_ref().and_then(|workload| workload.hdfs) else { return };
    let Some(core) = &spec.core else { return };
    let Some(disk) = judge::disk_of(core) else { return findings.needs("the disks of the core nodes' type") };
    let copies = layout::replication(spec).max(1);
    let room = disk * Decimal::from(layout::core_nodes(spec)) * Decimal::new(9, 1) / Decimal::from(copies);
    if judge::gigabytes(wanted) > room {
        findings
            .at("workload.hdfs", format!("HDFS has room for {} GB", room.floor()))
            .label(format!("{wanted}, kept {copies} times"))
            .help("add core nodes or `ebs`, or keep the data in S3");
    }
}

//! HBase keeps its tables on the HDFS of a cluster that may end.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR039",
    name: "hbase-on-hdfs",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

HBase without `hbase.emr.storageMode = s3` on a cluster that is transient or not protected.

## Why it matters

The tables are gone when the cluster is. On S3 they outlive it, and a new cluster can open them.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["HBase"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["HBase"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.configuration]]
classification = "hbase"
properties = { "hbase.emr.storageMode" = "s3" }
```

## References

- EMR release guide, "HBase on Amazon S3".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let on_s3 = layout::property(spec, "hbase", "hbase.emr.storageMode").is_some_and(|mode| mode == "s3");
    let stays = !spec.is_transient() && spec.termination_protection == Some(true);
    if judge::has(spec, "HBase") && !on_s3 && !stays {
        findings
            .at("applications", "the tables of HBase end with the cluster")
            .help("set `hbase.emr.storageMode` of `hbase` to `s3`, with `hbase.rootdir` in `hbase-site`");
    }
}

//! Core nodes without disks of their own have little EBS.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR022",
    name: "small-core-volumes",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Core nodes of a type without instance store whose volumes are unset or below 64 GB.

## Why it matters

HDFS, shuffles and logs share these disks; a node that is 90 % full gets no more work. What EMR gives by default depends on the release.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 2, ebs = "32GB" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge", count = 2, ebs = "200GB" }
```

## References

- EMR management guide, "Instance storage options".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(core) = &spec.core else { return };
    let Some(instance) = judge::instance(core).filter(|instance| instance.storage == catalog::Storage::EbsOnly) else { return };
    if !core.instance.is_empty() {
        return;
    }
    let unset = core.ebs.is_none() && core.volumes.is_empty();
    if unset || judge::disk_of(core).is_some_and(|disk| disk < Decimal::from(64)) {
        let message = if unset { "the size of the core nodes' volumes is left to EMR" } else { "the core nodes' volumes are small" };
        let finding = findings.at(if core.ebs.is_some() { "core.ebs" } else { "core" }, message);
        finding.label(format!("{} has no disks of its own", instance.name)).help("set `ebs` to at least \"64GB\"");
        if core.volumes.is_empty() {
            finding.unsafe_fix("core.ebs", Some(Value::Text("64GB".into())));
        }
    }
}

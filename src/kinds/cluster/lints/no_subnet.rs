//! No subnet is named.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR043",
    name: "no-subnet",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A cluster with neither `subnets` nor `availability_zones`. With zones alone it is a warning: EMR then takes the default VPC.

## Why it matters

Clusters live in a VPC. Without a default VPC in the region EMR cannot start one.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
subnets = ["subnet-0a1b2c3d4e5f60718"]
```

## References

- EMR management guide, "Configure networking in a VPC".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.subnets.is_empty() {
        let finding = findings.at("subnets", "the cluster has no subnet");
        finding.help("name a private subnet: `subnets = [\"subnet-…\"]`");
        if !spec.availability_zones.is_empty() {
            finding.level(Level::Warning);
        }
    }
}

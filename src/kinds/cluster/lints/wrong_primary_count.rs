//! The number of primary nodes is not one or three.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::catalog::ReleaseFeature;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR016",
    name: "wrong-primary-count",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A number of primary nodes other than 1 and 3, or 3 of them with a release before 5.23 or in fleets.

## Why it matters

EMR has one primary node, or three that stand in for each other.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge", count = 2 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge", count = 3 }
```

## References

- EMR management guide, "Launch a cluster with multiple primary nodes".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let count = layout::instances(&spec.primary);
    if count != 1 && count != 3 {
        findings.at("primary.count", format!("a cluster has 1 or 3 primary nodes, not {count}")).help("write `count = 1` or `count = 3`");
    } else if count == 3 && catalog::feature_in(&spec.release, ReleaseFeature::HighAvailability).is_some_and(|(has, _)| !has) {
        findings
            .at("primary.count", format!("{} has no clusters of three primary nodes", spec.release))
            .level(Level::Warning)
            .help("take a release from emr-5.23.0 on");
    }
}

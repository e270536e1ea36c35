//! The primary node is a Spot instance.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR007",
    name: "spot-primary",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A primary node on the Spot market. An error outside environments for trials, a warning in them; nothing when `workload.tolerates_loss = true`.

## Why it matters

When EC2 takes the primary node back, the cluster ends, and with it everything that runs.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge", market = "spot" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
```

## References

- EMR management guide, "Instance purchasing options".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let tolerates = spec.workload.as_ref().is_some_and(|workload| workload.tolerates_loss == Some(true));
    if layout::has_spot(&spec.primary) && !tolerates {
        let path = if spec.primary.spot.is_some() { "primary.spot" } else { "primary.market" };
        let finding = findings.at(path, "the cluster ends when EC2 takes this node back");
        finding.label("a Spot instance").help("buy the primary node on demand");
        if judge::is_production(view) {
            finding.level(Level::Error);
        }
        if spec.primary.spot.is_none() {
            finding.safe_fix(path, Some(Value::Text("on-demand".into())));
        }
    }
}

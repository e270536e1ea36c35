//! Core nodes are Spot instances.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR008",
    name: "spot-core",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Core nodes on the Spot market, except in environments for trials or with `workload.cost_driven = true` or `tolerates_loss = true`.

## Why it matters

Core nodes hold the blocks of HDFS. Those that are taken back take their blocks with them.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2, market = "spot" }
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
```

## References

- EMR management guide, "Instance purchasing options".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let accepted =
        spec.workload.as_ref().is_some_and(|workload| workload.cost_driven == Some(true) || workload.tolerates_loss == Some(true));
    let Some(core) = spec.core.as_ref().filter(|core| layout::has_spot(core)) else { return };
    if !accepted && !judge::is_trial(view) {
        let path = if core.spot.is_some() { "core.spot" } else { "core.market" };
        let finding = findings.at(path, "HDFS loses blocks when EC2 takes core nodes back");
        finding.label("Spot instances").help("buy core nodes on demand, and put Spot into `task`");
        if core.spot.is_none() {
            finding.safe_fix(path, Some(Value::Text("on-demand".into())));
        }
    }
}

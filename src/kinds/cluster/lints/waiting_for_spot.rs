//! A cluster may wait long for Spot capacity, or end for want of it.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::TimeoutAction;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR107",
    name: "waiting-for-spot",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A fleet with Spot capacity whose timeout is unset (EMR then waits an hour here) or above 30 minutes, or whose action is to end the cluster.

## Why it matters

A night run that waits an hour for instances is late; switching to on demand costs more and is in time.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
task = { types = ["m7g.xlarge", "m6g.xlarge"], count = 4, market = "spot", spot_timeout = "2h" }
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
task = { types = ["m7g.xlarge", "m6g.xlarge"], count = 4, market = "spot", spot_timeout = "10m", spot_timeout_action = "switch-to-on-demand" }
```

## References

- EMR management guide, "Configure instance fleets".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for pool in layout::pools(spec).into_iter().filter(|pool| layout::is_fleet(pool.nodes) && layout::has_spot(pool.nodes)) {
        let path = format!("{}.spot_timeout", pool.path);
        if pool.nodes.spot_timeout_action == Some(TimeoutAction::TerminateCluster) {
            findings
                .at(format!("{}.spot_timeout_action", pool.path).as_str(), "the cluster ends when there is no Spot capacity")
                .help("write `spot_timeout_action = \"switch-to-on-demand\"`");
        } else if pool.nodes.spot_timeout.is_none_or(|timeout| timeout.as_minutes() > 30) {
            findings
                .at(path.as_str(), "the cluster may wait long for Spot capacity")
                .help("set `spot_timeout = \"10m\"` and `spot_timeout_action = \"switch-to-on-demand\"`")
                .unsafe_fix(path.as_str(), Some(Value::Text("10m".into())));
        }
    }
}

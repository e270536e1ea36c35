//! The bounds of managed scaling contradict each other.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::ScalingUnit;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR030",
    name: "inconsistent-scaling-bounds",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`min` above `max`, `max_core` or `max_on_demand` above `max`, or a unit that groups or fleets do not have.

## Why it matters

EMR refuses the policy.

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
managed_scaling = { min = 10, max = 2 }
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
managed_scaling = { min = 2, max = 10 }
```

## References

- EMR API reference, `ComputeLimits`.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(scaling) = &spec.managed_scaling else { return };
    if scaling.min > scaling.max {
        findings.at("managed_scaling.min", format!("`min` is above `max`: {} > {}", scaling.min, scaling.max)).help("swap them");
    }
    for (field, value) in [("max_core", scaling.max_core), ("max_on_demand", scaling.max_on_demand)] {
        if value.is_some_and(|value| value > scaling.max) {
            findings
                .at(format!("managed_scaling.{field}").as_str(), format!("`{field}` is above `max = {}`", scaling.max))
                .help("lower it");
        }
    }
    let fleets = layout::is_fleets(spec);
    if scaling.unit.is_some_and(|unit| (unit == ScalingUnit::FleetUnits) != fleets) {
        let (sort, right) = if fleets { ("fleets", "fleet-units") } else { ("instance groups", "instances") };
        findings
            .at("managed_scaling.unit", format!("the nodes are {sort}"))
            .help(format!("write `unit = \"{right}\"`"))
            .safe_fix("managed_scaling.unit", Some(Value::Text(right.into())));
    }
}

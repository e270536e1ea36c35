//! A long-running cluster works a few hours a day.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR020",
    name: "transient-work-on-long-running",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A long-running cluster that `workload.busy_hours_per_day` says works six hours a day or less.

## Why it matters

A cluster that is started for the work, or EMR Serverless, costs only while there is work.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
workload = { busy_hours_per_day = 3 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
workload = { busy_hours_per_day = 20 }
```

## References

- EMR management guide, "Plan and configure clusters": transient and long-running clusters.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let Some(busy) = spec.workload.as_ref().and_then(|workload| workload.busy_hours_per_day) else { return };
    if !spec.is_transient() && busy <= 6 {
        findings
            .at("lifetime", format!("the cluster works {busy} of 24 hours"))
            .help("let a pipeline start it (`lifetime = \"transient\"`, `start = \"pipeline\"`), or use EMR Serverless");
    }
}

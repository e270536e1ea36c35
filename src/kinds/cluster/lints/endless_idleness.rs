//! A long-running cluster never ends by itself.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::catalog::ReleaseFeature;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR019",
    name: "endless-idleness",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A long-running cluster of YARN applications without `auto_termination`, unless `workload.always_on = true`.

## Why it matters

An idle cluster costs as much as a busy one.

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
auto_termination = "1h"
```

## References

- EMR management guide, "Using an auto-termination policy".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let always = spec.workload.as_ref().is_some_and(|workload| workload.always_on == Some(true));
    let can = catalog::feature_in(&spec.release, ReleaseFeature::AutoTermination).is_none_or(|(has, _)| has);
    if !spec.is_transient() && spec.auto_termination.is_none() && !always && can && !judge::is_outside_yarn(spec) {
        findings
            .at("auto_termination", "the cluster is billed while it is idle, for ever")
            .help("set `auto_termination = \"1h\"`, or say `workload.always_on = true`")
            .unsafe_fix("auto_termination", Some(Value::Text("1h".into())));
    }
}

//! A Graviton type would do the same for less.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR114",
    name: "graviton-available",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

An x86 type that has a Graviton counterpart which the release takes, unless `workload.x86_only = true`.

## Why it matters

Graviton costs about a fifth less for the same processors and memory: m6g.4xlarge is $0.77 an hour with EMR, m5.4xlarge $0.96.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m5.xlarge" }
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

- AWS, EMR best practices guide, "Cost optimizations".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.workload.as_ref().is_some_and(|workload| workload.x86_only == Some(true)) || spec.custom_ami.is_some() {
        return;
    }
    for (path, name) in judge::types(spec).into_iter().filter(|(path, name)| !path.contains('[') && !catalog::is_previous_generation(name))
    {
        if let Some(arm) = catalog::arm_equivalent(&name, Some(&spec.release)) {
            findings
                .at(path.as_str(), format!("{} would do the work of {name}", arm.name))
                .help(format!("take {}, or say `workload.x86_only = true`", arm.name))
                .unsafe_fix(path.as_str(), Some(Value::Text(arm.name.into())));
        }
    }
}

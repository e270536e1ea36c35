//! Auto-termination on a release that does not have it.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::catalog::ReleaseFeature;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR110",
    name: "useless-auto-termination",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

`auto_termination` or `managed_scaling` with a release before 5.30.0, or with 6.0.0.

## Why it matters

EMR refuses the policy.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-5.29.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
auto_termination = "1h"
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
    let asked = [
        ("auto_termination", spec.auto_termination.is_some(), ReleaseFeature::AutoTermination),
        ("managed_scaling", spec.managed_scaling.is_some(), ReleaseFeature::ManagedScaling),
    ];
    for (field, set, feature) in asked {
        if set && catalog::feature_in(&spec.release, feature).is_some_and(|(has, _)| !has) {
            findings
                .at(field, format!("{} has no {}", spec.release, feature.name()))
                .help("take a newer release; 5.30.0 and 6.1.0 were the first with it");
        }
    }
}

//! The release, or the region, does not offer an instance type.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR004",
    name: "unsupported-type",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An instance type that the EMR release does not take, or that the region does not price. Support is not monotonic: m8i is in 6.15.0 and not in 7.0.0.

## Why it matters

RunJobFlow is refused, and with a pipeline this is noticed at night.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m5.large" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m5.xlarge" }
```

## References

- EMR API reference, `ListSupportedInstanceTypes`.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let region = view.project.architecture.settings.region.as_str();
    for (path, name) in judge::types(spec).into_iter().filter(|(_, name)| !name.starts_with('t')) {
        let message = if catalog::supports(&spec.release, &name) == Some(false) {
            format!("{} does not take {name}", spec.release)
        } else if catalog::instance(&name).is_some() && catalog::offered_in(&name, region).is_some_and(|offer| !offer.listed) {
            format!("{region} does not offer {name}")
        } else {
            continue;
        };
        let other = catalog::instance(&name)
            .and_then(|_| catalog::newer_equivalent(&name, Some(&spec.release)))
            .or_else(|| catalog::nearest_instance(&name).filter(|near| near.name != name))
            .filter(|near| catalog::supports(&spec.release, near.name) != Some(false));
        let finding = findings.at(path.as_str(), message);
        if catalog::supports(&spec.release, &name) != Some(false) {
            // The region's price file has a day, and types come after it.
            finding.level(Level::Warning).confidence(Confidence::Estimated);
        }
        if let Some(other) = other {
            finding.help(format!("take {}", other.name)).unsafe_fix(path.as_str(), Some(Value::Text(other.name.into())));
        }
    }
}

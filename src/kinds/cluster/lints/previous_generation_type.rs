//! An instance type of a previous generation.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR005",
    name: "previous-generation-type",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Instance types of families that newer ones have replaced: m4, c4, r4, i3 and older.

## Why it matters

Newer generations do the same work for less money, and old ones are short in more and more zones.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m4.2xlarge" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.2xlarge" }
```

## References

- Amazon EC2, "Previous generation instances".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for (path, name) in judge::types(spec).into_iter().filter(|(_, name)| catalog::is_previous_generation(name)) {
        let newer = catalog::arm_equivalent(&name, Some(&spec.release)).or_else(|| catalog::newer_equivalent(&name, Some(&spec.release)));
        let finding = findings.at(path.as_str(), format!("{name} is of a previous generation"));
        if let Some(newer) = newer {
            finding.help(format!("take {}", newer.name)).unsafe_fix(path.as_str(), Some(Value::Text(newer.name.into())));
        }
    }
}

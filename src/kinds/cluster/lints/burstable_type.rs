//! A burstable instance type, which EMR does not take.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR003",
    name: "burstable-type",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An instance type of the families t2, t3, t3a and t4g.

## Why it matters

EMR offers no burstable types in any region, so that the cluster fails at launch. Old advice to run waiting work on t2.medium is dated.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "t3.xlarge" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge" }
```

## References

- EMR management guide, "Supported instance types".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for (path, name) in judge::types(spec) {
        let family = catalog::family_of(&name);
        if family.strip_prefix('t').is_some_and(|rest| rest.starts_with(['2', '3', '4'])) {
            findings
                .at(path.as_str(), format!("EMR offers no burstable types: {name}"))
                .help("take m7g.xlarge; for work that only waits, a function or EMR Serverless")
                .unsafe_fix(path.as_str(), Some(Value::Text("m7g.xlarge".into())));
        }
    }
}

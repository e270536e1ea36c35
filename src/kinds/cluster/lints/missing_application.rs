//! The release does not carry an application.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR034",
    name: "missing-application",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An application that the EMR release does not have: Ganglia in 7.x, Mahout in 6.x, Flume or Splunk ever.

## Why it matters

The cluster fails at launch.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark", "Ganglia"]
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
```

## References

- EMR release guide, "Application versions".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for (at, name) in spec.applications.iter().enumerate().filter(|(_, name)| !name.contains("${")) {
        let Some(found) = catalog::application_in(&spec.release, name).filter(|found| !found.included) else { continue };
        let path = format!("applications[{at}]");
        let finding = findings.at(path.as_str(), format!("{} does not carry {name}", spec.release));
        if !found.certainty.may_refuse() {
            finding.level(Level::Warning);
        }
        if let Some(near) = catalog::nearest_application(&spec.release, name) {
            finding.help(format!("did you mean `{near}`?")).unsafe_fix(path.as_str(), Some(Value::Text(near.into())));
        } else {
            finding.help("remove it, or take a release that has it");
        }
    }
}

//! An engine that others have replaced.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR035",
    name: "outdated-engine",
    group: Group::Performance,
    level: Level::Advice,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

Pig, Oozie, Mahout or Sqoop, or Hive on MapReduce.

## Why it matters

Spark has taken the place of MapReduce and Pig, and newer releases drop these applications one by one.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Pig"]
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

- EMR release guide, "What's new".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for (old, new) in [("Pig", "Spark"), ("Oozie", "a pipeline"), ("Mahout", "Spark MLlib"), ("Sqoop", "Spark's JDBC source, or Glue")] {
        if let Some(at) = spec.applications.iter().position(|name| name.eq_ignore_ascii_case(old)) {
            findings.at(format!("applications[{at}]").as_str(), format!("{old} is outdated")).help(format!("use {new}"));
        }
    }
    if layout::property(spec, "hive-site", "hive.execution.engine").is_some_and(|engine| engine == "mr") {
        findings.at("configuration", "Hive runs on MapReduce").help("set `hive.execution.engine` to `tez`");
    }
}

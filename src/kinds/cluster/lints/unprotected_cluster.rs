//! A long-running cluster may be ended by mistake.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR018",
    name: "unprotected-cluster",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A long-running cluster without termination protection, except in environments for trials.

## Why it matters

One wrong call ends it, with all that runs on it and all that HDFS holds. The console switches protection on; the API does not.

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
termination_protection = true
```

## References

- EMR management guide, "Using termination protection".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if !spec.is_transient()
        && spec.termination_protection != Some(true)
        && layout::instances(&spec.primary) < 3
        && judge::is_production(view)
    {
        findings
            .at("termination_protection", "one wrong call ends this cluster")
            .help("set `termination_protection = true`")
            .safe_fix("termination_protection", Some(Value::Bool(true)));
    }
}

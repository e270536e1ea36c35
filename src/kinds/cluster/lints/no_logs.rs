//! Nothing keeps the logs.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR044",
    name: "no-logs",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A cluster without `log_uri`.

## Why it matters

Logs stay on the nodes and end with them: a step that failed at night cannot be understood in the morning.

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
log_uri = "s3://logs/emr/"
```

## References

- EMR API reference, `RunJobFlow`: "If this value is not provided, logs are not created."; cdk-nag EMR2.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.log_uri.is_none() && spec.monitoring.is_none() {
        findings.at("log_uri", "no logs are kept").help("set `log_uri = \"s3://…/emr/\"`");
    }
}

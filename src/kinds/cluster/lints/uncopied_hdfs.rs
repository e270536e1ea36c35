//! A long-running cluster keeps results on HDFS alone.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR011",
    name: "uncopied-hdfs",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A step of a long-running cluster whose output is on HDFS, when no step copies anything to S3.

## Why it matters

HDFS lives as long as the cluster does. When it is replaced or ends, the data is gone.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
arguments = ["--target", "hdfs:///warehouse/"]
action_on_failure = "continue"
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
arguments = ["--target", "s3://lake/warehouse/"]
action_on_failure = "continue"
```

## References

- EMR management guide, "Work with storage and file systems".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.is_transient() || spec.step.iter().any(judge::copies_to_s3) {
        return;
    }
    for (at, step) in spec.step.iter().enumerate() {
        if let Some(place) = judge::outputs(step).into_iter().find(|place| judge::is_hdfs(place)) {
            findings
                .at(format!("step[{at}]").as_str(), format!("the result of step `{}` is on HDFS alone: {place}", step.name))
                .help("write to `s3://…`, which outlives the cluster");
        }
    }
}

//! A transient cluster leaves its results on HDFS.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR010",
    name: "results-on-transient-hdfs",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A step of a transient cluster whose output is on HDFS, when no later step reads it or copies it to S3.

## Why it matters

HDFS is gone when the cluster ends, and so is the result.

## Example

```toml bad
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
arguments = ["--target", "hdfs:///sessions/"]
action_on_failure = "terminate-cluster"
```

```toml good
[cluster.x]
lifetime = "transient"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.step]]
name = "load"
script = "s3://code/load.py"
arguments = ["--target", "s3://lake/sessions/"]
action_on_failure = "terminate-cluster"
```

## References

- EMR management guide, "Work with storage and file systems".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if !spec.is_transient() {
        return;
    }
    for (at, step) in spec.step.iter().enumerate().filter(|(_, step)| !judge::copies_to_s3(step)) {
        let Some(place) = judge::outputs(step).into_iter().find(|place| judge::is_hdfs(place)) else { continue };
        let later = spec.step.iter().skip(at + 1);
        let used = later.into_iter().any(|step| step.command.iter().chain(&step.arguments).any(|word| word.contains(place)));
        if !used {
            findings
                .at(format!("step[{at}]").as_str(), format!("the result of step `{}` is lost with the cluster: {place}", step.name))
                .help("write to `s3://…`, or add a step that runs `s3-dist-cp`");
        }
    }
}

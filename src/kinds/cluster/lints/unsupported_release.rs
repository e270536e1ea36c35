//! The EMR release is out of support, or is none.

use crate::base::diagnostic::Level;
use crate::catalog::{Phase, Release};
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR101",
    name: "unsupported-release",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A release whose standard support has ended; an error when its life has ended or when there is no such release.

## Why it matters

After 24 months a release gets no more fixes, after 36 months AWS may refuse to start it.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-6.5.0"
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
```

## References

- Amazon EMR standard support policy.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if spec.release.contains("${") {
        return;
    }
    let newest = Release::newest().map_or("the newest release", |release| release.label);
    let Some(release) = Release::parse(&spec.release) else {
        let finding = findings.at("release", format!("there is no release `{}` that is known here", spec.release));
        match Release::nearest(&spec.release) {
            Some(near) => {
                finding.level(Level::Error).help(format!("did you mean `{}`?", near.label));
                finding.unsafe_fix("release", Some(Value::Text(near.label.into())));
            }
            None => drop(finding.help(format!("take {newest}"))),
        }
        return;
    };
    let (message, level) = match release.phase(view.project.today) {
        Phase::EndOfSupport(day) => (format!("standard support of {} ended on {day}", release.label), Level::Warning),
        Phase::EndOfLife(day) => (format!("the life of {} ended on {day}", release.label), Level::Error),
        Phase::Supported | Phase::Unknown => return,
    };
    let level = if release.provenance.certainty.may_refuse() { level } else { Level::Warning };
    findings.at("release", message).level(level).help(format!("take {newest}")).unsafe_fix("release", Some(Value::Text(newest.into())));
}

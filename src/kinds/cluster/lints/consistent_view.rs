//! EMRFS consistent view, which nobody needs any more.

use crate::base::diagnostic::Level;
use crate::catalog;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR033",
    name: "consistent-view",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`fs.s3.consistent = true` in `emrfs-site`. An error for releases that came after its retirement on 2023-06-01.

## Why it matters

S3 has been strongly consistent since 2020-12-01. The view keeps a DynamoDB table that costs money and can be out of step.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.configuration]]
classification = "emrfs-site"
properties = { "fs.s3.consistent" = "true" }
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

- EMR management guide, "Consistent view".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    if layout::property(spec, "emrfs-site", "fs.s3.consistent").is_none_or(|value| !value.eq_ignore_ascii_case("true")) {
        return;
    }
    let retired = catalog::Release::parse(&spec.release).and_then(|release| release.released);
    let finding = findings.at("configuration", "EMRFS consistent view is retired");
    finding.help("remove `fs.s3.consistent`, and delete its DynamoDB table");
    if retired.is_some_and(|released| released > jiff::civil::date(2023, 6, 1)) {
        finding.level(Level::Error);
    }
}

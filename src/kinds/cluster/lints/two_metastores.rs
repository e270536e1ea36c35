//! Two metastores at once.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR032",
    name: "two-metastores",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `hive-site` that names the Glue Data Catalog and the JDBC address of another metastore.

## Why it matters

Tables can be defined in one place only; which one wins depends on the application.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hive"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
metastore = "glue"

[[cluster.x.configuration]]
classification = "hive-site"
properties = { "javax.jdo.option.ConnectionURL" = "jdbc:mysql://db:3306/hive" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hive"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
metastore = "external"

[[cluster.x.configuration]]
classification = "hive-site"
properties = { "javax.jdo.option.ConnectionURL" = "jdbc:mysql://db:3306/hive" }
```

## References

- EMR release guide, "Configuring an external metastore for Hive".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let glue = layout::property(spec, "hive-site", "hive.metastore.client.factory.class").is_some_and(|class| class.contains("glue"));
    let external =
        ["javax.jdo.option.ConnectionURL", "hive.metastore.uris"].iter().any(|key| layout::property(spec, "hive-site", key).is_some());
    if glue && external {
        let path = if spec.metastore.is_some() { "metastore" } else { "configuration" };
        findings.at(path, "the Glue catalog and another metastore are both named").help("keep one of them");
    }
}

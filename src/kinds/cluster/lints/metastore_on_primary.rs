//! Tables are defined in a database that ends with the cluster.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "EMR031",
    name: "metastore-on-primary",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Hive, Presto or Trino without `metastore`, and without configurations that name one.

## Why it matters

The default metastore is a database on the primary node. Its tables are gone with the cluster, and no other cluster, crawler or job sees them.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hive"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Hive"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
metastore = "glue"
```

## References

- EMR release guide, "Configuring an external metastore for Hive".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let uses = ["Hive", "Presto", "Trino", "PrestoSQL"].into_iter().find(|name| judge::has(spec, name));
    let Some(application) = uses.filter(|_| spec.metastore.is_none()) else { return };
    let names = [
        ("hive-site", "hive.metastore.client.factory.class"),
        ("hive-site", "javax.jdo.option.ConnectionURL"),
        ("hive-site", "hive.metastore.uris"),
        ("presto-connector-hive", "hive.metastore"),
        ("trino-connector-hive", "hive.metastore"),
    ];
    if !names.iter().any(|(classification, key)| layout::property(spec, classification, key).is_some()) {
        findings
            .at("metastore", format!("the tables of {application} are defined on the primary node and end with it"))
            .help("set `metastore = \"glue\"`; or `\"local\"` when that is meant")
            .unsafe_fix("metastore", Some(Value::Text("glue".into())));
    }
}

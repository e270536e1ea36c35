//! A bootstrap script comes from somewhere else.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Buckets that AWS publishes examples in, which have changed hands or content before.
const PUBLIC: &[&str] = &["aws-bigdata-blog", "aws-emr-resources", "elasticmapreduce", "awssupportdatasvcs"];

pub(super) static RULE: Rule = Rule {
    code: "EMR126",
    name: "foreign-bootstrap",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A bootstrap action whose path is an `http` address, or in a bucket of somebody else's that is known to be public.

## Why it matters

The script runs as root on every node. Whoever can change it owns the cluster and its data.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.bootstrap]]
name = "tool"
path = "s3://aws-bigdata-blog/artifacts/install.sh"
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }

[[cluster.x.bootstrap]]
name = "tool"
path = "s3://my-code/install.sh"
```

## References

- Our own analysis of the supply chain.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    for (at, action) in spec.bootstrap.iter().enumerate() {
        let words = action.arguments.iter().chain([&action.path]);
        let foreign = words.into_iter().any(|text| {
            let bucket = text.strip_prefix("s3://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            text.starts_with("http://") || text.starts_with("https://") || PUBLIC.iter().any(|prefix| bucket.starts_with(prefix))
        });
        if foreign {
            findings
                .at(
                    format!("bootstrap[{at}].path").as_str(),
                    format!("bootstrap action `{}` runs a script of somebody else's as root", action.name),
                )
                .help("read it, copy it into a bucket of your own, and name that");
        }
    }
}

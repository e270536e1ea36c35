//! The nodes answer the old, unprotected metadata service.

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::judge;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EMR122",
    name: "imds-v1-allowed",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A cluster without a security configuration, which alone can demand version 2 of the instance metadata service (from EMR 5.32 and 6.2 on).

## Why it matters

Through version 1 any program that can be tricked into fetching a URL on the node hands out the credentials of the nodes' role.

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
security_configuration = "imds-v2"
```

## References

- EMR management guide, "Configure IMDS": `InstanceMetadataServiceConfiguration`.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let can = judge::is_since(spec, (6, 2, 0)) || (judge::is_since(spec, (5, 32, 0)) && !judge::is_since(spec, (6, 0, 0)));
    if spec.security_configuration.is_none() && can {
        findings.at("security_configuration", "the nodes allow version 1 of the metadata service").help(
            "name a security configuration with `InstanceMetadataServiceConfiguration = { MinimumInstanceMetadataServiceVersion = 2 }`",
        );
    }
}

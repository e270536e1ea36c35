//! A bucket that the public may be let into.

use crate::base::diagnostic::Level;
use crate::kinds::bucket::Bucket;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "BKT001",
    name: "open-public-access",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A bucket whose `public_access_block` switches one of the four protections off.

## Why it matters

New buckets keep the public out. Without the block, one wrong policy or ACL shows the data to everybody. Data pipelines have no need for public
buckets; a site is better served by CloudFront, which needs none either.

## Example

```toml bad
[bucket.raw]
public_access_block = { block_public_policy = false }
```

```toml good
[bucket.raw]
```

## References

- Amazon S3 user guide, "Blocking public access to your Amazon S3 storage".
- AWS Security Hub, control S3.8.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(block) = view.spec::<Bucket>().and_then(|spec| spec.public_access_block.as_ref()) else { return };
    let fields = [
        ("block_public_acls", block.block_public_acls),
        ("ignore_public_acls", block.ignore_public_acls),
        ("block_public_policy", block.block_public_policy),
        ("restrict_public_buckets", block.restrict_public_buckets),
    ];
    for (field, _) in fields.into_iter().filter(|(_, closed)| !closed) {
        let path = format!("public_access_block.{field}");
        findings
            .at(path.as_str(), "the public may be let into the bucket")
            .help(format!("remove `{field} = false`"))
            .unsafe_fix(path.as_str(), Some(Value::Bool(true)));
    }
}

//! Old versions that are kept, and paid for, for ever.

use crate::base::diagnostic::Level;
use crate::kinds::bucket::Bucket;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "BKT002",
    name: "endless-versions",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A bucket with `versioning = true` and no lifecycle rule that deletes or moves older versions.

## Why it matters

Each overwrite and each delete keeps what was there before, at the full price of storage. A job that rewrites its output every day doubles the bill
every day, and nobody sees it, because lists show current versions only.

## Example

```toml bad
[bucket.lake]
versioning = true
```

```toml good
[bucket.lake]
versioning = true
lifecycle_rule = [{ id = "old-versions", noncurrent_expire_after = "30d" }]
```

## References

- Amazon S3 user guide, "Configuring lifecycle for a bucket with versioning".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Bucket>().filter(|spec| spec.versioning == Some(true)) else { return };
    let ends = |rule: &crate::kinds::bucket::LifecycleRule| {
        rule.enabled && (rule.noncurrent_expire_after.is_some() || !rule.noncurrent_transition.is_empty())
    };
    if !spec.lifecycle_rule.iter().any(ends) {
        findings
            .at("versioning", "older versions are kept for ever")
            .help("add a `lifecycle_rule` with `noncurrent_expire_after = \"30d\"`");
    }
}

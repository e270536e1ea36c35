//! Provisioned concurrency that Lambda refuses.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::kinds::function::SnapStart;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM112",
    name: "impossible-provisioned-concurrency",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

More provisioned than reserved concurrency, provisioned concurrency of `$LATEST` or of an alias that is not declared, or together with SnapStart.

## Why it matters

Lambda refuses it, after the function was made.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
publish = true
reserved_concurrency = 5

[[function.ingest.alias]]
name = "live"

[[function.ingest.provisioned]]
alias = "live"
concurrency = 10
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
publish = true
reserved_concurrency = 20

[[function.ingest.alias]]
name = "live"

[[function.ingest.provisioned]]
alias = "live"
concurrency = 10
```

## References

- AWS Lambda developer guide, provisioned concurrency.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.provisioned.is_empty() {
        return;
    }
    let total: u32 = spec.provisioned.iter().map(|provisioned| provisioned.concurrency).sum();
    if let Some(reserved) = spec.reserved_concurrency.filter(|reserved| total > *reserved) {
        findings
            .at("provisioned[0].concurrency", format!("{total} environments are provisioned and {reserved} executions reserved"))
            .help(format!("set `reserved_concurrency = {total}` or more"));
    }
    if spec.snap_start == Some(SnapStart::PublishedVersions) {
        findings.at("snap_start", "SnapStart and provisioned concurrency exclude each other").help("keep one of the two");
    }
    for (at, provisioned) in spec.provisioned.iter().enumerate() {
        let path = Path::from("provisioned").index(at).key("alias");
        let is_number = provisioned.alias.chars().all(|c| c.is_ascii_digit());
        if provisioned.alias == "$LATEST" {
            findings.at(path, "nothing can be provisioned for $LATEST").help("publish versions and name an alias");
        } else if !is_number && !provisioned.alias.contains("${") && !spec.alias.iter().any(|alias| alias.name == provisioned.alias) {
            findings.at(path, format!("the function has no alias `{}`", provisioned.alias)).help("declare the alias");
        }
    }
}

//! A crawler that deletes tables from the catalog.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::kinds::crawler::OnDelete;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "CRW104",
    name: "crawler-may-delete-tables",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`schema_change = { delete = "delete-from-database" }`.

## Why it matters

A prefix that is empty for an hour, or a target that was mistyped, and the tables over it are gone, with their grants and their views.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schema_change = { delete = "delete-from-database" }

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
schema_change = { delete = "deprecate-in-database" }

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

## References

- AWS Glue API, SchemaChangePolicy: DeleteBehavior
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    if spec.schema_change.delete == OnDelete::DeleteFromDatabase {
        findings
            .at("schema_change.delete", "a missing prefix deletes the tables over it")
            .help("write `delete = \"deprecate-in-database\"`: the table stays, and is marked")
            .unsafe_fix("schema_change.delete", Some(Value::Text("deprecate-in-database".into())));
    }
}

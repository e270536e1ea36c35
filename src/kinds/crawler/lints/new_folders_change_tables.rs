//! An incremental crawler that wants to change tables.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::kinds::crawler::{OnDelete, OnUpdate, Recrawl, SchemaChange, Targets};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "CRW102",
    name: "new-folders-change-tables",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`recrawl = "new-folders-only"` with a `schema_change` that is not `log` twice, or with targets other than S3.

## Why it matters

Glue refuses it: who sees only new folders cannot judge what has changed or gone.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
recrawl = "new-folders-only"

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
recrawl = "new-folders-only"
schema_change = { update = "log", delete = "log" }

[[crawler.a.targets.s3]]
path = "s3://raw/events/"
```

## References

- AWS Glue developer guide, "Incremental crawls for adding new partitions"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    if spec.recrawl != Recrawl::NewFoldersOnly {
        return;
    }
    if spec.schema_change != (SchemaChange { update: OnUpdate::Log, delete: OnDelete::Log }) {
        let log = || Value::Text("log".into());
        let both: Value = [("update".to_owned(), log()), ("delete".to_owned(), log())].into_iter().collect();
        findings
            .at("recrawl", "a crawler of new folders may only log what has changed")
            .help("write `schema_change = { update = \"log\", delete = \"log\" }`")
            .safe_fix("schema_change", Some(both));
    }
    let others = Targets { s3: Vec::new(), ..spec.targets.clone() };
    if !others.is_empty() {
        findings.at("targets", "only prefixes of S3 have new folders").help("put the other targets into a crawler of their own");
    }
}

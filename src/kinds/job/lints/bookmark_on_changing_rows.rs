//! A bookmark over rows that are changed in place.

use crate::base::diagnostic::Level;
use crate::kinds::job::Bookmark;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU012",
    name: "bookmark-on-changing-rows",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`bookmark = "enable"` with a source of type `jdbc` that is `mutable`.

## Why it matters

A bookmark sees new rows. Rows that were changed keep their key, and are never read again.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
sources = [{ type = "jdbc", path = "shop.orders", bookmark_keys = ["id"], mutable = true }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
sources = [{ type = "jdbc", path = "shop.orders", bookmark_keys = ["id"] }]
```

## References

- AWS Glue developer guide, "Tracking processed data using job bookmarks": only new rows are processed
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.bookmark != Some(Bookmark::Enable) {
        return;
    }
    for (at, source) in spec.sources.iter().enumerate() {
        if source.store == "jdbc" && source.mutable {
            findings
                .at(format!("sources[{at}].mutable").as_str(), "rows that change are never read again")
                .help("use change data capture (DMS), merge into an Iceberg table, or read everything each time");
        }
    }
}

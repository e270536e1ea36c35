//! A bookmark over rows that have no order.

use crate::base::diagnostic::Level;
use crate::kinds::job::Bookmark;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU011",
    name: "bookmark-without-order",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`bookmark = "enable"` with a source of type `jdbc` that names no `bookmark_keys` and has no `monotonic_key`.

## Why it matters

Over JDBC a bookmark remembers the greatest key it has seen. If keys do not only grow or only fall, rows are missed, and nothing says so.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
sources = [{ type = "jdbc", path = "shop.orders" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
sources = [{ type = "jdbc", path = "shop.orders", bookmark_keys = ["id"] }]
```

## References

- AWS Glue developer guide, "Tracking processed data using job bookmarks": JDBC sources
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.bookmark != Some(Bookmark::Enable) {
        return;
    }
    for (at, source) in spec.sources.iter().enumerate() {
        if source.store == "jdbc" && source.bookmark_keys.is_empty() && !source.monotonic_key {
            findings
                .at(format!("sources[{at}]").as_str(), "the bookmark has no key to go by")
                .label("rows may be missed")
                .help("add `bookmark_keys = [\"id\"]`, or `monotonic_key = true` if the primary key only grows or only falls");
        }
    }
}

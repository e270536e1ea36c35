//! Several runs share one bookmark.

use crate::base::diagnostic::Level;
use crate::kinds::job::Bookmark;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU013",
    name: "bookmark-with-parallel-runs",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`bookmark = "enable"` with `max_concurrent_runs` above 1.

## Why it matters

Two runs at once move the same mark. What one of them has read may be read twice, or not at all.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
max_concurrent_runs = 3
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
bookmark = "enable"
```

## References

- AWS Glue developer guide, "Tracking processed data using job bookmarks": set the maximum concurrency to 1
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    if spec.bookmark == Some(Bookmark::Enable) && spec.max_concurrent_runs > 1 {
        findings
            .at("max_concurrent_runs", "runs at once share one bookmark")
            .label("data is read twice, or not at all")
            .help("write `max_concurrent_runs = 1`")
            .safe_fix("max_concurrent_runs", Some(Value::Number(1.into())));
    }
}

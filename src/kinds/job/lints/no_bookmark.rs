//! A scheduled job that reads old data again and again.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::kinds::job::{Bookmark, Type};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GLU010",
    name: "no-bookmark",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A job on a schedule with sources of type `s3` or `jdbc` whose `bookmark` is not enabled. `incremental = false` says that it means to read everything.

## Why it matters

Without a bookmark each run reads everything since the beginning: it takes longer every day, and costs more every day.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
schedule = "cron(0 3 * * ? *)"
sources = [{ type = "s3", path = "s3://raw/events/" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
schedule = "cron(0 3 * * ? *)"
bookmark = "enable"
sources = [{ type = "s3", path = "s3://raw/events/" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
schedule = "cron(0 3 * * ? *)"
incremental = false
sources = [{ type = "s3", path = "s3://raw/rates/" }]
```

## References

- AWS Glue developer guide, "Tracking processed data using job bookmarks"; the default is `job-bookmark-disable`
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    let forgets = matches!(spec.bookmark, None | Some(Bookmark::Disable));
    let finite = spec.sources.iter().any(|source| ["s3", "jdbc"].contains(&source.store.as_str()));
    if spec.job_type == Type::Spark && forgets && finite && spec.incremental != Some(false) && super::schedules(spec).next().is_some() {
        let place = if spec.bookmark.is_some() { "bookmark" } else { "sources" };
        findings
            .at(place, "every run reads all of the data again")
            .label("no bookmark")
            .help("add `bookmark = \"enable\"`, or `incremental = false` if that is meant")
            .unsafe_fix("bookmark", Some(Value::Text("enable".into())));
    }
}

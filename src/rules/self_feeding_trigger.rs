//! A function writes to the bucket whose new objects start it.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT006",
    name: "self-feeding-trigger",
    group: Group::Cost,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An S3 trigger on new objects of a bucket that the function `writes` to. With neither prefix nor suffix it is an error; with one of them a warning, because where the function writes is a matter of its code.

## Why it matters

Each object it writes starts it again. Lambda ends such loops after about 16 rounds: a net, and each round was paid for. Of 18 functions with S3 triggers in AWS's own samples, 5 may write to that bucket.

## Example

```toml bad
# file: src/app.py
[bucket.photos]

[function.resize]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
writes = ["bucket.photos"]
[[function.resize.trigger.s3]]
bucket = "bucket.photos"
```

```toml good
# file: src/app.py
[bucket.photos]

[bucket.small]

[function.resize]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
writes = ["bucket.small"]
[[function.resize.trigger.s3]]
bucket = "bucket.photos"
```

## References

- AWS Lambda developer guide, "Process Amazon S3 event notifications with Lambda": use two buckets, or a trigger on a prefix for incoming objects only.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let at_creation = |events: &[String]| events.iter().any(|event| event.starts_with("s3:ObjectCreated:") || event == "s3:*");
        for (number, trigger) in spec.trigger.s3.iter().enumerate().filter(|(_, trigger)| at_creation(&trigger.events)) {
            let bucket = trigger.bucket.address();
            let same = |other: &crate::model::reference::Ref| match (&bucket, other.address()) {
                (Some(bucket), Some(other)) => *bucket == other,
                (None, None) => trigger.bucket.as_str().rsplit(':').next() == other.as_str().rsplit(':').next(),
                _ => false,
            };
            let Some(place) = spec.writes.iter().position(same) else { continue };
            let path = Path::root().key("trigger").key("s3").index(number).key("bucket");
            let finding = findings.on(
                &function.address,
                path,
                format!("{} can start itself: it writes to the bucket that triggers it", function.address),
            );
            finding.label("each new object starts it").seen(
                &function.address,
                Path::root().key("writes").index(place),
                "and it writes objects here",
            );
            if trigger.prefix.is_some() || trigger.suffix.is_some() {
                finding.level(Level::Warning).confidence(Confidence::Heuristic);
                finding.help("make sure that it never writes under the trigger's own prefix and suffix, or write to another bucket");
            } else {
                finding.help("write to another bucket, or give the trigger a `prefix` under which the function does not write");
            }
        }
    }
}

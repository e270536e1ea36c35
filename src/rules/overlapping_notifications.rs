//! Two notifications of a bucket would get the same event.

use std::collections::BTreeMap;

use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::bucket::Bucket;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::resource::Resource;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT101",
    name: "overlapping-notifications",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

Two notifications of one bucket, triggers of functions or the bucket's own, whose events, prefixes and suffixes overlap.

## Why it matters

S3 refuses a notification configuration in which one event could go to two places: the apply fails when the second trigger is made.

## Example

```toml bad
# file: src/app.py
[bucket.raw]

[function.first]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.first.trigger.s3]]
bucket = "bucket.raw"
prefix = "events/"

[function.second]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.second.trigger.s3]]
bucket = "bucket.raw"
prefix = "events/2026/"
```

```toml good
# file: src/app.py
[bucket.raw]

[function.first]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.first.trigger.s3]]
bucket = "bucket.raw"
prefix = "events/"

[function.second]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.second.trigger.s3]]
bucket = "bucket.raw"
prefix = "rejected/"
```

## References

- Amazon S3 user guide, "Examples of notification configurations with object key name filtering that are not valid".
"#,
    check: Check::Project(check),
};

/// A notification, and where it is declared.
struct Notification<'a> {
    owner: &'a Resource,
    path: Path,
    events: &'a [String],
    prefix: &'a str,
    suffix: &'a str,
}

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for notifications in by_bucket(view).values() {
        for (number, second) in notifications.iter().enumerate() {
            let Some(first) = notifications[..number].iter().find(|first| overlap(first, second)) else { continue };
            findings
                .on(&second.owner.address, second.path.clone(), format!("{} and {} would get the same events", first.owner.address, second.owner.address))
                .label("S3 refuses the second")
                .seen(&first.owner.address, first.path.clone(), "the first is here")
                .help("give them prefixes or suffixes that exclude each other; or one trigger on a topic or an EventBridge rule that tells both");
        }
    }
}

fn by_bucket<'a>(view: &ProjectView<'a>) -> BTreeMap<Address, Vec<Notification<'a>>> {
    let mut found: BTreeMap<Address, Vec<Notification<'a>>> = BTreeMap::new();
    for (owner, spec) in view.all::<Function>() {
        for (number, trigger) in spec.trigger.s3.iter().enumerate() {
            let Some(bucket) = trigger.bucket.address() else { continue };
            found.entry(bucket).or_default().push(Notification {
                owner,
                path: Path::root().key("trigger").key("s3").index(number).key("bucket"),
                events: &trigger.events,
                prefix: trigger.prefix.as_deref().unwrap_or_default(),
                suffix: trigger.suffix.as_deref().unwrap_or_default(),
            });
        }
    }
    for (owner, spec) in view.all::<Bucket>() {
        for (number, notification) in spec.notification.iter().enumerate() {
            found.entry(owner.address.clone()).or_default().push(Notification {
                owner,
                path: Path::root().key("notification").index(number),
                events: &notification.events,
                prefix: notification.prefix.as_deref().unwrap_or_default(),
                suffix: notification.suffix.as_deref().unwrap_or_default(),
            });
        }
    }
    found
}

fn overlap(one: &Notification<'_>, other: &Notification<'_>) -> bool {
    let events = one.events.iter().any(|a| other.events.iter().any(|b| event_overlaps(a, b)));
    let prefixes = one.prefix.starts_with(other.prefix) || other.prefix.starts_with(one.prefix);
    let suffixes = one.suffix.ends_with(other.suffix) || other.suffix.ends_with(one.suffix);
    events && prefixes && suffixes
}

/// `s3:ObjectCreated:*` holds `s3:ObjectCreated:Put`.
fn event_overlaps(one: &str, other: &str) -> bool {
    let holds = |wide: &str, narrow: &str| wide.strip_suffix('*').is_some_and(|stem| narrow.starts_with(stem));
    one == other || holds(one, other) || holds(other, one)
}

//! One bad record can stop a whole stream, because it has one shard.

use super::streams::{shards, stream, trigger_path};
use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "KIN005",
    name: "single-shard-without-limits",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A stream with one shard that triggers a function with no limit on retries: neither `bisect_on_error`, `max_retries`, `max_record_age`, `on_failure` nor `report_batch_item_failures`.

## Why it matters

Lambda tries a batch again until it succeeds or its records expire, and its shard waits for it. With one shard everything waits. More shards narrow the damage; limits end it.

## Example

```toml bad
# file: src/app.py
[stream.clicks]
shards = 1
retention = "24h"

[function.ingest]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.ingest.trigger.kinesis]]
stream = "stream.clicks"
```

```toml good
# file: src/app.py
[stream.clicks]
shards = 1
retention = "24h"

[function.ingest]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.ingest.trigger.kinesis]]
stream = "stream.clicks"
bisect_on_error = true
max_retries = 5
```

## References

- AWS Lambda developer guide, "Configuring error handling for Kinesis event source mappings".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        for (at, trigger) in spec.trigger.kinesis.iter().enumerate() {
            let limited = trigger.bisect_on_error
                || trigger.max_retries.is_some()
                || trigger.max_record_age.is_some()
                || trigger.on_failure.is_some()
                || trigger.report_batch_item_failures;
            let Some(stream) = stream(view, &trigger.stream).filter(|stream| !limited && shards(stream) == Some(1)) else { continue };
            findings
                .on(&stream.address, "shards", format!("a record on which {} fails stops all of {}", function.address, stream.address))
                .label("one shard: everything waits behind it")
                .seen(&function.address, trigger_path("kinesis", at, "stream"), "tried again until the records expire")
                .help("limit the retries of the trigger: `bisect_on_error`, `max_retries`, `on_failure`; more shards narrow the damage");
        }
    }
}

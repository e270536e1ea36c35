//! A stream can ask for more executions than are reserved for the function.

use super::streams::{shards, stream, trigger_path};
use crate::base::diagnostic::Level;
use crate::base::prose::count;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "KIN109",
    name: "starved-stream-consumer",
    group: Group::Reliability,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function whose `reserved_concurrency` is below the shards of a stream that triggers it times the trigger's `parallelization`.

## Why it matters

Lambda runs one invocation for each shard and parallel batch. Those above the reserve are throttled: their shards wait, and the age of their records grows.

## Example

```toml bad
# file: src/app.py
[stream.clicks]
shards = 4
retention = "24h"

[function.ingest]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
reserved_concurrency = 4
[[function.ingest.trigger.kinesis]]
stream = "stream.clicks"
parallelization = 2
```

```toml good
# file: src/app.py
[stream.clicks]
shards = 4
retention = "24h"

[function.ingest]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
reserved_concurrency = 8
[[function.ingest.trigger.kinesis]]
stream = "stream.clicks"
parallelization = 2
```

## References

- AWS Lambda developer guide, "Using Lambda to process records from Amazon Kinesis Data Streams": parallelization factor.
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let Some(reserved) = spec.reserved_concurrency.filter(|reserved| *reserved > 0) else { continue };
        for (at, trigger) in spec.trigger.kinesis.iter().enumerate().filter(|(_, trigger)| trigger.enabled) {
            let Some((stream, shards)) = stream(view, &trigger.stream).and_then(|stream| Some((stream, shards(stream)?))) else { continue };
            let (shards, parallel) = (u64::from(shards), u64::from(trigger.parallelization.unwrap_or(1)));
            if shards * parallel > u64::from(reserved) {
                findings
                    .on(
                        &function.address,
                        "reserved_concurrency",
                        format!("{} can ask for {} executions of {} at once", stream.address, shards * parallel, function.address),
                    )
                    .label(format!("{reserved} reserved"))
                    .seen(&stream.address, "shards", count_of(shards, "shard", "shards"))
                    .seen(
                        &function.address,
                        trigger_path("kinesis", at, "parallelization"),
                        format!("{} of each shard at once", count_of(parallel, "batch", "batches")),
                    )
                    .help(format!("reserve {} or lower the parallelization", shards * parallel));
            }
        }
    }
}

fn count_of(number: u64, one: &str, many: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

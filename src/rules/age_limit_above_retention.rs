//! A limit on the age of records can never take effect.

use super::streams::{retention, stream, trigger_path};
use crate::base::diagnostic::Level;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN104",
    name: "age-limit-above-retention",
    group: Group::Correctness,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A trigger whose `max_record_age` is longer than the stream keeps its records; a DynamoDB stream keeps them for 24 hours.

## Why it matters

Records expire before they reach that age. The limit looks like protection against a record that blocks its shard, and protects nothing.

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
max_record_age = "48h"
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
max_record_age = "6h"
```

## References

- AWS Lambda, `MaximumRecordAgeInSeconds`; Amazon DynamoDB developer guide, "Change data capture for DynamoDB Streams": 24 hours.
"#,
    check: Check::Project(check),
};

/// How long a DynamoDB stream keeps records.
const DYNAMODB_RETENTION: Duration = Duration::hours(24);

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (function, spec) in view.all::<Function>().filter(|(function, _)| function.is_managed()) {
        let kinesis = spec.trigger.kinesis.iter().enumerate().filter_map(|(at, trigger)| {
            let stream = stream(view, &trigger.stream)?;
            Some(("kinesis", at, trigger.max_record_age?, retention(stream)?, Some(stream)))
        });
        let dynamodb = spec.trigger.dynamodb.iter().enumerate();
        let dynamodb = dynamodb.filter_map(|(at, trigger)| Some(("dynamodb", at, trigger.max_record_age?, DYNAMODB_RETENTION, None)));
        for (sort, at, age, kept, stream) in kinesis.chain(dynamodb).filter(|(_, _, age, kept, _)| age > kept) {
            let path = trigger_path(sort, at, "max_record_age");
            let finding = findings.on(&function.address, path.clone(), format!("no record reaches the age of {age}"));
            finding.label(format!("records are kept for {kept}")).help(format!("set `max_record_age = \"{kept}\"` or less"));
            finding.safe_fix(path, Some(Value::Text(kept.to_string())));
            if let Some(stream) = stream {
                finding.seen(&stream.address, "retention", format!("it keeps records for {kept}"));
            }
        }
    }
}

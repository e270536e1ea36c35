//! Records are kept for a day only.

use crate::base::diagnostic::Level;
use crate::kinds::stream::Stream;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "KIN116",
    name: "short-retention",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A stream that keeps records for 24 hours or less.

## Why it matters

A consumer that stops on a Friday evening has lost records by Sunday.

## Example

```toml bad
[stream.clicks]
shards = 2
```

```toml good
[stream.clicks]
shards = 2
retention = "72h"
```

## References

- Kinesis Data Streams developer guide, "Changing the data retention period".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    if view.spec::<Stream>().is_some_and(|spec| spec.retention.as_hours() <= 24) {
        findings
            .at("retention", "records are lost when nobody reads them for a day")
            .help("set `retention = \"72h\"`, which covers a weekend; it adds the price of extended retention")
            .unsafe_fix("retention", Some(Value::Text("72h".into())));
    }
}

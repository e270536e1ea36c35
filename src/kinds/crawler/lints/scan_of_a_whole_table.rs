//! A crawler that reads a whole DynamoDB table.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;
use rust_decimal::Decimal;

pub(super) static RULE: Rule = Rule {
    code: "CRW106",
    name: "scan-of-a-whole-table",
    group: Group::Performance,
    level: Level::Warning,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A DynamoDB target with `scan_all` over more than 10 GB by `usage.data_size`, or without `scan_rate`.

## Why it matters

A scan takes the table's read capacity from those who need it. A sample is enough to find the attributes.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
targets.dynamodb = [{ table = "orders" }]
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
targets.dynamodb = [{ table = "orders", scan_all = false, scan_rate = 0.5 }]
```

## References

- AWS Glue API, DynamoDBTarget: scanAll and scanRate
"#,
    check: Check::Resource(check),
};

/// A scan of more than this takes long enough to be felt.
const LARGE: Size = Size::gigabytes(10);

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Crawler>(), view.usage::<Crawler>()) else { return };
    for (at, target) in spec.targets.dynamodb.iter().enumerate() {
        let path = format!("targets.dynamodb[{at}]");
        if target.scan_all && usage.data_size.is_some_and(|size| size.likely > LARGE) {
            findings
                .at(path.as_str(), "all of a large table is read")
                .help("add `scan_all = false`: a sample shows the attributes")
                .safe_fix(format!("{path}.scan_all").as_str(), Some(Value::Bool(false)));
        } else if target.scan_rate.is_none() {
            findings
                .at(path.as_str(), "nothing limits how much of the table's read capacity is taken")
                .help("add `scan_rate = 0.5`")
                .confidence(Confidence::Proved)
                .safe_fix(format!("{path}.scan_rate").as_str(), Some(Value::Number(Decimal::new(5, 1))));
        }
    }
}

//! A table that cannot be restored.

use crate::base::diagnostic::Level;
use crate::kinds::dynamodb::Dynamodb;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "DDB001",
    name: "no-point-in-time-recovery",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A table without point-in-time recovery whose items do not expire by themselves.

## Why it matters

A faulty function overwrites items in seconds, and DynamoDB keeps no older versions. With point-in-time recovery the table can be restored as it was
at any second of the last 35 days. It costs $0.20 a GB and month in us-east-1. Tables with a `ttl` are taken to hold what can be lost.

## Example

```toml bad
[dynamodb.orders]
attributes = { id = "S" }
hash_key = "id"
```

```toml good
[dynamodb.orders]
attributes = { id = "S" }
hash_key = "id"
point_in_time_recovery = true
```

## References

- Amazon DynamoDB developer guide, "Point-in-time backups for DynamoDB".
- AWS Security Hub, control DynamoDB.2.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Dynamodb>() else { return };
    if spec.point_in_time_recovery != Some(true) && spec.ttl.is_none() {
        findings
            .at("point_in_time_recovery", "the table cannot be restored after a mistake")
            .help("set `point_in_time_recovery = true`; set it to `false` and ignore the rule where the items can be made again")
            .unsafe_fix("point_in_time_recovery", Some(Value::Bool(true)));
    }
}

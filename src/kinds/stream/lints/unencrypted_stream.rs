//! Records are not encrypted at rest.

use crate::base::diagnostic::Level;
use crate::kinds::stream::Stream;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SEC104",
    name: "unencrypted-stream",
    group: Group::Security,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A Kinesis stream without `kms_key`.

## Why it matters

Unlike SQS or S3, Kinesis encrypts nothing unless it is told to.

## Example

```toml bad
[stream.clicks]
shards = 2
```

```toml good
[stream.clicks]
shards = 2
kms_key = "alias/aws/kinesis"
```

## References

- Kinesis Data Streams developer guide, "Data protection": server-side encryption. Calls to KMS are billed.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    if view.spec::<Stream>().is_some_and(|spec| spec.kms_key.is_none()) {
        findings.at("kms_key", "records are not encrypted at rest").help("set `kms_key = \"alias/aws/kinesis\"`");
    }
}

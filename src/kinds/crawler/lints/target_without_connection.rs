//! A database that cannot be reached.

use crate::base::diagnostic::Level;
use crate::kinds::crawler::Crawler;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "CRW004",
    name: "target-without-connection",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A target of `jdbc` or `mongodb` without `connection`.

## Why it matters

The connection holds the address, the login and the network. Glue refuses the target without it.

## Example

```toml bad
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
targets.jdbc = [{ path = "shop/public/%" }]
```

```toml good
[crawler.a]
role = "arn:aws:iam::123456789012:role/glue"
database = "lake"
targets.jdbc = [{ path = "shop/public/%", connection = "shop" }]
```

## References

- AWS Glue API, JdbcTarget and MongoDBTarget: ConnectionName
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Crawler>() else { return };
    let jdbc = spec.targets.jdbc.iter().map(|target| target.connection.is_none());
    let mongodb = spec.targets.mongodb.iter().map(|target| target.connection.is_none());
    let places =
        jdbc.enumerate().map(|(at, lacks)| ("jdbc", at, lacks)).chain(mongodb.enumerate().map(|(at, lacks)| ("mongodb", at, lacks)));
    for (sort, at, _) in places.filter(|(_, _, lacks)| *lacks) {
        findings
            .at(format!("targets.{sort}[{at}]").as_str(), "the database cannot be reached without a connection")
            .help("add `connection = \"connection.NAME\"`");
    }
}

//! A job reads a store without a schema.

use crate::base::diagnostic::Level;
use crate::kinds::job::Job;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GLU005",
    name: "nosql-source",
    group: Group::Performance,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A source of type `dynamodb`, `mongodb` or `documentdb`, and, as a warning, of a store that Glue has no reader for: `cassandra`, `hbase`, `neptune`, `redis` …

## Why it matters

Reading a whole DynamoDB table takes its read capacity from everybody else; an export to S3 does not. Stores without a native reader need a connector of the marketplace, or EMR.

## Example

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sources = [{ type = "dynamodb", path = "orders" }]
```

```toml bad
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sources = [{ type = "cassandra", path = "shop.orders" }]
```

```toml good
[job.a]
script = "s3://code/a.py"
role = "arn:aws:iam::123456789012:role/glue"
sources = [{ type = "s3", path = "s3://exports/orders/", format = "ion" }]
```

## References

- AWS Glue developer guide, "DynamoDB connections": the export connector
- AWS Glue developer guide, "Connection types and options for ETL"
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Job>() else { return };
    for (at, source) in spec.sources.iter().enumerate() {
        let path = format!("sources[{at}].type");
        match source.store.as_str() {
            store @ ("dynamodb" | "mongodb" | "documentdb") => {
                let help = if store == "dynamodb" {
                    "read an export in S3 (`dynamodb.export = \"ddb\"`), or set `dynamodb.throughput.read.percent` in the script"
                } else {
                    "read from a replica, or export to S3 first"
                };
                findings.at(path.as_str(), format!("the job reads all of a {store} store")).label("takes read capacity").help(help);
            }
            store @ ("cassandra" | "hbase" | "neptune" | "redis" | "couchbase" | "keyspaces" | "timestream") => {
                findings
                    .at(path.as_str(), format!("Glue has no reader of its own for {store}"))
                    .help("use a connector of the marketplace, or EMR")
                    .level(Level::Warning);
            }
            _ => {}
        }
    }
}

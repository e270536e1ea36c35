//! A bid below the on-demand price.

use rust_decimal::Decimal;

use crate::base::diagnostic::Level;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::layout;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};
use crate::price::Book;

pub(super) static RULE: Rule = Rule {
    code: "EMR108",
    name: "low-bid",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

A `bid_price` below what the price book says the type costs on demand.

## Why it matters

A bid is a ceiling and saves nothing: Spot is billed at its own price. A low one only adds interruptions.

## Example

```toml bad
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
task = { type = "m7g.xlarge", count = 2, market = "spot", bid_price = "0.01" }
```

```toml good
[cluster.x]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
primary = { type = "m7g.xlarge" }
core = { type = "m7g.xlarge", count = 2 }
task = { type = "m7g.xlarge", count = 2, market = "spot" }
```

## References

- AWS, EMR best practices guide, "Spot usage".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Cluster>() else { return };
    let region = view.project.architecture.settings.region.as_str();
    for pool in layout::pools(spec) {
        let (Some(bid), Some(name)) = (&pool.nodes.bid_price, layout::types(pool.nodes).first().copied()) else { continue };
        let Ok(bid) = bid.parse::<Decimal>() else { continue };
        let Ok(rate) = Book::embedded().rate(region, &format!("ec2.{name}")) else {
            return findings.needs(format!("the price of {name} in {region}"));
        };
        let price = rate.tiers.first().map_or(Decimal::ZERO, |tier| tier.usd);
        if bid < price {
            let path = format!("{}.bid_price", pool.path);
            findings
                .at(path.as_str(), format!("the bid is below the on-demand price of {name}, ${}", price.normalize()))
                .help("remove it: the on-demand price is the ceiling by default")
                .safe_fix(path.as_str(), None);
        }
    }
}

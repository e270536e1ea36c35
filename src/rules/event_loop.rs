//! Events go round: what a function writes starts, over other things, the function again.

use std::collections::{BTreeMap, BTreeSet};

use super::hops::{Hop, hops};
use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GRF004",
    name: "event-loop",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A circle in the flow of events over several blocks: a function writes to a topic that starts a function which writes to a queue that starts the first. A function that writes to the bucket that triggers it is EVT006.

## Why it matters

Each round starts the next. The bill grows until something throttles; Lambda ends some such loops after about 16 rounds, but only over SQS, SNS and S3, and only when the SDK carries the trace.

## Example

```toml bad
# file: src/app.py
[queue.one]
visibility_timeout = "1m"

[queue.two]
visibility_timeout = "1m"

[function.first]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
writes = ["queue.two"]
[[function.first.trigger.sqs]]
queue = "queue.one"

[function.second]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
writes = ["queue.one"]
[[function.second.trigger.sqs]]
queue = "queue.two"
```

```toml good
# file: src/app.py
[queue.one]
visibility_timeout = "1m"

[queue.two]
visibility_timeout = "1m"

[function.first]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
writes = ["queue.two"]
[[function.first.trigger.sqs]]
queue = "queue.one"

[function.second]
runtime = "python3.13"
handler = "app.handler"
code = "src"
role = "auto"
[[function.second.trigger.sqs]]
queue = "queue.two"
```

## References

- AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let hops = hops(view.architecture);
    let mut told = BTreeSet::new();
    for start in hops.keys().filter(|start| start.kind == "function") {
        let Some(round) = shortest_round(start, &hops) else { continue };
        let members: BTreeSet<&Address> = round.iter().map(|hop| hop.from).collect();
        // That is EVT006, which knows the trigger's prefix.
        let fed_by_own_bucket = round.len() == 2 && round.iter().any(|hop| hop.path.field().starts_with("trigger.s3."));
        if fed_by_own_bucket || !told.insert(members) {
            continue;
        }
        let names: Vec<String> = round.iter().map(|hop| hop.from.to_string()).chain([start.to_string()]).collect();
        let Some((first, rest)) = round.split_first() else { continue };
        let finding = findings.on(&first.owner.address, first.path.clone(), format!("events can go round: {}", names.join(" → ")));
        finding.label(format!("from {} to {}", first.from, first.to));
        for hop in rest {
            finding.seen(&hop.owner.address, hop.path.clone(), format!("from {} to {}", hop.from, hop.to));
        }
        finding.help("break the circle: another queue, topic or bucket, or a filter that lets nothing through twice");
    }
}

/// The shortest way from `start` back to itself; of equally short ones the first by address.
fn shortest_round<'a>(start: &'a Address, hops: &BTreeMap<&'a Address, Vec<Hop<'a>>>) -> Option<Vec<Hop<'a>>> {
    let mut came_by: BTreeMap<&Address, Hop<'a>> = BTreeMap::new();
    let mut frontier = vec![start];
    while !frontier.is_empty() {
        let mut next = Vec::new();
        for hop in frontier.iter().flat_map(|from| hops.get(from).into_iter().flatten()) {
            if hop.to == start {
                let mut round = vec![*hop];
                while let Some(before) = round.last().filter(|last| last.from != start).and_then(|last| came_by.get(last.from)) {
                    round.push(*before);
                }
                round.reverse();
                return Some(round);
            }
            if !came_by.contains_key(hop.to) {
                came_by.insert(hop.to, *hop);
                next.push(hop.to);
            }
        }
        frontier = next;
    }
    None
}

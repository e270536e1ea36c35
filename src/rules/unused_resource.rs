//! Something that only serves others, and serves nothing.

use std::collections::BTreeSet;

use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "GRF003",
    name: "unused-resource",
    group: Group::Style,
    level: Level::Advice,
    confidence: Confidence::Heuristic,
    since: "0.1.0",
    page: r#"
## What it finds

A role, layer, connection, classifier, database, security configuration, queue or topic to which no other block refers.

## Why it matters

Such things are there for others. One that serves nothing is left over, or the reference that should lead to it was forgotten. Whether something outside the project uses it, pipetoll cannot know: that is why this is advice, and a suppression with the reason tells the next reader.

## Example

```toml bad
[queue.dead]
```

```toml good
[queue.dead]

# pipetoll: allow GRF003 -- producers and consumers outside this project use it
[queue.work]
redrive = { dead_letter = "queue.dead", max_receive_count = 5 }
```

## References

- cfn-lint W2001 finds unused parameters; no other linter of this field looks at resources.
"#,
    check: Check::Project(check),
};

/// Kinds that do nothing alone.
const SERVING: [&str; 9] = ["role", "layer", "connection", "classifier", "database", "glue_security", "emr_security", "queue", "topic"];

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let architecture = view.architecture;
    let used: BTreeSet<_> = architecture
        .resources
        .values()
        .flat_map(|resource| resource.edges.iter().filter(|edge| edge.to != resource.address).map(|edge| &edge.to))
        .collect();
    for resource in architecture.resources.values() {
        let serves = SERVING.contains(&resource.address.kind.as_str()) && resource.derived_from.is_none();
        if serves && !used.contains(&resource.address) {
            findings
                .on(&resource.address, "", format!("nothing refers to {}", resource.address))
                .help("refer to it where it is needed, or remove it");
        }
    }
}

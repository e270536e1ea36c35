//! A rule that does nothing.

use crate::base::diagnostic::Level;
use crate::kinds::rule::Rule as EventRule;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT110",
    name: "rule-without-target",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A rule without `targets` that no other resource of the project names.

## Why it matters

It matches events and does nothing with them.

## Example

```toml bad
[rule.failed]
event_pattern = '{"source":["aws.glue"]}'
```

```toml good
[rule.failed]
event_pattern = '{"source":["aws.glue"]}'
targets = [{ topic = "topic.alerts" }]

[topic.alerts]
```

## References

- Amazon EventBridge user guide, "Event bus targets".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<EventRule>() else { return };
    let mut others = view.project.architecture.resources.values();
    // A function puts itself on a rule that it names.
    if spec.targets.is_empty() && !others.any(|other| other.edges.iter().any(|edge| edge.to == view.resource.address)) {
        findings.at("targets", "the rule has no targets").help("add one, as in `targets = [{ topic = \"topic.alerts\" }]`");
    }
}

//! Nothing leads to a state.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::asl::{FlawKind, check as check_language};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN102",
    name: "unreachable-state",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A state that cannot be reached from where its machine or branch begins.

## Why it matters

It never runs. Often the name of another state was meant.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "a", "States": {
  "a": {"Type": "Pass", "End": true},
  "lost": {"Type": "Succeed"}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "a", "States": {
  "a": {"Type": "Pass", "Next": "end"},
  "end": {"Type": "Succeed"}
} }
'''
```

## References

- Amazon States Language specification, "States".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let Ok(json) = crate::kinds::pipeline::definition::of(look.spec) else { return };
    for flaw in check_language(&json).into_iter().filter(|flaw| flaw.kind == FlawKind::Unreachable) {
        findings.at(look.place(&flaw.state).as_str(), flaw.message).help(flaw.help);
    }
}

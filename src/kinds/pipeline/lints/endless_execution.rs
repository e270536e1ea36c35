//! A standard workflow is meant to last longer than Step Functions lets it.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::Workflow;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN001",
    name: "endless-execution",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A standard workflow whose timeout, or one of whose waits, is longer than a year.

## Why it matters

Step Functions ends every standard execution after a year. What waits longer never goes on.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Seconds": 40000000, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Seconds": 20000000, "End": true}
} }
'''
```

## References

- Step Functions developer guide, service quotas: maximum execution time.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let Some(longest) = crate::catalog::limit("stepfunctions.standard.duration").and_then(|limit| limit.max) else { return };
    let beyond = |seconds: u64| rust_decimal::Decimal::from(seconds) > longest;
    if look.spec.workflow != Workflow::Standard {
        return;
    }
    if look.machine.timeout().is_some_and(beyond) {
        findings
            .at(look.field("timeout"), "a run may take longer than a year, which is the most that Step Functions allows")
            .help("let another execution go on with the work");
    }
    for (name, state) in look.states() {
        if state.kind == "Wait" && state.json.get("Seconds").and_then(serde_json::Value::as_u64).is_some_and(beyond) {
            findings
                .at(look.place(name).as_str(), format!("`{name}` waits longer than a year, and a run ends after one"))
                .help("let another execution go on with the work");
        }
    }
}

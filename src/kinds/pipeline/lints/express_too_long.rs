//! An express workflow is meant to take more than five minutes.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::Workflow;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN110",
    name: "express-too-long",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An express workflow whose timeout, waits or expected duration are longer than five minutes.

## Why it matters

Step Functions ends every express execution after five minutes.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Seconds": 400, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
definition = '''
{ "StartAt": "wait", "States": {
  "wait": {"Type": "Wait", "Seconds": 40, "End": true}
} }
'''
```

## References

- Step Functions developer guide, service quotas.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let Some(longest) = crate::catalog::limit("stepfunctions.express.duration").and_then(|limit| limit.max) else { return };
    let beyond = |seconds: u64| rust_decimal::Decimal::from(seconds) > longest;
    if look.spec.workflow != Workflow::Express {
        return;
    }
    let help = "use `type = \"standard\"`";
    if look.machine.timeout().is_some_and(beyond) {
        findings.at(look.field("timeout"), format!("an express execution ends after {longest} s, and the timeout is longer")).help(help);
    }
    for (name, state) in look.states() {
        if state.kind == "Wait" && state.json.get("Seconds").and_then(serde_json::Value::as_u64).is_some_and(beyond) {
            findings
                .at(look.place(name).as_str(), format!("`{name}` waits longer than an express execution may take ({longest} s)"))
                .help(help);
        }
    }
    if look.usage.duration.is_some_and(|duration| beyond(duration.high.as_seconds())) {
        findings.at("type", format!("runs are expected to take longer than the {longest} s that an express execution may")).help(help);
    }
}

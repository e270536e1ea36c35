//! A run may hang for a year.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::Workflow;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN108",
    name: "no-execution-timeout",
    group: Group::Reliability,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A standard workflow without a timeout of its own.

## Why it matters

A run that is stuck is noticed by nobody, and the next one may start beside it.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "done", "States": {
  "done": {"Type": "Succeed"}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "done", "TimeoutSeconds": 3600, "States": {
  "done": {"Type": "Succeed"}
} }
'''
```

## References

- Step Functions best practices, "Use timeouts to avoid stuck executions".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    if look.spec.workflow == Workflow::Standard && look.machine.timeout().is_none() {
        findings.at(look.field("timeout"), "a run may take up to a year").help("add a `timeout` of about twice what a run takes");
    }
}

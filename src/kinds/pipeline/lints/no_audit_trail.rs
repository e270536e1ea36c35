//! An express workflow leaves no trace.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::{LogLevel, Workflow};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN005",
    name: "no-audit-trail",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An express workflow without logging.

## Why it matters

Step Functions keeps no history of express executions: without a log, nobody can tell what ran and why it failed.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
definition = '''
{ "StartAt": "done", "States": {
  "done": {"Type": "Succeed"}
} }
'''
```

```toml good
[log_group.flow]
name = "/aws/vendedlogs/flow"

[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
logging = { level = "error", log_group = "log_group.flow" }
definition = '''
{ "StartAt": "done", "States": {
  "done": {"Type": "Succeed"}
} }
'''
```

## References

- Security Hub control StepFunctions.1; Step Functions developer guide, "Logging using CloudWatch Logs".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    if look.spec.workflow == Workflow::Express && look.spec.logging.as_ref().is_none_or(|logging| logging.level == LogLevel::Off) {
        findings
            .at("logging", "an express workflow without logging leaves no trace of its runs")
            .help("add `logging = { level = \"error\", log_group = \"log_group.…\" }`");
    }
}

//! The log of an express workflow costs more than its runs.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::spec::{LogLevel, Workflow};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN125",
    name: "dear-express-logging",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

An express workflow that runs more than 100 times a second and logs all events with their data.

## Why it matters

Every event with input and output is several kilobytes of log at 0.50 USD a gigabyte, and a run costs a millionth of a dollar.

## Example

```toml bad
[log_group.flow]
name = "/aws/vendedlogs/flow"

[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
type = "express"
logging = { level = "all", include_data = true, log_group = "log_group.flow" }
definition = '''
{ "StartAt": "done", "States": {
  "done": {"Type": "Succeed"}
} }
'''
[pipeline.daily.usage]
runs = "200/s"
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
[pipeline.daily.usage]
runs = "200/s"
```

## References

- CloudWatch pricing; Step Functions developer guide, "Logging using CloudWatch Logs".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let all = look.spec.logging.as_ref().is_some_and(|logging| logging.level == LogLevel::All && logging.include_data);
    if look.spec.workflow != Workflow::Express || !all {
        return;
    }
    match look.usage.runs {
        None => findings.needs("usage.runs"),
        Some(runs) if runs.likely.per_second() > rust_decimal::Decimal::ONE_HUNDRED => {
            findings
                .at("logging.level", "all events of more than 100 runs a second are logged with their data")
                .help("log errors only: `level = \"error\"`");
        }
        Some(_) => {}
    }
}

//! Errors of Lambda itself end the run.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::asl::errors_of;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// The errors of Lambda itself that pass.
const ERRORS: [&str; 4] =
    ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"];

pub(super) static RULE: Rule = Rule {
    code: "SFN121",
    name: "lambda-errors-not-retried",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A call of a function without a retry for the errors of Lambda that pass.

## Why it matters

Lambda answers now and then with an error of its own. AWS advises to try those again; the functions of tasks that pipetoll compiles always are.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2}], "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Handle transient Lambda service exceptions".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        let calls = state.kind == "Task" && (state.resource().starts_with("lambda:invoke") || state.resource().contains(":lambda:"));
        let covers = |wanted: &str| {
            state.retriers().any(|retrier| {
                errors_of(retrier).iter().any(|error| matches!(*error, "States.ALL" | "States.TaskFailed") || *error == wanted)
            })
        };
        if let Some(missing) = ERRORS.iter().find(|error| calls && !covers(error)) {
            findings
                .at(look.place(name).as_str(), format!("`{name}` does not try again after `{missing}`"))
                .help(format!("retry {}", crate::base::prose::conjunction(ERRORS.iter().copied())));
        }
    }
}

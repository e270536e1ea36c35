//! A map calls as often at once as it likes.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN115",
    name: "unbounded-map",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A `Map` without `MaxConcurrency`, or with 0, whose iterations call something.

## Why it matters

Step Functions starts as many iterations at once as it can, and what they call is throttled.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "each", "States": {
  "each": {"Type": "Map", "ItemProcessor": {"StartAt": "one", "States": {"one": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2}], "End": true}}}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "each", "States": {
  "each": {"Type": "Map", "ItemProcessor": {"StartAt": "one", "States": {"one": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "Retry": [{"ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2}], "End": true}}}, "End": true, "MaxConcurrency": 10}
} }
'''
```

## References

- Step Functions developer guide, "Map workflow state".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for (name, state) in look.states() {
        let bounded = state.json.get("MaxConcurrencyPath").is_some()
            || state.json.get("MaxConcurrency").is_some_and(|most| most.as_u64().is_none_or(|most| most > 0));
        let calls = state.scopes.iter().flat_map(|scope| scope.states.values()).any(|state| state.kind == "Task");
        if state.kind == "Map" && calls && !bounded {
            findings
                .at(look.place(name).as_str(), format!("`{name}` calls as often at once as Step Functions can"))
                .help("set `max_concurrency` to what the callee bears");
        }
    }
}

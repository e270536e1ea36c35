//! A placeholder is sent to AWS as it stands.

use super::look;
use crate::base::diagnostic::Level;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN124",
    name: "unresolved-substitution",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A definition with `${…}` that nobody fills, written as `$${…}`.

## Why it matters

Placeholders of other tools mean nothing to Step Functions: the call fails with a resource of that name.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "$${FunctionArn}", "Parameters": {}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "work", "States": {
  "work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "Parameters": {}, "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Using DefinitionSubstitutions".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    let Some(text) = look.spec.definition.as_deref() else { return };
    if let Some((_, rest)) = text.split_once("$${") {
        let name = rest.split('}').next().unwrap_or_default();
        findings
            .at("definition", format!("`${{{name}}}` is sent to Step Functions as it stands"))
            .help("write the address and attribute of a block: `${function.work.arn}`");
    }
}

//! A role that may hand any role to a service.

use crate::base::diagnostic::Level;
use crate::kinds::role::{Effect, Role};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SEC103",
    name: "pass-any-role",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A statement that allows `iam:PassRole` on `*`.

## Why it matters

Whoever may pass any role to a service that runs code may do whatever any role of the account may do.

## Example

```toml bad
[role.starter]
assumed_by = ["states.amazonaws.com"]
statement = [{ actions = ["iam:PassRole"], resources = ["*"] }]
```

```toml good
[role.starter]
assumed_by = ["states.amazonaws.com"]
statement = [{ actions = ["iam:PassRole"], resources = ["arn:aws:iam::123456789012:role/example-nodes"] }]
```

## References

- IAM user guide, "Granting a user permissions to pass a role to an AWS service".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Role>() else { return };
    for (at, statement) in spec.statement.iter().enumerate().filter(|(_, statement)| statement.effect == Effect::Allow) {
        let passes = statement.actions.iter().any(|action| action == "iam:PassRole" || action == "iam:*" || action == "*");
        if passes && statement.resources.iter().any(|resource| resource == "*") {
            findings
                .at(format!("statement[{at}].resources").as_str(), "any role of the account may be passed on")
                .help("name the roles that are to be passed");
        }
    }
}

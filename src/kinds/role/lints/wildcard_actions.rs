//! A role that may do everything, or everything of a service.

use crate::base::diagnostic::Level;
use crate::kinds::role::{Effect, Role};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SEC101",
    name: "wildcard-actions",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A statement that allows `*` or a whole service (`s3:*`).

## Why it matters

A mistake in the code, or somebody who got in, can then delete what the role was only to read.

## Example

```toml bad
[role.loader]
assumed_by = ["glue.amazonaws.com"]
statement = [{ actions = ["s3:*"], resources = ["*"] }]
```

```toml good
[role.loader]
assumed_by = ["glue.amazonaws.com"]
statement = [{ actions = ["s3:GetObject", "s3:ListBucket"], resources = ["arn:aws:s3:::raw", "arn:aws:s3:::raw/*"] }]
```

## References

- IAM user guide, "Security best practices in IAM": apply least-privilege permissions.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Role>() else { return };
    for (at, statement) in spec.statement.iter().enumerate().filter(|(_, statement)| statement.effect == Effect::Allow) {
        if let Some(action) = statement.actions.iter().find(|action| *action == "*" || action.ends_with(":*")) {
            findings
                .at(format!("statement[{at}].actions").as_str(), format!("`{action}` allows more than any one job needs"))
                .help("name the actions, or use `role = \"auto\"` on the block that needs the role");
        }
    }
}

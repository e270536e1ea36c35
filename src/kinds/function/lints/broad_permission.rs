//! A permission for a whole service.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT107",
    name: "broad-invoke-permission",
    group: Group::Security,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

An `invoke` trigger for a service without `source_arn`, `source_account` or `organization`.

## Why it matters

The service then calls the function on behalf of any account: a stranger's bucket or rule can run it (the confused deputy).

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"

[[function.ingest.trigger.invoke]]
principal = "apigateway.amazonaws.com"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"

[[function.ingest.trigger.invoke]]
principal = "apigateway.amazonaws.com"
source_arn = "arn:aws:execute-api:us-east-1:123456789012:abc123/*"
```

## References

- IAM user guide, the confused deputy problem; AWS Config lambda-function-public-access-prohibited.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    for (at, trigger) in spec.trigger.invoke.iter().enumerate() {
        let bounded = trigger.source_arn.is_some()
            || trigger.source_account.is_some()
            || trigger.organization.is_some()
            || trigger.event_source_token.is_some();
        let whom = if trigger.principal == "*" { "everybody" } else { trigger.principal.as_str() };
        if !bounded && (trigger.principal == "*" || trigger.principal.ends_with(".amazonaws.com")) {
            let path = Path::from("trigger.invoke").index(at).key("principal");
            findings
                .at(path, format!("{whom} may run this function in anybody's name"))
                .label("any account's resources may call")
                .help("add `source_arn`, or at least `source_account`");
        }
    }
}

//! A role is given to a service that it does not let in.

use serde_json::Value as Json;

use super::links::marks;
use crate::base::diagnostic::Level;
use crate::kinds::role::{Role, Spec};
use crate::model::finding::Findings;
use crate::model::reference::Edge;
use crate::model::resource::Resource;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "SEC001",
    name: "untrusted-service",
    group: Group::Security,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A role whose trust policy does not let in the service of the block that uses it: `lambda.amazonaws.com` for a function, `glue.amazonaws.com` for a job or a crawler, `elasticmapreduce.amazonaws.com` for a cluster and `ec2.amazonaws.com` for its instances.

## Why it matters

Lambda and Step Functions refuse the role at once; Glue and EMR take it, and fail when the first run begins.

## Example

```toml bad
# file: jobs/load.py
[role.loader]
assumed_by = ["lambda.amazonaws.com"]

[job.load]
script = "jobs/load.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "role.loader"
```

```toml good
# file: jobs/load.py
[role.loader]
assumed_by = ["glue.amazonaws.com"]

[job.load]
script = "jobs/load.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "role.loader"
```

## References

- AWS IAM user guide, "Creating a role to delegate permissions to an AWS service".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for user in view.architecture.resources.values().filter(|user| user.is_managed() && user.derived_from.is_none()) {
        for edge in user.edges.iter().filter(|edge| edge.to.kind == "role") {
            let Some(service) = service_of(user, edge) else { continue };
            let role = view.architecture.get(&edge.to).filter(|role| role.is_managed() && role.derived_from.is_none());
            let Some((role, spec)) = role.and_then(|role| Some((role, role.spec::<Role>()?))) else { continue };
            let Some(trusted) = trusted(spec).filter(|trusted| !trusted.iter().any(|other| is_same(other, &service))) else { continue };
            let field = if spec.trust_policy.is_some() { "trust_policy" } else { "assumed_by" };
            let finding = findings.on(&role.address, field, format!("{} cannot assume {}", user.address, role.address));
            finding
                .label(format!("`{service}` is not among them"))
                .seen(&user.address, edge.path.clone(), "used here")
                .help(format!("let `{service}` in"));
            if spec.trust_policy.is_none() {
                let services = trusted.into_iter().chain([service]).map(Value::Text).collect();
                finding.safe_fix("assumed_by", Some(Value::List(services)));
            }
        }
    }
}

/// The service that assumes the role which a field names; `None` when the field only mentions a role.
fn service_of(user: &Resource, edge: &Edge) -> Option<String> {
    let marks = marks(user, &edge.path)?;
    if !marks.auto_role && !marks.references.iter().any(|(kind, _)| kind == "role") {
        return None;
    }
    marks.principal.clone().or_else(|| user.entry.kind.principal().map(str::to_owned))
}

/// The services a role lets in; `None` when that cannot be told.
fn trusted(spec: &Spec) -> Option<Vec<String>> {
    let Some(policy) = &spec.trust_policy else { return Some(spec.assumed_by.clone()) };
    let json: Json = serde_json::from_str(policy).ok()?;
    let statements = match json.get("Statement")? {
        Json::Array(items) => items.iter().collect(),
        one => vec![one],
    };
    let mut services = Vec::new();
    for statement in statements.into_iter().filter(|statement| statement.get("Effect").and_then(Json::as_str) == Some("Allow")) {
        match statement.get("Principal").map(|principal| principal.get("Service").unwrap_or(principal)) {
            Some(Json::String(word)) if word == "*" => return None,
            Some(Json::String(word)) => services.push(word.clone()),
            Some(Json::Array(words)) => services.extend(words.iter().filter_map(Json::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    Some(services)
}

/// Old trust policies name services with their region: `states.us-east-1.amazonaws.com`.
fn is_same(one: &str, other: &str) -> bool {
    let service = |word: &str| word.split('.').next().unwrap_or_default().to_owned();
    one == other || one.contains("${") || (service(one) == service(other) && one.contains(".amazonaws.com"))
}

//! Pages served by a function.

use crate::base::diagnostic::Level;
use crate::kinds::function::Function;
use crate::kinds::function::Serves;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM004",
    name: "function-serves-website",
    group: Group::Cost,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A function with a URL, or one that API Gateway calls, whose `workload.serves` is `website`.

## Why it matters

Each picture and script is a request and a GB-second. CloudFront with a bucket serves what does not change for a fraction, and faster.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "aws-iam" }
workload = { serves = "website" }
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "aws-iam" }
workload = { serves = "api" }
```

## References

- AWS Well-Architected, serverless lens: static content from S3 and CloudFront.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    let called = spec.url.is_some() || spec.trigger.invoke.iter().any(|invoke| invoke.principal == "apigateway.amazonaws.com");
    if called && spec.workload.as_ref().and_then(|workload| workload.serves) == Some(Serves::Website) {
        findings
            .at("workload.serves", "a function serves a website")
            .label("every picture is an invocation")
            .help("serve what does not change from a bucket behind CloudFront, and keep the function for what does");
    }
}

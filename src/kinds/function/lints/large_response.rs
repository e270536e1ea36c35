//! Answers that Lambda cannot send.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::kinds::function::Function;
use crate::kinds::function::InvokeMode;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM121",
    name: "oversized-response",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Estimated,
    since: "0.1.0",
    page: r#"
## What it finds

Answers above 6 MB of a function whose URL does not stream them, and above 200 MB of one whose URL does.

## Why it matters

The caller gets an error 413 in place of the answer, after the work was done and paid for.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "aws-iam" }

[function.ingest.usage]
response_size = "8MB"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
url = { auth = "aws-iam", invoke_mode = "response-stream" }

[function.ingest.usage]
response_size = "8MB"
```

## References

- AWS Lambda quotas: 6 MB for synchronous answers, 200 MB for streamed ones.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let (Some(spec), Some(usage)) = (view.spec::<Function>(), view.usage::<Function>()) else { return };
    let Some(url) = &spec.url else { return };
    let Some(size) = usage.response_size else { return findings.needs("usage.response_size") };
    let most = match url.invoke_mode {
        InvokeMode::Buffered => Size::megabytes(6),
        InvokeMode::ResponseStream => Size::megabytes(200),
    };
    if size.high > most {
        findings
            .at("url.invoke_mode", format!("answers are up to {}, and Lambda sends {most}", size.high))
            .help("stream the answer (`invoke_mode = \"response-stream\"`), or put it into a bucket and answer with its address");
    }
}

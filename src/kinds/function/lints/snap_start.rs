//! SnapStart where it does not work.

use crate::base::diagnostic::Level;
use crate::base::units::Size;
use crate::catalog::{RUNTIME_FEATURES, Runtime};
use crate::kinds::function::Function;
use crate::kinds::function::SnapStart;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "LAM113",
    name: "unusable-snap-start",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

`snap_start = "published-versions"` with a runtime that has no SnapStart, an image, a file system, or more than 512 MB of `/tmp`.

## Why it matters

Lambda refuses the function.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "nodejs24.x"
handler = "app.handler"
role = "auto"
snap_start = "published-versions"
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
snap_start = "published-versions"
```

## References

- AWS Lambda developer guide, SnapStart: supported features and limitations.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.snap_start != Some(SnapStart::PublishedVersions) {
        return;
    }
    let runtime = spec.runtime.as_deref().and_then(Runtime::parse);
    let mut certain = true;
    let why = if spec.is_image() {
        "a container image".to_owned()
    } else if spec.file_system.is_some() {
        "a file system".to_owned()
    } else if spec.ephemeral_storage.is_some_and(|size| size > Size::megabytes(512)) {
        "more than 512 MB of /tmp".to_owned()
    } else if let Some(runtime) = runtime.filter(|runtime| !runtime.snap_start) {
        certain = RUNTIME_FEATURES.may_refuse();
        runtime.name.to_owned()
    } else {
        return;
    };
    let finding = findings.at("snap_start", format!("SnapStart does not work with {why}"));
    finding.help("remove `snap_start`").safe_fix("snap_start", None);
    if !certain {
        finding.level(Level::Warning);
    }
}

//! Too many layers, or layers of another region.

use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::function::Function;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

/// Lambda takes so many (catalog: lambda.function.layers).
const MOST: usize = 5;

pub(super) static RULE: Rule = Rule {
    code: "LAM109",
    name: "unusable-layers",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

More than five layers, the same layer twice, or a layer of another region than the function's.

## Why it matters

Lambda refuses all three when the function is made.

## Example

```toml bad
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
layers = ["arn:aws:lambda:us-east-1:123456789012:layer:l0:1", "arn:aws:lambda:us-east-1:123456789012:layer:l1:1", "arn:aws:lambda:us-east-1:123456789012:layer:l2:1", "arn:aws:lambda:us-east-1:123456789012:layer:l3:1", "arn:aws:lambda:us-east-1:123456789012:layer:l4:1", "arn:aws:lambda:us-east-1:123456789012:layer:l5:1"]
```

```toml good
[function.ingest]
code = "s3://code/ingest.zip"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
layers = ["arn:aws:lambda:us-east-1:123456789012:layer:shared:1"]
```

## References

- botocore: Layers; AWS Lambda developer guide, layers.
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Function>() else { return };
    if spec.layers.len() > MOST {
        findings
            .at("layers", format!("{} layers are named, and Lambda takes {MOST}", spec.layers.len()))
            .help("merge some of them into one layer");
    }
    let region = view.project.architecture.settings.region.as_str();
    for (at, layer) in spec.layers.iter().enumerate() {
        let path = Path::from("layers").index(at);
        let mut parts = layer.as_str().split(':').skip(3);
        if layer.as_str().starts_with("arn:") && parts.next().is_some_and(|of| of != region && !of.contains("${")) {
            findings
                .at(path, "this layer is in another region")
                .label(format!("the function is in {region}"))
                .help("publish the layer in the function's region too");
        } else if spec.layers[..at].contains(layer) {
            findings.at(path, "this layer is named twice").help("name it once");
        }
    }
}

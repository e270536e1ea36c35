//! A function is subscribed without the permission to be invoked.

use crate::base::diagnostic::Level;
use crate::kinds::topic::{Protocol, Topic};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "EVT003",
    name: "subscription-without-permission",
    group: Group::Correctness,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A topic's subscription of protocol `lambda`.

## Why it matters

The subscription alone does not let SNS invoke the function: it also needs a permission. `trigger.sns` on the function makes both.

## Example

```toml bad
[topic.alerts]
subscription = [{ protocol = "lambda", endpoint = "arn:aws:lambda:us-east-1:123456789012:function:notify" }]
```

```toml good
[topic.alerts]
subscription = [{ protocol = "email", endpoint = "ops@example.com" }]
```

## References

- AWS Lambda developer guide, "Using AWS Lambda with Amazon SNS".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Topic>() else { return };
    for (at, subscription) in spec.subscription.iter().enumerate() {
        if subscription.protocol == Protocol::Lambda {
            findings
                .at(format!("subscription[{at}].protocol").as_str(), "the subscription does not let SNS invoke the function")
                .help("write it as `[[function.x.trigger.sns]]`, which makes the permission too");
        }
    }
}

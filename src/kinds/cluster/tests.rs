//! What holds for clusters beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

mod cost;
mod request;

use super::spec::Spec;

/// A cluster with the fields that every cluster must have, and these.
#[expect(clippy::needless_pass_by_value, reason = "it takes what `json!` makes")]
fn spec(more: serde_json::Value) -> Spec {
    let mut json = serde_json::json!({
        "name": "nightly",
        "lifetime": "long-running",
        "release": "emr-7.13.0",
        "applications": ["Spark"],
        "service_role": "arn:aws:iam::123456789012:role/emr",
        "instance_role": "nodes",
        "primary": { "type": "m7g.xlarge" },
    });
    for (key, value) in more.as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

//! What holds for clusters beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

mod cost;
mod request;

use super::Cluster;
use super::spec::Spec;
use crate::model::kind::Kind;

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

#[test]
fn only_a_cluster_that_is_there_has_disks_to_lose() {
    let lost = |outputs: &[(&str, &str)]| {
        let outputs = outputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Cluster::loses(&outputs).is_some()
    };
    assert!(lost(&[("id", "j-1"), ("ended", "false")]));
    // Recorded before it was known, and nobody asked since.
    assert!(lost(&[("id", "j-1")]));
    assert!(!lost(&[("id", "j-1"), ("ended", "true")]));
    assert!(!lost(&[("id", "template"), ("ended", "false")]));
}

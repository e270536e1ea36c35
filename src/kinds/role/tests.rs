//! What holds for roles beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::document;
use super::spec::{self, Spec};
use crate::model::kind::Problems;

fn read(json: serde_json::Value) -> Spec {
    serde_json::from_value(json).unwrap()
}

#[test]
fn statements_survive_iams_json() {
    let spec = read(serde_json::json!({
        "assumed_by": ["lambda.amazonaws.com"],
        "statement": [
            { "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a/*"], "condition": "{\"Bool\":{\"aws:SecureTransport\":\"true\"}}" },
            { "effect": "deny", "actions": ["s3:DeleteObject"], "resources": ["*"] },
        ],
    }));
    assert_eq!(document::statements(&document::own_policy(&spec.statement).unwrap()), spec.statement);
}

#[test]
fn services_are_told_from_a_trust_policy_of_the_users() {
    let spec = read(serde_json::json!({ "assumed_by": ["lambda.amazonaws.com", "glue.amazonaws.com"] }));
    assert_eq!(document::services(&document::trust(&spec)).unwrap(), ["glue.amazonaws.com", "lambda.amazonaws.com"]);
    let conditional =
        r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{}}}"#;
    assert_eq!(document::services(conditional), None);
}

#[test]
fn percent_encoding_is_undone() {
    assert_eq!(document::decode("%7B%22a%22%3A%221%25%22%7D%"), "{\"a\":\"1%\"}%");
}

#[test]
fn a_role_nobody_may_assume_is_refused() {
    let mut problems = Problems::default();
    spec::validate(&read(serde_json::json!({ "path": "/" })), &mut problems);
    assert_eq!(problems.found[0].message, "nobody may assume this role");
}

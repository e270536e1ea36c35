//! What holds for layers beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::spec::{Spec, validate};
use crate::model::kind::Problems;

fn problems(json: serde_json::Value) -> Vec<String> {
    let spec: Spec = serde_json::from_value(json).unwrap();
    let mut problems = Problems::default();
    validate(&spec, &mut problems);
    problems.found.into_iter().map(|problem| problem.path.to_string()).collect()
}

#[test]
fn a_version_of_the_object_is_for_code_in_s3() {
    assert_eq!(problems(serde_json::json!({ "code": "layers/shared", "code_version": "1" })), ["code_version"]);
    assert_eq!(problems(serde_json::json!({ "code": "s3://code/shared.zip", "code_version": "1" })), Vec::<String>::new());
}

#[test]
fn a_layer_is_no_image_and_names_few_runtimes() {
    assert_eq!(problems(serde_json::json!({ "code": "1.dkr.ecr.us-east-1.amazonaws.com/x" })), ["code"]);
    let runtimes: Vec<String> = (0..16).map(|number| format!("python3.{number}")).collect();
    assert_eq!(problems(serde_json::json!({ "code": "x", "runtimes": runtimes })), ["runtimes"]);
}

//! What holds for databases beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, spec};
use crate::model::kind::Problems;
use crate::model::value::Value;

fn read(json: serde_json::Value) -> Spec {
    serde_json::from_value(json).unwrap()
}

fn messages(json: serde_json::Value) -> Vec<String> {
    let mut problems = Problems::default();
    spec::validate(&read(json), &mut problems);
    problems.found.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn objects_and_requests_are_counted_before_the_free_million() {
    let usage: Usage = serde_json::from_value(serde_json::json!({ "objects": "1.2M", "requests": "301M/month" })).unwrap();
    let items = cost::items(&usage);
    let quantities: Vec<_> = items.iter().map(|item| (item.price.as_str(), item.quantity.unwrap().likely)).collect();
    assert_eq!(quantities, [("glue.catalog-objects", Decimal::from(1_200_000)), ("glue.catalog-requests", Decimal::from(301_000_000))]);
    assert!(cost::items(&Usage::default()).iter().all(|item| item.quantity.is_none()));
}

#[test]
fn a_name_has_no_capitals() {
    assert_eq!(messages(serde_json::json!({ "name": "Lake" })), ["Glue keeps the names of databases in lower case"]);
    assert!(messages(serde_json::json!({ "name": "lake" })).is_empty());
}

#[test]
fn a_link_is_nothing_else() {
    let link = serde_json::json!({ "catalog_id": "1", "database": "x" });
    let found = messages(serde_json::json!({ "name": "l", "target_database": link, "federated": {}, "location": "s3://b/" }));
    assert_eq!(found, ["a database is a link or federated, not both", "a link has no place of its own"]);
}

#[test]
fn normalising_twice_changes_nothing() {
    let mut value = Value::from_json(serde_json::json!({ "name": "LAKE" })).unwrap();
    spec::normalize(&mut value);
    let once = value.clone();
    spec::normalize(&mut value);
    assert_eq!((value.get("name").and_then(Value::text), &value), (Some("lake"), &once));
}

//! What holds for tables beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, validate};
use crate::model::kind::Problems;

fn read<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
    serde_json::from_value(json).unwrap()
}

fn problems(json: serde_json::Value) -> Vec<String> {
    let mut problems = Problems::default();
    validate::validate(&read(json), &mut problems);
    problems.found.into_iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

#[test]
fn a_write_is_counted_per_kilobyte_and_index() {
    let spec: Spec = read(serde_json::json!({
        "attributes": { "a": "S" }, "hash_key": "a", "index": [{ "name": "i", "hash_key": "a" }],
    }));
    let usage: Usage = read(serde_json::json!({ "writes": "1M/month", "reads": "1M/month", "item_size": "5KB", "eventual_reads": true }));
    let items = cost::items(&spec, &usage);
    assert_eq!(items[0].quantity.unwrap().likely, Decimal::from(10_000_000));
    // Two units of 4 KB, each at half the price.
    assert_eq!(items[1].quantity.unwrap().likely, Decimal::from(1_000_000));
    assert_eq!((items[2].price.as_str(), items[2].quantity), ("dynamodb.storage", None));
}

#[test]
fn capacity_is_billed_by_the_hour_and_indexes_take_the_tables() {
    let spec: Spec = read(serde_json::json!({
        "attributes": { "a": "S" }, "hash_key": "a", "billing_mode": "provisioned", "read_capacity": 20, "write_capacity": 10,
        "index": [{ "name": "i", "hash_key": "a", "read_capacity": 5 }],
    }));
    let items = cost::items(&spec, &Usage::default());
    let hours: Vec<_> = items.iter().filter_map(|item| Some((item.meter.as_str(), item.quantity?.likely))).collect();
    let hour = |units: u32| Decimal::from(units) * Decimal::from(730);
    assert_eq!(
        hours,
        [
            ("read_capacity", hour(20)),
            ("write_capacity", hour(10)),
            ("index.i.read_capacity", hour(5)),
            ("index.i.write_capacity", hour(10)),
        ]
    );
}

#[test]
fn attributes_are_those_of_keys() {
    let found = problems(serde_json::json!({ "attributes": { "b": "S" }, "hash_key": "a" }));
    assert_eq!(found, ["hash_key: the type of the key `a` is not known", "attributes.b: `b` is in no key"]);
}

#[test]
fn capacities_follow_the_billing_mode() {
    let table = |more: serde_json::Value| {
        let mut json = serde_json::json!({ "attributes": { "a": "S" }, "hash_key": "a" });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        problems(json)
    };
    assert_eq!(table(serde_json::json!({ "read_capacity": 1 })), ["read_capacity: `read_capacity` is for provisioned tables"]);
    assert_eq!(
        table(serde_json::json!({ "billing_mode": "provisioned", "read_capacity": 1 })),
        ["billing_mode: a provisioned table needs `write_capacity`"]
    );
    assert_eq!(table(serde_json::json!({})), [""; 0]);
}

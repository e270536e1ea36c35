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

#[test]
fn the_key_of_an_index_may_have_several_attributes() {
    let table = |index: serde_json::Value| {
        problems(serde_json::json!({ "attributes": { "a": "S", "b": "S", "c": "N" }, "hash_key": "a", "index": [index] }))
    };
    let index = |more: serde_json::Value| {
        let mut json = serde_json::json!({ "name": "by-b", "hash_key": "b" });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        table(json)
    };
    assert_eq!(index(serde_json::json!({ "more_hash_keys": ["a"], "range_key": "c" })), [""; 0]);
    assert_eq!(
        index(serde_json::json!({ "more_range_keys": ["c"] })),
        ["index[0].more_range_keys: `more_range_keys` come after a `range_key`"]
    );
    assert_eq!(
        index(serde_json::json!({ "more_hash_keys": ["b"], "range_key": "c" })),
        ["index[0].more_hash_keys[0]: `b` is already an attribute of this key"]
    );
    assert_eq!(
        index(serde_json::json!({ "range_key": "c", "more_range_keys": ["d"] })),
        ["index[0].more_range_keys[0]: the type of the key `d` is not known"]
    );
}

#[test]
fn what_dynamodb_refuses_of_indexes_is_refused_before() {
    let table = |more: serde_json::Value| {
        let mut json = serde_json::json!({ "attributes": { "a": "S" }, "hash_key": "a" });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        problems(json)
    };
    let include: Vec<String> = (0..17).map(|at| format!("attribute-{at}")).collect();
    let many: Vec<_> = (0..6)
        .map(|at| serde_json::json!({ "name": format!("by-{at}"), "hash_key": "a", "projection": "include", "include": include }))
        .collect();
    let cases = [
        (serde_json::json!({ "range_key": "a" }), "range_key: `a` is already an attribute of this key"),
        (
            serde_json::json!({ "local_index": [{ "name": "again", "range_key": "a" }] }),
            "local_index[0].range_key: `a` is already an attribute of this key; local_index: a table without a `range_key` has no local indexes",
        ),
        (
            serde_json::json!({ "index": [{ "name": "by-a", "hash_key": "a" }, { "name": "by-a", "hash_key": "a" }] }),
            "index[1].name: two indexes are named `by-a`",
        ),
        (
            serde_json::json!({ "index": [{ "name": "by-a", "hash_key": "a", "projection": "include" }] }),
            "index[0].projection: `projection = \"include\"` includes no attribute",
        ),
        (
            serde_json::json!({ "index": [{ "name": "by-a", "hash_key": "a", "include": ["b"] }] }),
            "index[0].include: `include` belongs to `projection = \"include\"`",
        ),
        (serde_json::json!({ "index": many }), "index: the indexes include 102 attributes; a table's indexes include 100 together at most"),
    ];
    for (more, expected) in cases {
        assert_eq!(table(more).join("; "), expected);
    }
}

//! What holds for streams beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::cost;
use super::spec::{Spec, Usage};

fn read<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_record_above_25_kb_takes_two_units() {
    let spec: Spec = read(serde_json::json!({ "shards": 4 }));
    let usage: Usage = read(serde_json::json!({ "records": "100/s", "record_size": "35KB" }));
    let items = cost::items(&spec, &usage);
    assert_eq!(items[0].quantity.unwrap().likely, Decimal::from(4 * 730));
    assert_eq!(items[1].quantity.unwrap().likely, Decimal::from(100 * 2 * 730 * 3600));
}

#[test]
fn an_on_demand_stream_bills_each_kilobyte_begun() {
    let spec: Spec = read(serde_json::json!({ "mode": "on-demand" }));
    let usage: Usage = read(serde_json::json!({ "records": "1048576/month", "record_size": "100B" }));
    let items = cost::items(&spec, &usage);
    assert_eq!(items[1].quantity.unwrap().likely, Decimal::ONE);
}

#[test]
fn without_usage_the_puts_are_unknown() {
    let items = cost::items(&read(serde_json::json!({})), &Usage::default());
    assert_eq!(items[1].quantity, None);
}

//! What holds for log groups beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::cost;
use super::spec::{Spec, Usage};

#[test]
fn storage_grows_with_the_retention() {
    let usage: Usage = serde_json::from_value(serde_json::json!({ "ingested": "100GB" })).unwrap();
    let spec = |days: u32| serde_json::from_value::<Spec>(serde_json::json!({ "retention_days": days })).unwrap();
    let (short, long) = (cost::items(&spec(30), &usage), cost::items(&spec(90), &usage));
    assert_eq!(short[0].quantity.unwrap().likely, Decimal::from(100));
    assert!(long[1].quantity.unwrap().likely > short[1].quantity.unwrap().likely * Decimal::from(2));
}

#[test]
fn without_usage_nothing_is_known() {
    let items = cost::items(&serde_json::from_value(serde_json::json!({})).unwrap(), &Usage::default());
    assert!(items.iter().all(|item| item.quantity.is_none()));
}

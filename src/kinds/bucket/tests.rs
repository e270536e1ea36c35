//! What holds for buckets beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use super::{cost, validate};
use crate::model::kind::Problems;

fn problems(json: serde_json::Value) -> Vec<String> {
    let spec: Spec = serde_json::from_value(json).unwrap();
    let mut problems = Problems::default();
    validate::validate(&spec, &mut problems);
    problems.found.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn storage_is_billed_by_the_gigabyte_and_requests_one_by_one() {
    let usage: Usage =
        serde_json::from_value(serde_json::json!({ "storage": "1.5TB", "puts": "2M/month", "storage_glacier": "10GB" })).unwrap();
    let items = cost::items(&usage);
    let found: Vec<_> = items.iter().map(|item| (item.price.as_str(), item.quantity.map(|quantity| quantity.likely))).collect();
    let expected = [
        ("s3.standard-storage", Some(Decimal::from(1536))),
        ("s3.glacier-storage", Some(Decimal::from(10))),
        ("s3.put", Some(Decimal::from(2_000_000))),
        ("s3.get", None),
    ];
    assert_eq!(found, expected);
}

#[test]
fn names_that_s3_refuses_are_refused() {
    for (name, part) in [
        ("Raw", "it holds `R`"),
        ("raw_data", "it holds `_`"),
        ("-raw", "begin and end"),
        ("raw..data", "two dots"),
        ("10.1.2.3", "IP address"),
        ("xn--raw", "`xn--` is kept"),
        ("raw-s3alias", "`-s3alias` is kept"),
    ] {
        let found = problems(serde_json::json!({ "name": name }));
        assert!(found.len() == 1 && found[0].contains(part), "{name}: {found:?}");
    }
    assert_eq!(problems(serde_json::json!({ "name": "raw.data-1" })), [""; 0]);
}

#[test]
fn ages_are_whole_days_and_rules_do_something() {
    let rule = |rule: serde_json::Value| problems(serde_json::json!({ "name": "raw", "lifecycle_rule": [rule] }));
    assert_eq!(rule(serde_json::json!({ "id": "a", "expire_after": "36h" })), ["S3 counts the age of objects in whole days"]);
    assert_eq!(rule(serde_json::json!({ "id": "a", "prefix": "b/" })), ["the lifecycle rule `a` does nothing"]);
    assert_eq!(rule(serde_json::json!({ "id": "a", "expire_on": "30 June" })), ["`30 June` is not a day"]);
    assert_eq!(rule(serde_json::json!({ "id": "a", "expire_after": "30d" })), [""; 0]);
}

#[test]
fn a_notification_has_one_destination() {
    let found = problems(serde_json::json!({ "name": "raw", "notification": [{ "events": ["ObjectCreated"] }] }));
    assert_eq!(found, ["a notification goes to exactly one destination", "`ObjectCreated` is no event of S3"]);
}

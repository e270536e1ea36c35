//! What counts as a difference, and what does not.
#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::base::path::Path;
use crate::graph::fixture::thing;
use crate::model::plan::Change;
use crate::model::value::Value;

fn value(json: Json) -> Value {
    let mut value = Value::from_json(json).unwrap();
    normalize(thing(), &mut value);
    value
}

fn compared(desired: Json, recorded: Option<Json>, real: Option<Json>, ignore: &[&str]) -> Comparison {
    let ignore: Vec<Path> = ignore.iter().map(|path| Path::from(*path)).collect();
    let (recorded, real) = (recorded.map(value), real.map(value));
    changes(thing().shape(), &value(desired), recorded.as_ref(), real.as_ref(), &ignore)
}

fn shown(changes: &[Change]) -> Vec<String> {
    let show = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
    changes
        .iter()
        .map(|change| {
            let forced = if change.replaces.is_some() { "!" } else { "" };
            format!("{}: {} -> {}{forced}", change.path, show(&change.before), show(&change.after))
        })
        .collect()
}

#[test]
fn what_is_desired_is_compared_with_what_is_real() {
    let found =
        compared(json!({ "name": "a", "size": 2 }), Some(json!({ "name": "a", "size": 2 })), Some(json!({ "name": "a", "size": 9 })), &[]);
    assert_eq!(shown(&found.changes), ["size: 9 -> 2"]);
    assert_eq!(found.unchanged, 1);
}

#[test]
fn offline_the_record_stands_for_reality() {
    let found = compared(json!({ "name": "b" }), Some(json!({ "name": "a", "size": 2 })), None, &[]);
    assert_eq!(shown(&found.changes), [r#"name: "a" -> "b"!"#, "size: 2 -> -"]);
}

#[test]
fn what_left_the_configuration_is_reset() {
    let recorded = json!({ "size": 2, "environment": { "A": "1", "B": "2" } });
    let real = json!({ "size": 2, "environment": { "A": "1", "B": "2", "C": "3" } });
    let found = compared(json!({ "environment": { "A": "1" } }), Some(recorded), Some(real), &[]);
    assert_eq!(shown(&found.changes), [r#"environment.B: "2" -> -"#, "size: 2 -> -"]);
    assert_eq!(shown(&found.undeclared), [r#"environment.C: - -> "3""#]);
}

#[test]
fn what_left_and_is_gone_already_is_no_change() {
    assert_eq!(compared(json!({}), Some(json!({ "size": 2 })), Some(json!({})), &[]), Comparison::default());
}

#[test]
fn what_the_server_chose_is_left_alone() {
    let found = compared(json!({}), Some(json!({})), Some(json!({ "window": "mon", "size": 3 })), &[]);
    assert_eq!(found.changes, []);
    assert_eq!(shown(&found.undeclared), ["size: - -> 3"]);
}

#[test]
fn what_aws_never_tells_is_compared_with_the_record() {
    let same = compared(json!({ "password": "x" }), Some(json!({ "password": "x" })), Some(json!({})), &[]);
    assert_eq!(same.changes, []);
    let other = compared(json!({ "password": "y" }), Some(json!({ "password": "x" })), Some(json!({})), &[]);
    assert_eq!(shown(&other.changes), [r#"password: "x" -> "y""#]);
    assert!(other.changes[0].sensitive);
}

#[test]
fn order_means_nothing_in_sets_and_keyed_lists() {
    let desired = json!({ "groups": ["b", "a", "b"], "parts": [{ "name": "x", "count": 1 }, { "name": "y" }] });
    let real = json!({ "groups": ["a", "b"], "parts": [{ "name": "y" }, { "name": "x", "count": 1 }] });
    assert_eq!(compared(desired, None, Some(real), &[]).changes, []);
}

#[test]
fn keyed_lists_are_told_item_by_item() {
    let desired = json!({ "parts": [{ "name": "x", "count": 1 }, { "name": "z" }] });
    let recorded = json!({ "parts": [{ "name": "y" }, { "name": "x", "count": 2 }] });
    let real = json!({ "parts": [{ "name": "y" }, { "name": "x", "count": 2 }, { "name": "foreign" }] });
    let found = compared(desired, Some(recorded), Some(real), &[]);
    assert_eq!(shown(&found.changes), ["parts[0].count: 2 -> 1", r#"parts[1].name: - -> "z""#, r#"parts[0]: { name = "y" } -> -"#]);
    assert_eq!(shown(&found.undeclared), [r#"parts[2]: - -> { name = "foreign" }"#]);
}

#[test]
fn a_map_or_keyed_list_that_goes_leaves_what_others_wrote() {
    let recorded = json!({ "environment": { "A": "1" }, "parts": [{ "name": "x" }] });
    let real = json!({ "environment": { "A": "1", "F": "1" }, "parts": [{ "name": "f" }, { "name": "x" }] });
    let found = compared(json!({}), Some(recorded.clone()), Some(real), &[]);
    assert_eq!(shown(&found.changes), [r#"environment.A: "1" -> -"#, r#"parts[1]: { name = "x" } -> -"#]);
    let alone = compared(json!({}), Some(recorded.clone()), Some(recorded), &[]);
    assert_eq!(shown(&alone.changes), [r#"environment: { A = "1" } -> -"#, r#"parts: [{ name = "x" }] -> -"#]);
}

#[test]
fn json_is_compared_by_what_it_says() {
    let desired = json!({ "policy": r#"{"Statement":[{"Effect":"Allow","Action":["a"]}]}"# });
    let real = json!({ "policy": r#"{ "Statement": { "Action": "a", "Effect": "Allow" } }"# });
    assert_eq!(compared(desired, None, Some(real), &[]).changes, []);
}

#[test]
fn empty_and_absent_are_one_except_in_maps() {
    let real = json!({ "environment": { "A": "" }, "groups": [], "policy": "", "window": "" });
    let found = compared(json!({ "environment": { "A": "" } }), Some(json!({ "environment": { "A": "x" } })), Some(real), &[]);
    assert_eq!((found.changes, found.undeclared), (vec![], vec![]));
}

#[test]
fn ignored_attributes_are_left_alone() {
    let desired = json!({ "size": 1, "environment": { "A": "1", "B": "1" }, "parts": [{ "name": "x", "count": 1 }] });
    let real = json!({ "size": 2, "environment": { "A": "2", "B": "2" }, "parts": [{ "name": "x", "count": 2 }] });
    let found = compared(desired, None, Some(real), &["environment.A", "parts.count"]);
    assert_eq!(shown(&found.changes), ["size: 2 -> 1", r#"environment.B: "2" -> "1""#]);
}

#[test]
fn what_says_something_although_it_is_empty_stays() {
    let task = json!([
        { "name": "a", "pass": {} },
        { "name": "b", "payload": {}, "map": { "items": "$.x", "distributed": {}, "tasks": [{ "name": "c", "fail": {} }] } },
        { "name": "d", "choice": [{ "next": "a", "variable": "$.x", "equals": "" }] },
    ]);
    let mut value = Value::from_json(json!({ "task": task })).unwrap();
    let whole = value.clone();
    normalize(crate::kinds::find("pipeline").unwrap(), &mut value);
    assert_eq!(value, whole);
}

#[test]
fn an_open_reference_differs_and_says_so() {
    let found = compared(json!({ "base": "${thing.b.version}" }), Some(json!({ "base": "1" })), None, &[]);
    assert_eq!(shown(&found.changes), [r#"base: "1" -> (known after apply)!"#]);
}

#[test]
fn tags_are_compared_like_a_map() {
    let tags = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let of = |pairs| with_tags(Value::table(), &tags(pairs));
    let found = changes(
        thing().shape(),
        &of(&[("team", "b")]),
        Some(&of(&[("team", "a"), ("old", "x")])),
        Some(&of(&[("team", "a"), ("old", "x"), ("aws:foreign", "y")])),
        &[],
    );
    assert_eq!(shown(&found.changes), [r#"tags.team: "a" -> "b""#, r#"tags.old: "x" -> -"#]);
}

#[test]
fn drift_tells_what_we_set_and_what_we_never_set() {
    let found = drifted(thing().shape(), &value(json!({ "size": 1, "password": "x" })), &value(json!({ "size": 2, "policy": "{}" })), &[]);
    assert_eq!(shown(&found.changes), ["size: 1 -> 2"]);
    assert_eq!(shown(&found.undeclared), [r#"policy: - -> "{}""#]);
}

/// Any JSON that a spec or AWS could hold, with open references in it.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        "[a-c${}.]{0,6}".prop_map(Json::from),
        Just(Json::from("${thing.b.arn}")),
    ];
    let key = || prop_oneof![Just("name".to_owned()), Just("parts".to_owned()), Just("groups".to_owned()), "[a-c]"];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec((key(), inner), 0..4).prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

/// A thing, sound or not.
fn any_thing() -> impl Strategy<Value = Json> {
    let fields = ["name", "size", "window", "password", "source", "environment", "groups", "parts", "policy", "strange"];
    proptest::collection::vec((proptest::sample::select(fields.to_vec()), any_json()), 0..6)
        .prop_map(|entries| Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(json in any_thing()) {
        let it = value(json);
        let found = changes(thing().shape(), &it, Some(&it), Some(&it), &[]);
        prop_assert_eq!(found.changes, vec![]);
        prop_assert_eq!(found.undeclared, vec![]);
        prop_assert_eq!(changes(thing().shape(), &it, Some(&it), None, &[]).changes, vec![]);
    }

    #[test]
    fn normalising_twice_is_normalising_once(json in any_thing()) {
        let once = value(json);
        let mut twice = once.clone();
        normalize(thing(), &mut twice);
        prop_assert_eq!(once, twice);
    }

    /// What was applied and recorded is not planned again, whatever stood there before and whoever wrote beside it.
    #[test]
    fn what_was_applied_is_not_planned_again(desired in any_thing(), foreign in any_thing()) {
        let desired = value(desired);
        let mut real = desired.clone();
        if let (Value::Table(real), Value::Table(foreign)) = (&mut real, value(foreign)) {
            for (key, entry) in *foreign {
                real.entry(key).or_insert(entry);
            }
        }
        prop_assert_eq!(changes(thing().shape(), &desired, Some(&desired), Some(&real), &[]).changes, vec![]);
    }

    #[test]
    fn any_three_values_are_compared_without_panic(desired in any_thing(), recorded in any_thing(), real in any_thing()) {
        let (desired, recorded, real) = (value(desired), value(recorded), value(real));
        changes(thing().shape(), &desired, Some(&recorded), Some(&real), &[Path::from("parts.name")]);
    }
}

/// Texts in a list and in a map, all of which are JSON.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "only the schema of this type is looked at")]
struct Documents {
    /// By name.
    #[schemars(extend("x-json" = true))]
    named: std::collections::BTreeMap<String, String>,
    /// In order.
    #[schemars(extend("x-json" = true))]
    listed: Vec<String>,
}

#[test]
fn what_is_marked_as_json_is_so_in_lists_and_maps_too() {
    let shape = crate::model::schema::Shape::of::<Documents>();
    let desired = Value::from_json(json!({ "named": { "a": r#"{"x":1,"y":2}"# }, "listed": [r#"{"x":1,"y":2}"#] })).unwrap();
    let real = Value::from_json(json!({ "named": { "a": r#"{"y": 2, "x": 1}"# }, "listed": [r#"{"y": 2, "x": 1}"#] })).unwrap();
    assert_eq!(shown(&changes(&shape, &desired, None, Some(&real), &[]).changes), Vec::<String>::new());
}

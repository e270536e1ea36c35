//! What AWS answered right after a create, held against what was declared: a plan straight after an apply must be empty.

mod events;
mod properties;
mod stores;
mod types;

use std::collections::BTreeMap;
use std::path::Path;

use pipetoll::model::kind::KindEntry;
use pipetoll::model::value::Value;
use pipetoll::{diff, kinds};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use properties::Type;

/// A recorded answer.
#[derive(Deserialize)]
struct Case {
    #[expect(clippy::struct_field_names, reason = "the files call it so")]
    case: String,
    #[serde(rename = "type")]
    aws_type: String,
    declared: Map<String, Json>,
    live: Map<String, Json>,
}

/// Cases that cannot be told in our specs, by type and name, and why.
const SKIPPED: &[(&str, &str, &str)] = &[
    ("AWS::Lambda::Version", "FnVerInheritedDesc", "versions are published by `publish` and hold nothing that is declared"),
    ("AWS::Logs::LogGroup", "Lg", "a log group has no field for data protection and field indexes"),
    ("AWS::S3::Bucket", "BucketConfigsOmit2", "a bucket has no fields for web sites and storage class analyses"),
    ("AWS::SNS::Topic", "SnsDeliveryStatus", "a topic has no field for the logging of deliveries"),
];

/// What differs in the cases that somebody changed behind the back of whoever declared them.
const DRIFTED: &[(&str, &[&str])] = &[
    ("MatrixFn0598BE1E.drifted", &["memory"]),
    ("FnEnvRemoved", &["environment.BAZ", "environment.FOO"]),
    ("QueueTrigger", &["trigger.sqs[0].batch_size"]),
    ("BucketConfigRemoved", &["lifecycle_rule", "cors"]),
    ("HuntTable71D348F5", &["read_capacity"]),
    ("MatrixRuleF1E32BBB.drifted", &["enabled"]),
];

/// The tables of all types.
fn types() -> impl Iterator<Item = &'static Type> {
    [types::TYPES, stores::TYPES, events::TYPES].into_iter().flatten()
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readbacks");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("the cases are there").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a case is text");
        serde_json::from_str::<Vec<Case>>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.into_iter().flat_map(read).collect()
}

impl Case {
    fn of_type(&self) -> Option<&'static Type> {
        types().find(|of| {
            let source = self.declared.get("EventSourceArn").and_then(Json::as_str).unwrap_or_default();
            of.aws_type == self.aws_type && source.contains(of.source)
        })
    }
}

/// A normal form, by way of the typed spec, as the loader and the remote make it.
#[expect(clippy::needless_pass_by_value, reason = "it takes what a table of properties makes")]
fn normal(entry: &'static KindEntry, json: Json) -> Result<Value, String> {
    let spec = entry.kind.read_spec(json.clone()).map_err(|error| format!("{error} in {json}"))?;
    let mut value = entry.kind.write_spec(spec.as_ref());
    diff::normalize(entry, &mut value);
    Ok(value)
}

/// The paths that a plan would change after an apply.
fn differences(case: &Case, of: &Type) -> Result<Vec<String>, String> {
    let entry = kinds::find(of.kind).ok_or("there is no such kind")?;
    let (mut declared, live) = (of.spec(&case.declared)?, of.spec(&case.live)?);
    // What CloudFormation named by itself, the loader would have named.
    of.name_alike(&mut declared, &live);
    let (desired, real) = (normal(entry, declared)?, normal(entry, live)?);
    let found = diff::changes(entry.shape(), &desired, Some(&desired), Some(&real), &[]);
    Ok(found.changes.into_iter().map(|change| format!("{}: {:?} -> {:?}", change.path, change.before, change.after)).collect())
}

#[test]
fn nothing_is_left_to_do_after_a_create() {
    let (mut offences, mut compared, mut skipped) = (Vec::new(), 0, 0);
    for case in cases() {
        let name = format!("{} {}", case.aws_type, case.case);
        let listed = SKIPPED.iter().any(|(aws_type, skip, _)| *aws_type == case.aws_type && *skip == case.case);
        let of = case.of_type();
        let strange = of.map_or_else(Vec::new, |of| of.unmapped(&case.declared, &case.live));
        match of {
            Some(_) if listed => {
                if strange.is_empty() {
                    offences.push(format!("{name}: is listed as skipped and need not be"));
                } else {
                    skipped += 1;
                }
            }
            None => offences.push(format!("{name}: no table says what its properties are to us")),
            Some(_) if !strange.is_empty() => offences.push(format!("{name}: nobody knows {}", strange.join(", "))),
            Some(of) => match differences(&case, of) {
                Err(why) => offences.push(format!("{name}: {why}")),
                Ok(found) => {
                    compared += 1;
                    let expected = DRIFTED.iter().find(|(drifted, _)| *drifted == case.case).map_or(&[][..], |(_, paths)| paths);
                    let paths: Vec<&str> = found.iter().filter_map(|change| change.split(": ").next()).collect();
                    if paths != expected {
                        offences.push(format!("{name}: {found:#?}, expected {expected:?}"));
                    }
                }
            },
        }
    }
    assert!(offences.is_empty(), "{} of {} cases:\n{}", offences.len(), compared + skipped, offences.join("\n"));
    assert!(compared >= 87, "only {compared} cases were compared, {skipped} skipped");
}

#[test]
fn every_list_names_cases_that_are_there() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases() {
        *count.entry(case.aws_type.clone()).or_default() += 1;
        *count.entry(case.case).or_default() += 1;
    }
    let skipped = SKIPPED.iter().flat_map(|(aws_type, case, _)| [*aws_type, *case]);
    let named = skipped.chain(DRIFTED.iter().map(|(case, _)| *case));
    let absent: Vec<&str> = named.chain(types().map(|of| of.aws_type)).filter(|name| !count.contains_key(*name)).collect();
    assert!(absent.is_empty(), "no case has these: {absent:?}");
}

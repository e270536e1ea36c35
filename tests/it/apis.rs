//! AWS's own service models (those of botocore, which moto brings) held against our kinds: no member of a request is forgotten.
//! `tests/apis/README.md` describes the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use serde_json::Value as Json;

use crate::conformance::every_shape;
use crate::emulator;

/// A file of `tests/apis`: request → member → field, or `- reason`.
type Table = BTreeMap<String, BTreeMap<String, String>>;

/// The table of our own fields that are no member of any request.
const OURS: &str = "ours";

#[test]
fn every_member_of_a_request_is_a_field_or_said_not_to_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apis");
    let mut tables: Vec<(&'static KindEntry, Table)> = Vec::new();
    let mut offences = Vec::new();
    // `KIND=word` narrows it to one kind.
    let wanted = std::env::var("KIND").ok();
    for entry in kinds::ALL.iter().filter(|entry| wanted.as_deref().is_none_or(|kind| kind == entry.name())) {
        let file = folder.join(format!("{}.toml", entry.name()));
        match std::fs::read_to_string(file) {
            Ok(text) => match toml::from_str(&text) {
                Ok(table) => tables.push((entry, table)),
                Err(error) => offences.push(format!("{}: {error}", entry.name())),
            },
            Err(error) => offences.push(format!("{}: {error}", entry.name())),
        }
    }
    let names: BTreeSet<&str> =
        tables.iter().flat_map(|(_, table)| table.keys().map(String::as_str)).filter(|name| *name != OURS).collect();
    let requests = requests(names);
    for (entry, table) in &tables {
        judge(entry, table, &requests, &mut offences);
    }
    assert!(offences.is_empty(), "{} offences\n{}", offences.len(), offences.join("\n"));
}

/// The members of each request `service:Operation`.
pub(crate) fn requests<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Json> {
    let words = names.into_iter().filter_map(|name| name.split_once(':')).flat_map(|(service, operation)| [service, operation]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/requests.py");
    let output = Command::new(emulator::python()).arg(script).args(words).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

fn judge(entry: &'static KindEntry, table: &Table, requests: &BTreeMap<String, Json>, offences: &mut Vec<String>) {
    let name = entry.name();
    let mut fields = BTreeSet::new();
    every_shape("", entry.shape(), &mut |path, _| {
        fields.insert(path.to_owned());
    });
    let mut told = BTreeSet::new();
    for (request, members) in table.iter().filter(|(request, _)| *request != OURS) {
        let Some(tree) = requests.get(request) else {
            offences.push(format!("{name}: {request}: there is no such request"));
            continue;
        };
        let mut known = BTreeSet::new();
        leaves("", tree, &mut |member, _| {
            known.insert(member.to_owned());
        });
        for member in &known {
            let mut above = std::iter::successors(Some(member.as_str()), |member| member.rsplit_once('.').map(|(above, _)| above));
            if !above.any(|member| members.contains_key(member)) {
                offences.push(format!("{name}: {request}: nobody says what `{member}` is to us"));
            }
        }
        for (member, field) in members {
            if !known.iter().any(|known| known == member || known.starts_with(&format!("{member}."))) {
                offences.push(format!("{name}: {request}: has no member `{member}`"));
            }
            if let Some(reason) = field.strip_prefix("- ") {
                if reason.len() < 10 {
                    offences.push(format!("{name}: {request}: `{member}`: that is no reason"));
                }
            } else {
                for field in field.split(", ") {
                    told.insert(field.to_owned());
                    if !fields.contains(field) {
                        offences.push(format!("{name}: {request}: `{member}`: there is no field `{field}`"));
                    }
                }
            }
        }
    }
    for (field, reason) in table.get(OURS).into_iter().flatten() {
        told.insert(field.clone());
        if !fields.contains(field) || reason.len() < 10 {
            offences.push(format!("{name}: [{OURS}] {field}: there is no such field, or no reason"));
        }
    }
    let is_told = |field: &str| {
        let mut above = std::iter::successors(Some(field), |field| field.rsplit_once('.').map(|(above, _)| above));
        above.any(|field| told.contains(field)) || told.iter().any(|told| told.starts_with(&format!("{field}.")))
    };
    for field in fields.iter().filter(|field| !field.is_empty() && !is_told(field)) {
        offences.push(format!("{name}: the field `{field}` is no member of any request, and [{OURS}] does not say why"));
    }
}

/// Calls `visit` for each member that holds a value itself, as `VpcConfig.SubnetIds`; keys of maps are `*`.
pub(crate) fn leaves(above: &str, tree: &Json, visit: &mut dyn FnMut(&str, &str)) {
    match tree {
        Json::Object(members) => {
            for (name, member) in members {
                leaves(&crate::conformance::below(above, name), member, visit);
            }
            if members.is_empty() {
                visit(above, "structure");
            }
        }
        Json::Array(items) => items.iter().for_each(|item| leaves(above, item, visit)),
        other => visit(above, other.as_str().unwrap_or_default()),
    }
}

//! Checks between the fields of a table.

use super::spec::{Billing, Index, Projection, Spec};
use crate::model::kind::Problems;

/// How many attributes all indexes of a table include together (botocore 1.44.5, `Projection$NonKeyAttributes`).
const MOST_INCLUDED: usize = 100;

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    let mut keys: Vec<(String, &str)> = vec![("hash_key".into(), &spec.hash_key)];
    keys.extend(spec.range_key.as_deref().map(|key| ("range_key".to_owned(), key)));
    for (at, index) in spec.index.iter().enumerate() {
        let index = key_of(&format!("index[{at}]"), index);
        twice(&index, problems);
        keys.extend(index);
    }
    for (at, index) in spec.local_index.iter().enumerate() {
        let range = (format!("local_index[{at}].range_key"), index.range_key.as_str());
        twice(&[("hash_key".into(), &spec.hash_key), range.clone()], problems);
        keys.push(range);
    }
    twice(&keys[..=usize::from(spec.range_key.is_some())], problems);
    for (path, key) in &keys {
        if !spec.attributes.contains_key(*key) {
            let help = format!("add `{key} = \"S\"` (string), `\"N\"` (number) or `\"B\"` (bytes) to `attributes`");
            problems.add(path.as_str(), format!("the type of the key `{key}` is not known"), help);
        }
    }
    for name in spec.attributes.keys() {
        if !keys.iter().any(|(_, key)| key == name) {
            problems.add(
                format!("attributes.{name}").as_str(),
                format!("`{name}` is in no key"),
                "remove it: DynamoDB takes attributes of keys only, all others need no declaration",
            );
        }
    }
    billing(spec, problems);
    indexes(spec, problems);
    if spec.kinesis.len() > 2 {
        problems.add("kinesis[2]", "a table tells its changes to two Kinesis streams at most", "remove those above two");
    }
    if let Some(window) = spec.recovery_window {
        if spec.point_in_time_recovery != Some(true) {
            problems.add("recovery_window", "`recovery_window` needs `point_in_time_recovery = true`", "add it, or remove the window");
        }
        let days = window.as_days();
        if !(1..=35).contains(&days) || window.as_milliseconds() != days * 86_400_000 {
            problems.add("recovery_window", "the window is 1 to 35 whole days", "write, for example, `recovery_window = \"35d\"`");
        }
    }
}

/// The attributes of an index's key in the order of AWS, each with its path.
fn key_of<'a>(path: &str, index: &'a Index) -> Vec<(String, &'a str)> {
    let more = |field: &'static str, keys: &'a [String]| {
        keys.iter().enumerate().map(move |(at, key)| (format!("{path}.{field}[{at}]"), key.as_str()))
    };
    let hash = std::iter::once((format!("{path}.hash_key"), index.hash_key.as_str()));
    let range = index.range_key.iter().map(|key| (format!("{path}.range_key"), key.as_str()));
    hash.chain(more("more_hash_keys", &index.more_hash_keys)).chain(range).chain(more("more_range_keys", &index.more_range_keys)).collect()
}

/// DynamoDB refuses a key that names an attribute twice.
fn twice(key: &[(String, &str)], problems: &mut Problems) {
    for (at, (path, attribute)) in key.iter().enumerate() {
        if key[..at].iter().any(|(_, before)| before == attribute) {
            problems.add(
                path.as_str(),
                format!("`{attribute}` is already an attribute of this key"),
                "name another attribute, or leave this one out",
            );
        }
    }
}

fn billing(spec: &Spec, problems: &mut Problems) {
    let units = [("read_capacity", spec.read_capacity), ("write_capacity", spec.write_capacity)];
    let maxima = [("max_read_units", spec.max_read_units), ("max_write_units", spec.max_write_units)];
    match spec.billing_mode {
        Billing::Provisioned => {
            for (field, _) in units.iter().filter(|(_, units)| units.is_none()) {
                problems.add(
                    "billing_mode",
                    format!("a provisioned table needs `{field}`"),
                    format!("add `{field}`, or set `billing_mode = \"on-demand\"`"),
                );
            }
            for (field, _) in maxima.iter().filter(|(_, units)| units.is_some()) {
                problems.add(*field, format!("`{field}` is for on-demand tables"), "remove it");
            }
        }
        Billing::OnDemand => {
            for (field, _) in units.iter().filter(|(_, units)| units.is_some()) {
                let help = "remove it, or set `billing_mode = \"provisioned\"`";
                problems.add(*field, format!("`{field}` is for provisioned tables"), help);
            }
        }
    }
    for (at, index) in spec.index.iter().enumerate() {
        let on_demand = spec.billing_mode == Billing::OnDemand;
        let fields = [
            ("read_capacity", index.read_capacity.is_some() && on_demand),
            ("write_capacity", index.write_capacity.is_some() && on_demand),
            ("max_read_units", index.max_read_units.is_some() && !on_demand),
            ("max_write_units", index.max_write_units.is_some() && !on_demand),
        ];
        for (field, _) in fields.iter().filter(|(_, wrong)| *wrong) {
            let other = if on_demand { "provisioned" } else { "on-demand" };
            problems.add(format!("index[{at}].{field}").as_str(), format!("`{field}` is for indexes of {other} tables"), "remove it");
        }
    }
}

fn indexes(spec: &Spec, problems: &mut Problems) {
    let global = spec.index.iter().enumerate().map(|(at, index)| (format!("index[{at}]"), &index.name, index.projection, &index.include));
    let local = spec
        .local_index
        .iter()
        .enumerate()
        .map(|(at, index)| (format!("local_index[{at}]"), &index.name, index.projection, &index.include));
    let (mut seen, mut included): (Vec<&str>, usize) = (Vec::new(), 0);
    for (path, name, projection, include) in global.chain(local) {
        if seen.contains(&name.as_str()) {
            problems.add(format!("{path}.name").as_str(), format!("two indexes are named `{name}`"), "give one of them another name");
        }
        seen.push(name);
        match (projection == Projection::Include, include.is_empty()) {
            (true, true) => {
                let help = "name attributes in `include`, or set `projection = \"keys-only\"`";
                problems.add(format!("{path}.projection").as_str(), "`projection = \"include\"` includes no attribute", help);
            }
            (false, false) => {
                let help = "set `projection = \"include\"`, or remove `include`";
                problems.add(format!("{path}.include").as_str(), "`include` belongs to `projection = \"include\"`", help);
            }
            (true, false) | (false, true) => {}
        }
        included += include.len();
    }
    if included > MOST_INCLUDED {
        problems.add(
            "index",
            format!("the indexes include {included} attributes; a table's indexes include {MOST_INCLUDED} together at most"),
            "include fewer, or set `projection = \"all\"` where many are wanted",
        );
    }
    for (at, index) in spec.index.iter().enumerate() {
        if index.range_key.is_none() && !index.more_range_keys.is_empty() {
            let help = "make the first of them the `range_key`";
            problems.add(format!("index[{at}].more_range_keys").as_str(), "`more_range_keys` come after a `range_key`", help);
        }
    }
    if !spec.local_index.is_empty() && spec.range_key.is_none() {
        problems.add("local_index", "a table without a `range_key` has no local indexes", "add a `range_key`, or use `index`");
    }
}

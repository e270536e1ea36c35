//! Brings a function's normal form into the one shape that desired, recorded and real share.

use crate::base::table::IndexMap;

use super::is_image_uri;
use crate::base::path::Path;
use crate::model::value::Value;

/// The lists whose entries get their number as a name when they have none.
const NAMED: &[&str] = &["s3", "schedule", "rule", "invoke"];

/// The texts of triggers that are JSON, each below its list.
const JSON: &[(&str, &str)] = &[("sns", "filter"), ("schedule", "input"), ("rule", "pattern"), ("rule", "input")];

/// Undoes AWS's spellings and fills in what follows from the rest.
pub(in crate::kinds::function) fn normalize(value: &mut Value) {
    let Value::Table(entries) = value else { return };
    package(entries);
    // Lambda stores the names of headers in lower case.
    for field in ["url.cors.headers", "url.cors.expose"] {
        lower_case(value, field);
    }
    for list in NAMED {
        name_by_number(value, list);
    }
    for (list, field) in JSON {
        each(value, list, |entry| {
            if let Some(text) = entry.get_mut(*field) {
                canonical(text);
            }
        });
    }
    for list in ["kinesis", "dynamodb", "sqs"] {
        each(value, list, |entry| {
            if let Some(Value::List(filters)) = entry.get_mut("filters") {
                filters.iter_mut().for_each(canonical);
            }
        });
    }
}

/// The kind of package follows from the code, unless that is not known yet.
fn package(entries: &mut IndexMap<String, Value>) {
    if entries.contains_key("package") {
        return;
    }
    let Some(code) = entries.get("code").and_then(Value::text) else { return };
    let package = if is_image_uri(code) { "image" } else { "zip" };
    entries.insert("package".to_owned(), Value::Text(package.to_owned()));
}

fn lower_case(value: &mut Value, field: &str) {
    if let Some(Value::List(items)) = value.at_mut(&Path::from(field)) {
        for item in items {
            if let Value::Text(text) = item {
                *text = text.to_ascii_lowercase();
            }
        }
    }
}

fn each(value: &mut Value, list: &str, mut change: impl FnMut(&mut IndexMap<String, Value>)) {
    if let Some(Value::List(items)) = value.at_mut(&Path::root().key("trigger").key(list)) {
        for item in items {
            if let Value::Table(entries) = item {
                change(entries);
            }
        }
    }
}

fn name_by_number(value: &mut Value, list: &str) {
    let mut number = 0;
    each(value, list, |entry| {
        number += 1;
        if entry.get("name").is_none_or(Value::is_empty) {
            entry.insert("name".to_owned(), Value::Text(number.to_string()));
        }
    });
}

/// JSON text with its keys in order and no spaces; anything else stays.
fn canonical(value: &mut Value) {
    if let Value::Text(text) = value
        && let Some(json) = super::super::canonical_json(text)
    {
        *text = json;
    }
}

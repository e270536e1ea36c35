//! The one shape that desired, recorded and real values share; plan and apply both come through here.

use std::collections::BTreeMap;

use crate::model::kind::KindEntry;
use crate::model::schema::{Form, Shape};
use crate::model::value::Value;

/// Under which key of a normal form the engine keeps a resource's tags.
pub const TAGS: &str = "tags";

/// Brings a value into normal form. Doing it twice changes nothing.
///
/// The kind undoes AWS's own spellings; sets are sorted; numbers that came as text become numbers; and a table, list or string that is empty is
/// the same as one that is absent. JSON text stays as it was written: [`super::json::same`] compares it.
pub fn normalize(entry: &KindEntry, value: &mut Value) {
    let tags = if let Value::Table(entries) = &mut *value { entries.shift_remove(TAGS) } else { None };
    entry.kind.normalize(value);
    settle(entry.shape(), value);
    if let (Value::Table(entries), Some(tags)) = (value, tags) {
        entries.insert(TAGS.to_owned(), tags);
    }
}

/// A normal form with the tags that belong to it. Tags are the engine's: no kind has them in its spec.
/// The desired form of a kind that takes no tags is left without.
#[must_use]
pub fn with_tags(mut value: Value, tags: &BTreeMap<String, String>) -> Value {
    if let Value::Table(entries) = &mut value
        && !tags.is_empty()
    {
        let tags = tags.iter().map(|(key, value)| (key.clone(), Value::Text(value.clone()))).collect();
        entries.reserve_exact(1);
        entries.insert(TAGS.to_owned(), tags);
    }
    value
}

fn settle(shape: &Shape, value: &mut Value) {
    match (&shape.form, &mut *value) {
        (Form::Integer { .. } | Form::Number { .. }, Value::Text(text)) => {
            if let Ok(number) = text.trim().parse::<rust_decimal::Decimal>() {
                *value = Value::Number(number.normalize());
            }
        }
        (_, Value::Number(number)) => *number = number.normalize(),
        (Form::Table(fields), Value::Table(entries)) => {
            entries.retain(|key, entry| {
                let Some(field) = fields.get(key) else { return true };
                settle(&field.shape, entry);
                // A field with a default that says something must keep an explicit "nothing".
                let may_go = !field.required && !field.shape.marks.empty && field.shape.default.as_ref().is_none_or(is_nothing);
                !(may_go && entry.is_empty())
            });
        }
        // The keys of a map are the user's: a variable that is empty is there all the same.
        (Form::Map(item), Value::Table(entries)) => entries.values_mut().for_each(|entry| settle(item, entry)),
        (Form::List(item), Value::List(items)) => {
            for entry in items.iter_mut() {
                settle(item, entry);
            }
            if shape.marks.set {
                items.sort_by_cached_key(ToString::to_string);
                items.dedup();
            }
        }
        _ => {}
    }
}

fn is_nothing(default: &serde_json::Value) -> bool {
    match default {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.is_empty(),
        serde_json::Value::Array(items) => items.is_empty(),
        serde_json::Value::Object(entries) => entries.is_empty(),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}

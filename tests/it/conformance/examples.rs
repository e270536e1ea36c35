//! Examples name every field, and what they say survives the way to the normal form and back.

use std::collections::BTreeSet;

use pipetoll::diff;
use pipetoll::model::schema::{Form, Shape};
use pipetoll::model::value::Value;

use super::{Exemptions, as_json, below, blocks, every_kind, every_shape, with_example};

/// Fields that an example cannot show.
const UNNAMED: Exemptions = &[
    ("pipeline", "task.cluster", "takes a cluster of the project, and that kind is only planned"),
    ("job", "sources.mode", "one table describes what is read and what is written; this speaks of writing"),
    ("job", "sinks.mutable", "one table describes what is read and what is written; this speaks of reading"),
    ("job", "sinks.bookmark_keys", "one table describes what is read and what is written; this speaks of reading"),
    ("job", "sinks.monotonic_key", "one table describes what is read and what is written; this speaks of reading"),
];

#[test]
fn examples_load_and_nothing_is_said_about_them() {
    every_kind("examples are sound projects:", &[], |entry| {
        with_example(entry, |example| {
            // A literal ARN may speak of a kind that is only planned, whose access nobody has written down yet.
            let planned = super::marks::PLANNED.iter().any(|kind| pipetoll::kinds::find(kind).is_none());
            let said = example.messages.iter().filter(|said| !(planned && said.contains("cannot allow the use of")));
            said.map(|said| ("example".to_owned(), said.clone())).collect()
        })
    });
}

#[test]
fn examples_name_every_field_and_all_usage() {
    every_kind("an example shows all there is:", UNNAMED, |entry| {
        let json = match as_json(entry.kind.example()) {
            Ok(json) => json,
            Err(why) => return vec![("example".into(), why)],
        };
        let (mut named, mut used) = (BTreeSet::new(), BTreeSet::new());
        for block in blocks(&json, entry.name()) {
            gather(entry.shape(), block, "", &mut Vec::new(), &mut named);
            if let Some(usage) = block.get("usage") {
                gather(entry.usage_shape(), usage, "", &mut Vec::new(), &mut used);
            }
        }
        let fields = missing(entry.shape(), &named).into_iter();
        let usage = missing(entry.usage_shape(), &used).into_iter().map(|path| format!("usage.{path}"));
        fields.chain(usage).map(|path| (path, "is not in the example".to_owned())).collect()
    });
}

/// The tables on the way down, by their fields, with their paths.
type Above<'s> = Vec<(Vec<&'s String>, String)>;

/// The paths of the fields that a block names. What stands in a table within one of its own type counts for that one too.
fn gather<'s>(shape: &'s Shape, json: &serde_json::Value, path: &str, above: &mut Above<'s>, named: &mut BTreeSet<String>) {
    match (&shape.form, json) {
        (Form::Table(fields), serde_json::Value::Object(entries)) => {
            let keys: Vec<&String> = fields.keys().collect();
            let outer = above.iter().find(|(known, _)| *known == keys).map(|(_, path)| path.clone());
            let path = outer.unwrap_or_else(|| path.to_owned());
            above.push((keys, path.clone()));
            for (key, value) in entries {
                let Some(field) = fields.get(key) else { continue };
                let path = below(&path, key);
                gather(&field.shape, value, &path, above, named);
                named.insert(path);
            }
            above.pop();
        }
        (Form::Map(item), serde_json::Value::Object(entries)) => {
            entries.values().for_each(|value| gather(item, value, &below(path, "*"), above, named));
        }
        (Form::List(item), serde_json::Value::Array(items)) => items.iter().for_each(|value| gather(item, value, path, above, named)),
        _ => {}
    }
}

/// The fields that are not named, without those below one that is not named itself.
fn missing(shape: &Shape, named: &BTreeSet<String>) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    every_shape("", shape, &mut |path, _| {
        let field = !path.is_empty() && !path.ends_with('*') && !named.contains(path);
        let above = paths.iter().any(|above| path == above || path.strip_prefix(above.as_str()).is_some_and(|rest| rest.starts_with('.')));
        if field && !above && !repeats(shape, path) {
            paths.push(path.to_owned());
        }
    });
    paths
}

/// Whether a path leads into a type that holds itself, where one level shows them all.
fn repeats(shape: &Shape, path: &str) -> bool {
    let mut fields_above: Vec<Vec<&String>> = Vec::new();
    let mut at = shape;
    for key in path.split('.') {
        let next = match &at.form {
            Form::Table(fields) => {
                let keys: Vec<&String> = fields.keys().collect();
                if fields_above.contains(&keys) {
                    return true;
                }
                fields_above.push(keys);
                fields.get(key).map(|field| &field.shape)
            }
            Form::Map(item) => Some(&**item),
            _ => None,
        };
        let Some(mut found) = next else { return false };
        while let Form::List(item) = &found.form {
            found = item;
        }
        at = found;
    }
    false
}

#[test]
fn the_normal_form_survives_the_way_to_a_spec_and_back() {
    every_kind("spec → value → spec → value:", &[], |entry| {
        with_example(entry, |example| {
            let mut offences = Vec::new();
            for resource in example.own(entry) {
                let mut expect = |holds: Result<bool, serde_json::Error>, why: &str| match holds {
                    Ok(true) => {}
                    Ok(false) => offences.push((resource.address.to_string(), why.to_owned())),
                    Err(error) => offences.push((resource.address.to_string(), format!("{why}: {error}"))),
                };
                let first = entry.kind.write_spec(resource.typed.as_ref());
                let again = entry.kind.read_spec(first.to_json()).map(|spec| entry.kind.write_spec(spec.as_ref()) == first);
                expect(again, "what is written of a spec is what is read");

                // As recorded: addresses are attributes by now, and the value is in its one shape.
                let mut recorded = resource.desired.clone();
                recorded.resolve(&|to, attribute| Some(format!("{attribute}-of-{}", to.name)));
                diff::normalize(entry, &mut recorded);
                let mut twice = recorded.clone();
                diff::normalize(entry, &mut twice);
                expect(Ok(twice == recorded), "doing it twice changes nothing");
                let again = entry.kind.read_spec(recorded.to_literal_json()).map(|spec| {
                    let mut read: Value = entry.kind.write_spec(spec.as_ref());
                    diff::normalize(entry, &mut read);
                    let found = diff::changes(entry.shape(), &recorded, Some(&read), Some(&read), &[]).changes;
                    found.is_empty().then_some(()).ok_or_else(|| serde::de::Error::custom(format!("{found:?}")))
                });
                let again = again.and_then(|same: Result<(), serde_json::Error>| same.map(|()| true));
                expect(again, "what was recorded can be read, and is the same in normal form");
                let outputs = entry.kind.outputs();
                let strange = entry.kind.computed(&recorded).into_iter().any(|(name, _)| !outputs.iter().any(|output| output.name == name));
                expect(Ok(!strange), "computes only outputs that it has");
            }
            offences
        })
    });
}

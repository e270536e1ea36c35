//! Examples name every field, and what they say survives the way to the normal form and back.

use std::collections::BTreeSet;

use pipetoll::base::table::IndexMap;
use pipetoll::diff;
use pipetoll::model::schema::{Field, Form, Shape};
use pipetoll::model::value::Value;

use super::{Exemptions, as_json, below, blocks, every_kind, every_shape, with_example};

/// Fields that an example cannot show.
const UNNAMED: Exemptions = &[("pipeline", "task.cluster", "takes a cluster of the project, and that kind is only planned")];

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
            gather(entry.shape(), block, "", &first_places(entry.shape()), &mut named);
            if let Some(usage) = block.get("usage") {
                gather(entry.usage_shape(), usage, "", &first_places(entry.usage_shape()), &mut used);
            }
        }
        let fields = missing(entry.shape(), &named).into_iter();
        let usage = missing(entry.usage_shape(), &used).into_iter().map(|path| format!("usage.{path}"));
        fields.chain(usage).map(|path| (path, "is not in the example".to_owned())).collect()
    });
}

/// Where each type of table stands first, by its fields and what is said of them: what an example names in one place it need not name in the others.
type First = Vec<(Type, String)>;

/// A field of a type has its words wherever the type stands.
type Type = BTreeSet<(String, String)>;

fn first_places(shape: &Shape) -> First {
    let mut first = First::new();
    every_shape("", shape, &mut |path, shape| {
        if let Some(fields) = shape.fields() {
            let table = type_of(fields);
            if !first.iter().any(|(known, _)| *known == table) {
                first.push((table, path.to_owned()));
            }
        }
    });
    first
}

fn type_of(fields: &IndexMap<String, Field>) -> Type {
    fields.iter().map(|(key, field)| (key.clone(), field.shape.doc.clone())).collect()
}

/// The first place where a table has all these fields. Where a type leaves some of its fields out, it is one with the place that has most.
fn place_of<'f>(first: &'f First, fields: &IndexMap<String, Field>) -> Option<&'f str> {
    let table = type_of(fields);
    let whole = first.iter().rev().filter(|(known, _)| table.is_subset(known)).max_by_key(|(known, _)| known.len());
    whole.map(|(_, place)| place.as_str())
}

/// The paths of the fields that a block names, each where its type of table stands first.
fn gather(shape: &Shape, json: &serde_json::Value, path: &str, first: &First, named: &mut BTreeSet<String>) {
    match (&shape.form, json) {
        (Form::Table(fields), serde_json::Value::Object(entries)) => {
            let place = place_of(first, fields).unwrap_or(path);
            for (key, value) in entries {
                let Some(field) = fields.get(key) else { continue };
                let path = below(place, key);
                gather(&field.shape, value, &path, first, named);
                named.insert(path);
            }
        }
        (Form::Map(item), serde_json::Value::Object(entries)) => {
            entries.values().for_each(|value| gather(item, value, &below(path, "*"), first, named));
        }
        (Form::List(item), serde_json::Value::Array(items)) => items.iter().for_each(|value| gather(item, value, path, first, named)),
        _ => {}
    }
}

/// The fields that are not named, without those below one that is not named itself, or in a type that stands elsewhere first.
fn missing(shape: &Shape, named: &BTreeSet<String>) -> Vec<String> {
    let first = first_places(shape);
    let (mut paths, mut again): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    every_shape("", shape, &mut |path, shape| {
        let under =
            |prefixes: &[String]| prefixes.iter().any(|above| path.strip_prefix(above.as_str()).is_some_and(|rest| rest.starts_with('.')));
        let field = !path.is_empty() && !path.ends_with('*') && !named.contains(path);
        if field && !under(&paths) && !paths.iter().any(|above| above == path) && !under(&again) {
            paths.push(path.to_owned());
        }
        if shape.fields().and_then(|fields| place_of(&first, fields)).is_some_and(|place| place != path) {
            again.push(path.to_owned());
        }
    });
    paths
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

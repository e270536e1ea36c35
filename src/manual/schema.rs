//! The JSON Schema of `pipetoll.toml`, for editors: draft-07 and inlined, because that is what taplo reads best.

use crate::base::table::IndexMap;
use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};

use super::reference::limit_range;
use crate::model::kind::KindEntry;
use crate::model::resource::Budget;
use crate::model::schema::{Field, Form, Format, Shape};
use crate::project::{AdoptTable, MovedTable, ProjectTable, RemovedTable, StateSettings, VariableTable, common_fields};

/// Where the text of a string may come from something else: then only the loader can judge it.
const PLACEHOLDER: &str = "\\$\\{";

/// Whether a required field must be there; an overlay of an environment leaves most of them out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Overlay,
}

/// The schema of the whole file.
pub fn schema(kinds: &[KindEntry]) -> Json {
    let mut root = sections(kinds, Part::Whole);
    let mut overlay = sections(kinds, Part::Overlay);
    overlay.shift_remove("variables");
    overlay.shift_remove("lint");
    let environment = map_of(
        object(overlay, Vec::new(), "What this environment changes, over the base."),
        "Environments: `--env NAME` lays one over the base.",
    );
    root.insert("include".into(), json!({ "type": "array", "items": { "type": "string" }, "description": "More files, as paths or patterns from this file's folder." }));
    root.insert("environment".into(), environment);
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "pipetoll.toml",
        "x-pipetoll": env!("CARGO_PKG_VERSION"),
    });
    // An included file has no `[project]`, and the same schema serves it.
    if let (Some(target), Json::Object(body)) = (schema.as_object_mut(), object(root, Vec::new(), "A project of pipetoll.")) {
        target.extend(body);
    }
    schema
}

fn sections(kinds: &[KindEntry], part: Part) -> Map<String, Json> {
    let mut sections = Map::new();
    sections.insert("project".into(), table_of::<ProjectTable>("What holds for the whole project.", part));
    sections.insert(
        "variables".into(),
        map_of(table_of::<VariableTable>("A variable.", part), "Values from outside: `--var NAME=VALUE`, or `PIPETOLL_VAR_NAME`."),
    );
    sections.insert("budget".into(), table_of::<Budget>("What it may cost; above it, `cost`, `plan` and CI fail.", part));
    sections.insert("state".into(), table_of::<StateSettings>("Where the state is kept.", part));
    let adopt = table_of::<AdoptTable>("Something that exists and comes under the care of a block.", part);
    sections.insert("adopt".into(), json!({ "type": "array", "items": adopt, "description": "What exists already and is to be adopted." }));
    let moved = table_of::<MovedTable>("A block that was renamed.", part);
    sections.insert("moved".into(), json!({ "type": "array", "items": moved, "description": "What was renamed: the state follows." }));
    let removed = table_of::<RemovedTable>("A block that was taken out.", part);
    sections.insert("removed".into(), json!({ "type": "array", "items": removed, "description": "What was taken out and stays in AWS." }));
    sections.insert("lint".into(), lint());
    for entry in kinds {
        let mut fields = properties(entry.shape().fields(), part);
        let usage =
            object(properties(entry.usage_shape().fields(), Part::Overlay), Vec::new(), "How much it is used; what its cost depends on.");
        for (key, field) in common_fields() {
            if !fields.contains_key(key) {
                fields.insert(key.clone(), if key == "usage" { usage.clone() } else { of_field(field, part) });
            }
        }
        let required = required(entry.shape().fields(), part);
        let block = object(fields, required, entry.kind.title());
        let doc = entry.kind.doc().split("\n\n").next().unwrap_or_default().replace('\n', " ");
        sections.insert(entry.name().into(), map_of(block, &doc));
    }
    sections
}

fn lint() -> Json {
    let words =
        json!({ "type": "array", "items": { "type": "string", "description": "A code, the beginning of codes, a name, or a group." } });
    let level = json!({ "type": "string", "enum": ["error", "warning", "advice", "off"] });
    let allow = object(
        Map::from_iter([
            ("code".into(), json!({ "type": "string", "description": "The rule's code or name." })),
            ("address".into(), json!({ "type": "string", "description": "Only on this resource." })),
            ("path".into(), json!({ "type": "string", "description": "Only on this attribute." })),
            ("reason".into(), json!({ "type": "string", "description": "Why it is fine here." })),
            ("until".into(), json!({ "type": ["string", "object"], "description": "Until when, as a date." })),
        ]),
        vec!["code".into(), "reason".into()],
        "A finding that is allowed.",
    );
    let properties = Map::from_iter([
        ("select".into(), words.clone()),
        ("ignore".into(), words.clone()),
        ("forbid_ignore".into(), words),
        ("level".into(), json!({ "type": "object", "additionalProperties": level, "description": "Another level for a rule, by code." })),
        ("allow".into(), json!({ "type": "array", "items": allow })),
    ]);
    object(properties, Vec::new(), "Which rules run, and what they may not say.")
}

fn table_of<T: JsonSchema>(doc: &str, part: Part) -> Json {
    let shape = Shape::of::<T>();
    object(properties(shape.fields(), part), required(shape.fields(), part), doc)
}

#[expect(clippy::needless_pass_by_value, reason = "the macro json! copies what it is lent; the parts are made for this whole")]
fn map_of(item: Json, doc: &str) -> Json {
    json!({ "type": "object", "description": doc, "additionalProperties": item })
}

#[expect(clippy::needless_pass_by_value, reason = "the macro json! copies what it is lent; the parts are made for this whole")]
fn object(properties: Map<String, Json>, required: Vec<String>, doc: &str) -> Json {
    let mut object = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let Some(entries) = object.as_object_mut() {
        if !required.is_empty() {
            entries.insert("required".into(), required.into());
        }
        if !doc.is_empty() {
            entries.insert("description".into(), doc.into());
        }
    }
    object
}

fn properties(fields: Option<&IndexMap<String, Field>>, part: Part) -> Map<String, Json> {
    fields.into_iter().flatten().map(|(key, field)| (key.clone(), of_field(field, part))).collect()
}

/// The physical name is filled in when it is absent, so it is never required.
fn required(fields: Option<&IndexMap<String, Field>>, part: Part) -> Vec<String> {
    match part {
        Part::Whole => fields
            .into_iter()
            .flatten()
            .filter(|(_, field)| field.required && !field.shape.marks.name)
            .map(|(key, _)| key.clone())
            .collect(),
        Part::Overlay => Vec::new(),
    }
}

fn of_field(field: &Field, part: Part) -> Json {
    of_shape(&field.shape, part)
}

fn of_shape(shape: &Shape, part: Part) -> Json {
    let mut schema = of_form(shape, part);
    let Some(entries) = schema.as_object_mut() else { return schema };
    if !shape.doc.is_empty() {
        entries.insert("description".into(), description(shape).into());
    }
    if let Some(default) = &shape.default {
        entries.insert("default".into(), default.clone());
    }
    schema
}

/// The doc comment, with what the marks say: an editor shows it while the reader decides.
fn description(shape: &Shape) -> String {
    let mut text = shape.doc.trim().to_owned();
    if let Some(range) = limit_range(shape) {
        text = format!("{text}\n\n{range}.");
    }
    if let Some(why) = &shape.marks.replace {
        text = format!("{text}\n\nA change forces a replacement: {why}.");
    }
    if let Some(why) = &shape.marks.whole {
        text = format!("{text}\n\nTo add or remove it forces a replacement: {why}.");
    }
    text
}

fn of_form(shape: &Shape, part: Part) -> Json {
    match &shape.form {
        Form::Bool => or_placeholder(json!({ "type": "boolean" })),
        Form::Integer { min, max } => or_placeholder(bounded("integer", min.map(Into::into), max.map(Into::into), shape)),
        Form::Number { min, max } => or_placeholder(bounded("number", *min, *max, shape)),
        Form::Text(format) => of_text(format),
        Form::Choice(choices) => {
            let words: Vec<&str> = choices.iter().map(|(word, _)| word.as_str()).collect();
            let docs: Vec<&str> = choices.iter().map(|(_, doc)| doc.as_str()).collect();
            let mut choice = json!({ "type": "string", "enum": words });
            if docs.iter().any(|doc| !doc.is_empty())
                && let Some(entries) = choice.as_object_mut()
            {
                entries.insert("x-taplo".into(), json!({ "docs": { "enumValues": docs } }));
            }
            or_placeholder(choice)
        }
        Form::Estimate(word) => {
            let one = json!({ "type": ["string", "number"], "description": format!("A {word}.") });
            let three = json!({ "low": one, "likely": one, "high": one });
            json!({ "anyOf": [one, { "type": "object", "additionalProperties": false, "properties": three }] })
        }
        Form::List(item) => or_placeholder(json!({ "type": "array", "items": of_shape(item, part) })),
        Form::Table(fields) => object(properties(Some(fields), part), required(Some(fields), part), ""),
        Form::Map(item) => json!({ "type": "object", "additionalProperties": of_shape(item, part) }),
        Form::Any => json!({}),
    }
}

fn of_text(format: &Format) -> Json {
    let pattern = match format {
        Format::Plain | Format::Reference | Format::Path => return json!({ "type": "string" }),
        Format::Duration => "^\\s*([0-9][0-9_.]*\\s*[a-z]+\\s*)+$",
        Format::Size => "^\\s*[0-9][0-9_.]*\\s*[A-Za-z]+\\s*$",
        Format::Rate => "^\\s*[0-9][0-9_.]*\\s*[A-Za-z]*\\s*/\\s*[a-z0-9]+\\s*$",
    };
    json!({ "type": "string", "pattern": format!("{pattern}|{PLACEHOLDER}") })
}

/// A variable may stand where a number does; only the loader knows its type.
#[expect(clippy::needless_pass_by_value, reason = "the macro json! copies what it is lent; the parts are made for this whole")]
fn or_placeholder(schema: Json) -> Json {
    json!({ "anyOf": [schema, { "type": "string", "pattern": PLACEHOLDER }] })
}

fn bounded(kind: &str, min: Option<rust_decimal::Decimal>, max: Option<rust_decimal::Decimal>, shape: &Shape) -> Json {
    let mut schema = Map::from_iter([("type".to_owned(), Json::from(kind))]);
    // The catalog's limits are facts about AWS with a date; those that may refuse are narrower than the type's own.
    let limit = shape.marks.limit.as_deref().and_then(crate::catalog::limit).filter(|limit| limit.may_refuse());
    let min = limit.and_then(|limit| limit.min).or(min);
    let max = limit.and_then(|limit| limit.max).or(max);
    for (key, bound) in [("minimum", min), ("maximum", max)] {
        let number = bound.and_then(|bound| serde_json::from_str::<Json>(&bound.normalize().to_string()).ok());
        if let Some(number) = number.filter(Json::is_number) {
            schema.insert(key.into(), number);
        }
    }
    Json::Object(schema)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::kinds::ALL;

    fn json_of(text: &str) -> Json {
        let table: toml::Table = text.parse().unwrap();
        serde_json::to_value(table).unwrap()
    }

    #[test]
    fn the_example_of_every_kind_is_valid() {
        let validator = jsonschema::draft7::new(&schema(ALL)).unwrap();
        for entry in ALL {
            let example = json_of(entry.kind.example());
            let wrong: Vec<String> = validator.iter_errors(&example).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(wrong.is_empty(), "{}: {}", entry.name(), wrong.join("\n"));
        }
    }

    #[test]
    fn a_mistyped_key_is_not() {
        let validator = jsonschema::draft7::new(&schema(ALL)).unwrap();
        for text in [
            "[queue.a]\nretension = \"4d\"",
            "[queue.a]\nretention = 4",
            "[budgit]\nmonthly_usd = 1",
            "[environment.prod.queue.a]\nfifo = 3",
        ] {
            assert!(!validator.is_valid(&json_of(text)), "{text}");
        }
        for text in [
            "[queue.a]\nretention = \"4d\"",
            "[environment.prod.queue.a]\nfifo = \"${var.fifo}\"",
            "[queue.a]\nprotect = true\ntags = { a = \"b\" }",
        ] {
            assert!(validator.is_valid(&json_of(text)), "{text}");
        }
    }

    #[test]
    fn it_is_draft_7_without_references() {
        let text = serde_json::to_string(&schema(ALL)).unwrap();
        assert!(text.contains("draft-07") && !text.contains("\"$ref\""));
    }
}

//! What every kind must hold without being told about it; each test asks all of `kinds::ALL`.

mod examples;
mod extremes;
mod marks;
mod plans;
mod prices;
mod written;

use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use pipetoll::model::resource::{Architecture, Resource};
use pipetoll::model::schema::{Form, Shape};
use pipetoll::project;

/// The day on which the examples hold.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 20);

/// What one kind need not hold, and why: kind, field or price, reason. An entry that nothing needs any more fails its test.
type Exemptions = &'static [(&'static str, &'static str, &'static str)];

/// Asks every kind and gathers what it does not hold.
fn every_kind(promise: &str, exemptions: Exemptions, ask: impl Fn(&'static KindEntry) -> Vec<(String, String)>) {
    let (mut offences, mut used) = (Vec::new(), Vec::new());
    for entry in kinds::ALL {
        for (what, why) in ask(entry) {
            match exemptions.iter().position(|(kind, exempt, _)| *kind == entry.name() && *exempt == what) {
                Some(at) => used.push(at),
                None => offences.push(format!("{}: {what}: {why}", entry.name())),
            }
        }
    }
    let idle = exemptions.iter().enumerate().filter(|(at, (kind, ..))| !used.contains(at) && kinds::find(kind).is_some());
    offences.extend(idle.map(|(_, (kind, what, _))| format!("{kind}: {what}: is exempt and needs it no more")));
    assert!(offences.is_empty(), "{promise} ({} offences)\n{}", offences.len(), offences.join("\n"));
}

/// The example of a kind, loaded as a user's project.
struct Example {
    architecture: Architecture,
    /// What the loader said.
    messages: Vec<String>,
}

impl Example {
    fn load(entry: &'static KindEntry) -> Result<Self, String> {
        Self::of(entry.kind.example())
    }

    fn of(text: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        for file in local_files(&as_json(text)?) {
            let path = folder.path().join(&file);
            // A path without an ending names a folder, whose contents are packed.
            let path = if path.extension().is_none() { path.join("empty.py") } else { path };
            let empty = if path.extension().is_some_and(|extension| extension == "json") { "{}" } else { "" };
            let folder = path.parent().unwrap_or(&path);
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, empty)).map_err(|error| format!("{file}: {error}"))?;
        }
        std::fs::write(folder.path().join(project::ROOT_FILE), text).map_err(|error| error.to_string())?;
        let inputs = project::Inputs { directory: folder.path().to_owned(), ..project::Inputs::default() };
        let loaded = project::load(&inputs, kinds::ALL).map_err(|error| error.to_string())?;
        let messages: Vec<String> =
            loaded.report.diagnostics.iter().map(|said| format!("{}: {}", said.level.word(), said.message)).collect();
        match loaded.architecture {
            Some(architecture) if !loaded.report.has_errors() => Ok(Self { architecture, messages }),
            _ => Err(messages.join("; ")),
        }
    }

    /// The resources of the kind itself.
    fn own<'a>(&'a self, entry: &'static KindEntry) -> impl Iterator<Item = &'a Resource> {
        self.architecture.of_kind(entry.name())
    }
}

/// Loads the example, or says that it cannot be loaded.
fn with_example(entry: &'static KindEntry, ask: impl FnOnce(&Example) -> Vec<(String, String)>) -> Vec<(String, String)> {
    match Example::load(entry) {
        Ok(example) => ask(&example),
        Err(why) => vec![("example".into(), format!("cannot be loaded: {why}"))],
    }
}

fn as_json(example: &str) -> Result<serde_json::Value, String> {
    toml::from_str(example).map_err(|error| error.to_string())
}

/// The blocks of a kind in an example.
fn blocks<'a>(example: &'a serde_json::Value, kind: &str) -> impl Iterator<Item = &'a serde_json::Value> {
    example.get(kind).and_then(serde_json::Value::as_object).into_iter().flat_map(serde_json::Map::values)
}

/// The local files that artifact fields of an example name.
fn local_files(example: &serde_json::Value) -> Vec<String> {
    let mut files = Vec::new();
    for entry in kinds::ALL {
        for block in blocks(example, entry.name()) {
            gather_files(entry.shape(), block, &mut files);
        }
    }
    files
}

/// A value that is neither an object in S3, an image, nor text.
fn is_a_path(text: &str) -> bool {
    !text.starts_with("s3://") && !text.contains(['$', '{', '\n']) && !text.contains(".ecr.")
}

fn gather_files(shape: &Shape, json: &serde_json::Value, files: &mut Vec<String>) {
    match (&shape.form, json) {
        (_, serde_json::Value::String(text)) if shape.marks.artifact.is_some() && is_a_path(text) => files.push(text.clone()),
        (Form::Table(fields), serde_json::Value::Object(entries)) => {
            let known = entries.iter().filter_map(|(key, value)| Some((fields.get(key)?, value)));
            known.for_each(|(field, value)| gather_files(&field.shape, value, files));
        }
        (Form::Map(item), serde_json::Value::Object(entries)) => entries.values().for_each(|value| gather_files(item, value, files)),
        (Form::List(item), serde_json::Value::Array(items)) => {
            for value in items {
                // The mark stands on the list: `extra_files = ["conf/rules.json"]`.
                let marked = Shape { marks: shape.marks.clone(), ..(**item).clone() };
                gather_files(if item.marks.artifact.is_some() { item } else { &marked }, value, files);
            }
        }
        _ => {}
    }
}

/// Calls `visit` for every shape below one, with the path of the field: list items have the path of their list, map values `*`.
pub(crate) fn every_shape(path: &str, shape: &Shape, visit: &mut dyn FnMut(&str, &Shape)) {
    visit(path, shape);
    match &shape.form {
        Form::Table(fields) => {
            for (key, field) in fields {
                every_shape(&below(path, key), &field.shape, visit);
            }
        }
        Form::List(item) => every_shape(path, item, visit),
        Form::Map(item) => every_shape(&below(path, "*"), item, visit),
        _ => {}
    }
}

/// The path of a key below a path.
pub(crate) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[test]
fn every_kind_says_what_it_is() {
    every_kind("kinds introduce themselves:", &[], |entry| {
        let kind = entry.kind;
        let mut offences = Vec::new();
        let mut expect = |holds: bool, what: &str, why: &str| {
            if !holds {
                offences.push((what.to_owned(), why.to_owned()));
            }
        };
        expect(kind.title().starts_with("a ") || kind.title().starts_with("an "), "title", "begins with an article");
        expect(kind.doc().starts_with("# ") || kind.doc().len() > 80, "doc.md", "says something");
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kinds").join(kind.name());
        expect(folder.is_dir(), "name", "is the name of its folder");
        for output in kind.outputs() {
            expect(output.doc.ends_with('.'), output.name, "an output is documented with a sentence");
            let field = entry.shape().fields().and_then(|fields| fields.get(output.name));
            let clash = field.is_some_and(|field| matches!(field.shape.form, Form::Text(_)));
            expect(!clash, output.name, "an output has not the name of a text that may be referred to as well");
            for word in placeholders(output.pattern.unwrap_or_default()) {
                let known = ["partition", "region", "account", "name"].contains(&word);
                let field = entry.shape().fields().is_some_and(|fields| fields.contains_key(word));
                expect(known || field, output.name, "its pattern speaks of fields that are there");
            }
        }
        for access in kind.access() {
            for resource in access.resources {
                let fits = placeholders(resource).all(|word| {
                    ["arn", "partition", "region", "account"].contains(&word) || kind.outputs().iter().any(|output| output.name == word)
                });
                expect(fits, "access", "speaks of outputs that are there");
            }
            expect(access.actions.iter().all(|action| action.contains(':')), "access", "names actions as `service:Action`");
        }
        offences
    });
}

/// The words in braces.
fn placeholders(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(word, _)| word))
}

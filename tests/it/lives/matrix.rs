//! Which server proved what of which field: made and read back, changed, taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use pipetoll::base::table::IndexMap;
use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use pipetoll::model::schema::{Field, Form, Shape};
use serde::Deserialize;
use serde_json::Value as Json;

/// What can be proved of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Made,
    Changed,
    Removed,
}

const OPERATIONS: [Operation; 3] = [Operation::Made, Operation::Changed, Operation::Removed];

/// What one life proved.
pub(super) struct Proofs {
    kind: &'static KindEntry,
    server: String,
    found: BTreeSet<(String, Operation)>,
    /// Where a shape begins again within itself, a task's tasks say: what is below is one value.
    again: BTreeSet<String>,
}

impl Proofs {
    pub(super) fn new(kind: &str, server: &str) -> Self {
        let kind = kinds::find(kind).unwrap_or_else(|| panic!("a life is named after a kind, and `{kind}` is none"));
        let mut again = BTreeSet::new();
        every_leaf("", kind.shape(), Demands::default(), &[], &mut |field, demands| {
            if demands.begins_again {
                again.insert(field.to_owned());
            }
        });
        Self { kind, server: server.to_owned(), found: BTreeSet::new(), again }
    }

    /// Takes in a step that was applied, and after which nothing was left to do.
    pub(super) fn gather(&mut self, step: &Json) {
        for change in step["changes"].as_array().into_iter().flatten() {
            let path = change["path"].as_str().unwrap_or_default();
            let leaves = |side: &str| {
                let mut leaves = BTreeMap::new();
                if let Some(value) = change.get(side) {
                    let (field, shape) = self.field(path);
                    flatten(&field, shape, value, &self.again, &mut leaves);
                }
                leaves
            };
            let (before, after) = (leaves("before"), leaves("after"));
            for field in before.keys().chain(after.keys()) {
                let operation = match (before.get(field), after.get(field)) {
                    (None, _) => Operation::Made,
                    (Some(_), None) => Operation::Removed,
                    // Of two sensitive values it is only said that they differ.
                    (Some(old), Some(new)) if old == new && change["sensitive"] != true => continue,
                    (Some(_), Some(_)) => Operation::Changed,
                };
                self.found.insert((field.clone(), operation));
            }
        }
    }

    /// The field that a path leads to, without places in lists and with `*` for keys of the user's own.
    fn field(&self, path: &str) -> (String, Option<&Shape>) {
        let mut shape = Some(self.kind.shape());
        let mut field = String::new();
        for segment in pipetoll::base::path::Path::from(path).segments() {
            // What is below a value of any form belongs to that value.
            if self.again.contains(&field) || shape.is_some_and(|shape| shape.form == Form::Any) {
                return (field, None);
            }
            let word = match (shape.map(|shape| &shape.form), segment) {
                (Some(Form::Map(_)), pipetoll::base::path::Segment::Key(_)) => "*",
                (_, pipetoll::base::path::Segment::Key(key)) => key.as_str(),
                (_, pipetoll::base::path::Segment::Index(_)) => "",
            };
            if !word.is_empty() {
                field = crate::conformance::below(&field, word);
            }
            shape = shape.and_then(|shape| shape.child(segment));
        }
        (field, shape)
    }
}

/// The values below a value, by field.
fn flatten(field: &str, shape: Option<&Shape>, value: &Json, again: &BTreeSet<String>, leaves: &mut BTreeMap<String, Vec<Json>>) {
    let shape = shape.filter(|_| !again.contains(field));
    match (shape.map(|shape| &shape.form), value) {
        (Some(Form::Table(fields)), Json::Object(entries)) => {
            for (key, value) in entries {
                let below = crate::conformance::below(field, key);
                flatten(&below, fields.get(key).map(|field| &field.shape), value, again, leaves);
            }
        }
        (Some(Form::Map(item)), Json::Object(entries)) => {
            entries.values().for_each(|value| flatten(&format!("{field}.*"), Some(item), value, again, leaves));
        }
        (Some(Form::List(item)), Json::Array(items)) => items.iter().for_each(|value| flatten(field, Some(item), value, again, leaves)),
        _ => leaves.entry(field.to_owned()).or_default().push(value.clone()),
    }
}

/// Why something is not proved by a life: by kind and field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unproven {
    what: Vec<Operation>,
    why: String,
}

/// All that was proved.
#[derive(Default)]
pub(super) struct Matrix {
    proved: BTreeMap<(&'static str, String, Operation), BTreeSet<String>>,
    /// A server is not on this machine, so that what is missing says nothing.
    pub(super) lacks_a_server: bool,
}

impl Matrix {
    pub(super) fn add(&mut self, proofs: Proofs) {
        for (field, operation) in proofs.found {
            self.proved.entry((proofs.kind.name(), field, operation)).or_default().insert(proofs.server.clone());
        }
    }

    /// Every field is proved, or it is said why not; and the table of it all is as it stands in the folder.
    ///
    /// With `narrowed`, only of the kinds that lived.
    pub(super) fn check(&self, folder: &Path, narrowed: bool) {
        if self.lacks_a_server {
            return;
        }
        let text = std::fs::read_to_string(folder.join("unproven.toml")).expect("the list of what is unproven can be read");
        let unproven: BTreeMap<String, BTreeMap<String, Unproven>> =
            toml::from_str(&text).unwrap_or_else(|error| panic!("unproven.toml: {error}"));
        let mut offences = Vec::new();
        let mut table = String::from(
            "# What the lives prove\n\nMade by `UPDATE=1 cargo test every_life`. A server's name: it took the field, answered it as it was sent, and the \
             next plan was empty.\nA reason: no server here can tell, and why.\n",
        );
        let lived = |entry: &KindEntry| self.proved.keys().any(|(kind, ..)| *kind == entry.name());
        for entry in kinds::ALL.iter().filter(|entry| !narrowed || lived(entry)) {
            let _ = write!(table, "\n## {}\n\n| field | made | changed | removed |\n| --- | --- | --- | --- |\n", entry.name());
            let mut known = BTreeSet::new();
            every_leaf("", entry.shape(), Demands::default(), &[], &mut |field, demands| {
                if !known.insert(field.to_owned()) {
                    return;
                }
                let _ = write!(table, "| `{field}` |");
                for operation in OPERATIONS {
                    let proved = self.proved.get(&(entry.name(), field.to_owned(), operation));
                    // The other value of a flag is its absence.
                    let proved = proved.or_else(|| {
                        let gone = (entry.name(), field.to_owned(), Operation::Removed);
                        if operation == Operation::Changed && demands.is_flag { self.proved.get(&gone) } else { None }
                    });
                    let excuse =
                        unproven.get(entry.name()).and_then(|fields| fields.get(field)).filter(|entry| entry.what.contains(&operation));
                    let cell = match (proved, excuse) {
                        (Some(_), Some(_)) => {
                            offences.push(format!("{} {field} {operation:?}: is proved, and listed as unproven", entry.name()));
                            String::new()
                        }
                        (Some(servers), None) => servers.iter().cloned().collect::<Vec<_>>().join(", "),
                        (None, Some(excuse)) => excuse.why.clone(),
                        (None, None) if operation == Operation::Removed && demands.stays => "–".to_owned(),
                        (None, None) if operation == Operation::Changed && demands.is_constant => "–".to_owned(),
                        (None, None) => {
                            offences.push(format!("{} {field} {operation:?}: no life proves it", entry.name()));
                            String::new()
                        }
                    };
                    let _ = write!(table, " {cell} |");
                }
                table.push('\n');
            });
            for field in unproven.get(entry.name()).into_iter().flat_map(BTreeMap::keys).filter(|field| !known.contains(*field)) {
                offences.push(format!("{}: unproven.toml lists `{field}`, which is no field", entry.name()));
            }
        }
        assert!(offences.is_empty(), "{} offences\n{}", offences.len(), offences.join("\n"));
        if narrowed {
            return;
        }
        let golden = folder.join("MATRIX.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&golden, &table).expect("the matrix can be written");
        }
        let stands = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(stands == table, "tests/lives/MATRIX.md is stale: `UPDATE=1 cargo test every_life` writes it");
    }
}

/// What cannot be asked of a field.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that cannot be asked")]
struct Demands {
    /// It, or what it stands in, cannot change in place.
    replaced: bool,
    /// Without it, the resource is as one that has it.
    stays: bool,
    /// It has one value only: there is one word, or another value is another item of a list that is matched by it.
    is_constant: bool,
    /// It is there, or it is not.
    is_flag: bool,
    /// Its shape holds it: what is below was asked for above.
    begins_again: bool,
}

/// Calls `visit` for each field that holds a value itself. `above` holds the tables that the shape stands in.
fn every_leaf(field: &str, shape: &Shape, demands: Demands, above: &[&IndexMap<String, Field>], visit: &mut dyn FnMut(&str, Demands)) {
    match &shape.form {
        Form::Table(fields) => every_field(field, fields, None, demands, above, visit),
        Form::Map(item) => every_leaf(&format!("{field}.*"), item, demands, above, visit),
        Form::List(item) => match &item.form {
            Form::Table(fields) => every_field(field, fields, shape.marks.key.as_deref(), demands, above, visit),
            _ => every_leaf(field, item, demands, above, visit),
        },
        Form::Choice(words) => visit(field, Demands { is_constant: demands.is_constant || words.len() == 1, ..demands }),
        form => visit(field, Demands { is_flag: matches!(form, Form::Bool), ..demands }),
    }
}

/// Calls `visit` for each field below a table, which may be the item of a list that is matched by a key.
fn every_field(
    table: &str,
    fields: &IndexMap<String, Field>,
    matched_by: Option<&str>,
    demands: Demands,
    above: &[&IndexMap<String, Field>],
    visit: &mut dyn FnMut(&str, Demands),
) {
    if above.iter().any(|outer| outer.keys().eq(fields.keys())) {
        return visit(table, Demands { begins_again: true, ..demands });
    }
    let above: Vec<_> = above.iter().copied().chain([fields]).collect();
    for (key, child) in fields {
        let marks = &child.shape.marks;
        let replaced = demands.replaced || marks.replace.is_some();
        let stays = child.required || child.shape.default.is_some() || marks.server_set || replaced;
        let demands = Demands { replaced, stays, is_constant: matched_by == Some(key), is_flag: false, begins_again: false };
        every_leaf(&crate::conformance::below(table, key), &child.shape, demands, &above, visit);
    }
}

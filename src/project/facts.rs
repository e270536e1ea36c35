//! What of each kind's shape matters to the loader, looked up once per kind.

use std::collections::BTreeMap;

use crate::base::path::{Path, Segment};
use crate::base::tree::{Data, Node};
use crate::model::kind::KindEntry;
use crate::model::schema::{Form, Marks, Shape};

/// The marks that some field of a kind carries.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// The field that is the physical name.
    pub name_field: Option<String>,
    /// A flag, and how the name ends where it is set and the block gives none.
    pub name_ending: Option<(String, String)>,
    /// Some field names a local file.
    pub artifacts: bool,
    /// Some field takes `"auto"`.
    pub auto_roles: bool,
}

/// The facts of all kinds met so far.
#[derive(Default)]
pub(super) struct FactsOf(BTreeMap<&'static str, Facts>);

impl FactsOf {
    /// The facts of a kind.
    pub(super) fn of(&mut self, entry: &'static KindEntry) -> &Facts {
        self.0.entry(entry.name()).or_insert_with(|| {
            let mut facts = Facts::default();
            entry.shape().walk(&Path::root(), &mut |path, shape| {
                facts.artifacts |= shape.marks.artifact.is_some();
                facts.auto_roles |= shape.marks.auto_role;
                if let ([Segment::Key(key)], Some(ending)) = (path.segments(), &shape.marks.name_ending) {
                    facts.name_ending = Some((key.clone(), ending.clone()));
                }
                if let ([Segment::Key(key)], true) = (path.segments(), shape.marks.name) {
                    facts.name_field = Some(key.clone());
                }
            });
            facts
        })
    }
}

/// What is done with a string that has a shape: the string, its marks, and its path.
type Act<'a> = dyn FnMut(&mut Node, &Marks, &[Segment]) + 'a;

/// Calls `act` for each string below `node` that has a shape, with its marks and path.
/// Marks of a list that name no kinds of their own hold for its items.
pub(super) fn visit(node: &mut Node, shape: &Shape, act: &mut Act<'_>) {
    walk(node, shape, &shape.marks, &mut Vec::new(), act);
}

fn walk(node: &mut Node, shape: &Shape, marks: &Marks, path: &mut Vec<Segment>, act: &mut Act<'_>) {
    if matches!(node.data, Data::Text(_)) {
        act(node, marks, path);
        return;
    }
    match (&mut node.data, &shape.form) {
        (Data::List(items), Form::List(item)) => {
            let marks = item_marks(marks, item);
            for (at, value) in items.iter_mut().enumerate() {
                path.push(Segment::Index(at));
                walk(value, item, marks, path, act);
                path.pop();
            }
        }
        (Data::Table(entries), form) => {
            for (key, value) in entries.iter_mut() {
                let child = match form {
                    Form::Table(fields) => fields.get(key).map(|field| &field.shape),
                    Form::Map(item) => Some(&**item),
                    _ => None,
                };
                if let Some(child) = child {
                    path.push(Segment::Key(key.clone()));
                    walk(value, child, &child.marks, path, act);
                    path.pop();
                }
            }
        }
        _ => {}
    }
}

/// The marks of a list's items: their own when they say something, else the list's.
pub(super) fn item_marks<'a>(list: &'a Marks, item: &'a Shape) -> &'a Marks {
    let silent =
        item.marks.references.is_empty() && item.marks.access.is_none() && item.marks.artifact.is_none() && item.marks.values.is_none();
    if silent { list } else { &item.marks }
}

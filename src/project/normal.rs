//! The desired normal form: addresses become the attributes that AWS wants, and the edges they make are noted.

use super::addresses::Addresses;
use super::roles::{Connection, use_of};
use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::base::tree::Node;
use crate::model::reference::{Edge, Ref};
use crate::model::schema::{Form, Format, Marks, Shape};
use crate::model::template::{Part, Template};
use crate::model::value::Value;

/// What was found on the way through a normal form.
pub(super) struct Found {
    /// The resources it needs.
    pub edges: Vec<Edge>,
    /// What it does with them, where a role is derived.
    pub connections: Vec<Connection>,
}

/// Replaces addresses by references to the attribute their field asks for, and collects edges and connections.
pub(super) fn connect(value: &mut Value, shape: &Shape, node: &Node, addresses: &Addresses, with_connections: bool) -> Found {
    let mut walker =
        Walker { addresses, node, with_connections, path: Vec::new(), found: Found { edges: Vec::new(), connections: Vec::new() } };
    walker.walk(value, Some(shape), &shape.marks);
    walker.found.edges.shrink_to_fit();
    walker.found
}

/// Gives back the room that tables and lists took while they grew; it adds up over thousands of resources.
pub(super) fn shrink(value: &mut Value) {
    match value {
        Value::List(items) => {
            items.shrink_to_fit();
            items.iter_mut().for_each(shrink);
        }
        Value::Table(entries) => {
            entries.shrink_to_fit();
            entries.values_mut().for_each(shrink);
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Unknown(_) => {}
    }
}

struct Walker<'a> {
    addresses: &'a Addresses,
    node: &'a Node,
    with_connections: bool,
    path: Vec<Segment>,
    found: Found,
}

impl Walker<'_> {
    fn walk(&mut self, value: &mut Value, shape: Option<&Shape>, marks: &Marks) {
        match value {
            Value::Text(_) | Value::Unknown(_) => self.leaf(value, shape, marks),
            Value::List(items) => {
                let item_shape = match shape.map(|shape| &shape.form) {
                    Some(Form::List(item)) => Some(&**item),
                    _ => None,
                };
                let marks = item_shape.map_or(marks, |item| super::facts::item_marks(marks, item));
                for (at, item) in items.iter_mut().enumerate() {
                    self.path.push(Segment::Index(at));
                    self.walk(item, item_shape, marks);
                    self.path.pop();
                }
            }
            Value::Table(entries) => {
                for (key, item) in entries.iter_mut() {
                    let child = match shape.map(|shape| &shape.form) {
                        Some(Form::Table(fields)) => fields.get(key).map(|field| &field.shape),
                        Some(Form::Map(item)) => Some(&**item),
                        _ => None,
                    };
                    if matches!(item, Value::Bool(_) | Value::Number(_)) {
                        continue;
                    }
                    self.path.push(Segment::Key(key.clone()));
                    self.walk(item, child, child.map_or(marks, |child| &child.marks));
                    self.path.pop();
                }
            }
            Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn leaf(&mut self, value: &mut Value, shape: Option<&Shape>, marks: &Marks) {
        let names_resource = shape.is_some_and(|shape| shape.form == Form::Text(Format::Reference));
        if names_resource {
            self.note_connection(value, marks);
            if let Value::Text(text) = value
                && let Ok(address) = text.parse::<Address>()
                && self.addresses.all.contains_key(&address)
            {
                let attribute = self.attribute(&address, marks);
                *value = Value::Unknown(Template::reference(address, attribute));
            }
        }
        if let Value::Unknown(template) = value {
            for (to, attribute) in template.references() {
                self.found.edges.push(Edge { to: to.clone(), attribute: attribute.to_owned(), path: Path(self.path.clone()) });
            }
        }
    }

    /// The attribute that AWS wants of a resource: as the field's mark says; else its ARN, else its name.
    fn attribute(&self, address: &Address, marks: &Marks) -> String {
        if let Some((_, attribute)) = marks.references.iter().find(|(kind, _)| *kind == address.kind) {
            return attribute.clone();
        }
        let outputs = self.addresses.all.get(address).map(|entry| entry.kind.outputs()).unwrap_or_default();
        if outputs.iter().any(|output| output.name == "arn") { "arn".to_owned() } else { "name".to_owned() }
    }

    fn note_connection(&mut self, value: &Value, marks: &Marks) {
        if !self.with_connections {
            return;
        }
        let top = match self.path.first() {
            Some(Segment::Key(key)) => key.as_str(),
            _ => "",
        };
        let word = match (&marks.access, top) {
            (Some(word), _) => word.as_str(),
            (None, "reads") => "read",
            (None, "writes") => "write",
            (None, _) => return,
        };
        let Some(of) = use_of(word) else { return };
        let on = match value {
            Value::Text(text) => Ref(text.clone()),
            Value::Unknown(template) => match template.parts.as_slice() {
                [Part::Reference { address, .. }] => Ref(address.to_string()),
                _ => return,
            },
            _ => return,
        };
        let span = self.node.nearest(&Path(self.path.clone())).0.span;
        self.found.connections.push(Connection { of, on, kinds: marks.references.clone(), span });
    }
}

//! What a placeholder asks of another block: an output, or a value that is set there. Checked once all blocks are read.

use std::collections::BTreeSet;

use crate::base::table::IndexMap;

use super::context::Context;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{Path, Segment};
use crate::base::prose::alternatives;
use crate::base::source::Span;
use crate::model::reference::Edge;
use crate::model::resource::Resource;
use crate::model::schema::{Form, Shape};
use crate::model::value::Value;

/// Says what can never become known: fields that are not set, or hold more than one value, or must not be shown.
pub(super) fn check(resources: &IndexMap<Address, Resource>, context: &mut Context) {
    let mut said = BTreeSet::new();
    for resource in resources.values().filter(|resource| resource.derived_from.is_none()) {
        for edge in resource.edges.iter().filter(|edge| !edge.attribute.is_empty()) {
            let Some(span) = place(resource, edge, context) else { continue };
            let Some(target) = resources.get(&edge.to) else { continue };
            // The instances of a repeated block stand in one place.
            if let Some(diagnostic) = judge(target, &edge.attribute, span)
                && said.insert((span, edge.to.clone()))
            {
                context.say(diagnostic.docs(target.entry.name()));
            }
        }
    }
}

/// Where the placeholder of an edge stands; `None` when a whole address was written, for which the field itself knows what it asks.
fn place(resource: &Resource, edge: &Edge, context: &Context) -> Option<Span> {
    let (node, _) = resource.node.nearest(&edge.path);
    let written = format!("${{{}.{}}}", edge.to, edge.attribute);
    node.text().filter(|text| text.contains("${")).map(|_| context.part_of(node.span, &written))
}

fn judge(target: &Resource, attribute: &str, span: Span) -> Option<Diagnostic> {
    let (address, shape) = (&target.address, target.entry.shape());
    if target.entry.kind.outputs().iter().any(|output| output.name == attribute) {
        let switch = switched_off(target, attribute)?;
        let message = format!("`{address}` has no `{attribute}`, as its `{switch}` is not set");
        return Some(in_block(Diagnostic::error(message).at(span, ""), target).help(format!("set `{switch}` in [{address}]")));
    }
    let path = Path::parse(attribute)?;
    if is_sensitive(shape, &path) {
        let help = "use a variable for it, here and in that block";
        let message = format!("`{attribute}` of {address} is sensitive and cannot be referred to");
        return Some(Diagnostic::error(message).at(span, "would be shown and kept in clear here").help(help));
    }
    match target.desired.at(&path) {
        Some(value @ Value::Unknown(template)) if value.holds_secret() => {
            let help = format!("write `{template}` here too");
            let message = format!("`{attribute}` of {address} is a secret and cannot be referred to");
            Some(Diagnostic::error(message).at(span, "what it is worth is kept nowhere").help(help))
        }
        Some(Value::List(_) | Value::Table(_)) => {
            let message = format!("`{attribute}` of {address} is not a single value");
            let help = match leaf(&target.desired, &path) {
                Some(leaf) => format!("refer to one of its values, as in `${{{address}.{leaf}}}`"),
                None => "refer to a field that holds one value".to_owned(),
            };
            let what = if matches!(target.desired.at(&path), Some(Value::List(_))) { "a list" } else { "a table" };
            Some(Diagnostic::error(message).at(span, format!("this is {what}")).help(help))
        }
        Some(_) => None,
        None if path.field() == "name" => None,
        // What is looked up is as AWS tells it, whatever the block says.
        None if !target.is_managed() => None,
        None => Some(unset(target, attribute, &path, span)),
    }
}

fn unset(target: &Resource, attribute: &str, path: &Path, span: Span) -> Diagnostic {
    let address = &target.address;
    let outputs = target.entry.kind.outputs();
    let others = if outputs.is_empty() {
        String::new()
    } else {
        format!(", or use what AWS decides: {}", alternatives(outputs.iter().map(|output| output.name)))
    };
    let field = target.entry.shape().at(path);
    let diagnostic = if field.is_some_and(|field| field.marks.server_set) {
        Diagnostic::error(format!("`{attribute}` of {address} is left to AWS, and cannot be referred to")).at(span, "not set in that block")
    } else {
        Diagnostic::error(format!("`{attribute}` of {address} is not set")).at(span, "not set in that block, and without a default")
    };
    in_block(diagnostic, target).help(format!("set `{attribute}` in [{address}]{others}"))
}

/// Shows the block that is spoken of.
fn in_block(diagnostic: Diagnostic, target: &Resource) -> Diagnostic {
    diagnostic.seen(target.node.key_span, "in this block")
}

/// The field that must be set for an output to be there: `url` for `url`, `stream` for `stream_arn`; `None` when it is, or when nobody knows.
fn switched_off(target: &Resource, output: &str) -> Option<String> {
    let fields = target.entry.shape().fields()?;
    let switch = [output, output.strip_suffix("_arn").unwrap_or(output)].into_iter().find(|name| fields.contains_key(*name))?;
    let is_off = matches!(target.desired.get(switch), None | Some(Value::Bool(false)));
    let decided_here = fields.get(switch).is_some_and(|field| !field.shape.marks.server_set) && target.is_managed();
    (is_off && decided_here).then(|| switch.to_owned())
}

/// Whether a field, or one that it lies in, is hidden in every face.
fn is_sensitive(shape: &Shape, path: &Path) -> bool {
    let mut shape = Some(shape);
    path.segments().iter().any(|segment| {
        shape = shape.and_then(|shape| match (&shape.form, segment) {
            (Form::List(item), Segment::Key(_)) => item.child(segment),
            _ => shape.child(segment),
        });
        shape.is_some_and(|shape| shape.marks.sensitive)
    })
}

/// The path of the first single value below a path.
fn leaf(value: &Value, path: &Path) -> Option<Path> {
    let mut found = None;
    value.at(path)?.walk(path, &mut |path, value| {
        if !matches!(value, Value::List(_) | Value::Table(_)) {
            found.get_or_insert_with(|| path.clone());
        }
    });
    found
}

//! `[[moved]]` and `[[removed]]`: what the state is to follow, and what it is to forget.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use schemars::JsonSchema;

use super::addresses::Addresses;
use super::check::{Check, Owner};
use super::context::Context;
use super::interpolate::{Scope, interpolate};
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::resource::Rename;
use crate::model::schema::Shape;

/// `[[moved]]`.
#[derive(Debug, JsonSchema)]
pub struct MovedTable {
    /// The address the block had: `function.ingest`.
    pub from: String,
    /// The address it has now.
    pub to: String,
}

/// `[[removed]]`.
#[derive(Debug, JsonSchema)]
pub struct RemovedTable {
    /// The address of the block that was taken out; what it described stays in AWS and leaves the state.
    pub address: String,
}

static MOVED: OnceLock<Shape> = OnceLock::new();
static REMOVED: OnceLock<Shape> = OnceLock::new();

/// Reads `[[moved]]`. What has a block still, leads to none, or leads to two, is said and left out.
pub(super) fn renames(node: Option<Node>, scope: &Scope<'_>, addresses: &Addresses, context: &mut Context) -> Vec<Rename> {
    let mut found: BTreeMap<Address, Rename> = BTreeMap::new();
    let mut targets: BTreeMap<Address, (Address, Span)> = BTreeMap::new();
    for entry in entries(node, "moved", "`from` and `to`", MOVED.get_or_init(Shape::of::<MovedTable>), scope, context) {
        let (Some(from), Some(to)) = (address(&entry, "from", context), address(&entry, "to", context)) else { continue };
        if from.0.kind != to.0.kind {
            let help = "what it is in AWS stays what it is: a block of another kind describes another thing";
            let message = format!("{} cannot become {}", from.0, to.0);
            context.say(Diagnostic::error(message).at(to.1, format!("this is a {}", to.0.kind)).help(help));
        } else if has_block(&from.0, addresses) {
            let message = format!("{} was moved and has a block still", from.0);
            context.say(Diagnostic::error(message).at(from.1, "moved away here").help("take the block out, or this `[[moved]]`"));
        } else if let Some(first) = found.get(&from.0) {
            let message = format!("{} is moved twice", from.0);
            context.say(Diagnostic::error(message).at(from.1, "again here").seen(first.span, "first here").help("take one of them out"));
        } else if let Some((other, _)) = targets.get(&to.0) {
            let message = format!("{other} and {} would both become {}", from.0, to.0);
            context.say(Diagnostic::error(message).at(to.1, "").help("one block describes one thing in AWS"));
        } else {
            targets.insert(to.0.clone(), (from.0.clone(), to.1));
            found.insert(from.0.clone(), Rename { from: from.0, to: to.0, span: from.1 });
        }
    }
    let ends: Vec<(Address, Option<Address>)> = found.keys().map(|from| (from.clone(), end(from, &found))).collect();
    let mut renames = Vec::new();
    for (from, end) in ends {
        let Some(rename) = found.get(&from) else { continue };
        match end {
            None => {
                let message = format!("{from} is moved in a circle");
                context.say(Diagnostic::error(message).at(rename.span, "").help("name in `to` the block that describes it now"));
            }
            Some(end) => {
                // Where it leads over several renames, the last one names the block.
                let place = targets.get(&end).map_or(rename.span, |(_, place)| *place);
                if has_block(&end, addresses) || addresses.find(&end, place, context).is_some() {
                    renames.push(Rename { to: end, ..rename.clone() });
                }
            }
        }
    }
    renames
}

/// Reads `[[removed]]`. What has a block still is said and left out.
pub(super) fn released(node: Option<Node>, scope: &Scope<'_>, addresses: &Addresses, context: &mut Context) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    for entry in entries(node, "removed", "`address`", REMOVED.get_or_init(Shape::of::<RemovedTable>), scope, context) {
        let Some((address, span)) = address(&entry, "address", context) else { continue };
        if has_block(&address, addresses) {
            let message = format!("{address} was removed and has a block still");
            context.say(Diagnostic::error(message).at(span, "to be forgotten here").help("take the block out, or this `[[removed]]`"));
        } else {
            found.insert(address);
        }
    }
    found
}

/// The entries of a list of tables that have the right fields.
pub(super) fn entries(
    node: Option<Node>,
    section: &'static str,
    fields: &str,
    shape: &'static Shape,
    scope: &Scope<'_>,
    context: &mut Context,
) -> Vec<Node> {
    let Some(mut node) = node else { return Vec::new() };
    interpolate(&mut node, scope, context);
    let Data::List(list) = node.data else {
        let label = format!("this is {}", node.data.type_name());
        let help = format!("write `[[{section}]]` with {fields}, once for each");
        context.say(Diagnostic::error(format!("`{section}` must be a list of tables")).at(node.span, label).help(help));
        return Vec::new();
    };
    let name = format!("`[[{section}]]`");
    let owner = Owner { name: &name, topic: None };
    list.into_iter().filter(|entry| Check::new(context, &owner, None).table(entry, shape.fields())).collect()
}

/// The address that a field holds, and its place; what is none is said.
pub(super) fn address(entry: &Node, field: &str, context: &mut Context) -> Option<(Address, Span)> {
    let node = entry.get(field)?;
    let text = node.text()?;
    match text.parse::<Address>() {
        Ok(address) => Some((address, node.span)),
        Err(error) => {
            context.say(Diagnostic::error(format!("`{text}` is not an address")).at(node.span, "").help(error.way_out()));
            None
        }
    }
}

/// Whether a block describes it: itself, or as an instance, or by its instances.
fn has_block(address: &Address, addresses: &Addresses) -> bool {
    addresses.all.contains_key(address) || addresses.repeated.contains_key(address)
}

/// Where renames lead in the end; `None` when they lead in a circle.
fn end(from: &Address, renames: &BTreeMap<Address, Rename>) -> Option<Address> {
    let mut at = from;
    for _ in 0..=renames.len() {
        match renames.get(at) {
            Some(rename) => at = &rename.to,
            None => return Some(at.clone()),
        }
    }
    None
}

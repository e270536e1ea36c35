//! `[[adopt]]`: what exists already and is to come under pipetoll's care.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::JsonSchema;

use super::addresses::Addresses;
use super::context::Context;
use super::interpolate::Scope;
use super::moved;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::table::IndexMap;
use crate::base::tree::{Data, Node};
use crate::model::resource::{Adoption, Resource};
use crate::model::schema::Shape;

/// `[[adopt]]`.
#[derive(Debug, JsonSchema)]
pub struct AdoptTable {
    /// The block that describes it: `function.ingest`.
    pub address: String,
    /// The id by which AWS knows it: a name, an ARN, `j-2AXXXXXXGAPLF`.
    pub id: String,
    /// Take it over although it carries the tags of another project or environment of pipetoll.
    pub force: Option<bool>,
}

static ADOPT: OnceLock<Shape> = OnceLock::new();

/// Reads the entries. What speaks of no block, of one that is not managed, or of one that another entry speaks of, is said and left out.
pub(super) fn read(
    node: Option<Node>,
    scope: &Scope<'_>,
    addresses: &Addresses,
    resources: &IndexMap<Address, Resource>,
    context: &mut Context,
) -> Vec<Adoption> {
    let mut found: BTreeMap<Address, Adoption> = BTreeMap::new();
    let mut ids: BTreeMap<(String, String), Address> = BTreeMap::new();
    for entry in &moved::entries(node, "adopt", "`address` and `id`", ADOPT.get_or_init(Shape::of::<AdoptTable>), scope, context) {
        let Some(adoption) = one(entry, addresses, resources, context) else { continue };
        let place = entry.get("address").map_or(entry.span, |node| node.span);
        let same_id = (adoption.address.kind.clone(), adoption.id.clone());
        if let Some(first) = found.get(&adoption.address) {
            let message = format!("{} is adopted twice", adoption.address);
            context.say(Diagnostic::error(message).at(place, "again here").seen(first.span, "first here").help("take one of them out"));
        } else if let Some(other) = ids.get(&same_id) {
            let message = format!("{other} and {} would adopt the same thing, {:?}", adoption.address, adoption.id);
            context.say(Diagnostic::error(message).at(adoption.span, "the same id").help("one block describes one thing in AWS"));
        } else {
            ids.insert(same_id, adoption.address.clone());
            found.insert(adoption.address.clone(), adoption);
        }
    }
    found.into_values().collect()
}

fn one(entry: &Node, addresses: &Addresses, resources: &IndexMap<Address, Resource>, context: &mut Context) -> Option<Adoption> {
    let (at, id) = (entry.get("address")?, entry.get("id")?);
    let id_text = id.text()?.replace("$${", "${");
    let (address, _) = moved::address(entry, "address", context)?;
    addresses.find(&address, at.span, context)?;
    if id_text.trim().is_empty() {
        let help = "write the name, ARN or id by which AWS knows it";
        context.say(Diagnostic::error(format!("the id of what {address} is to adopt is empty")).at(id.span, "").help(help));
        return None;
    }
    // A block that cannot be read has been spoken of.
    let resource = resources.get(&address)?;
    if let Some(origin) = &resource.derived_from {
        let message = format!("{address} is derived for {origin}, and cannot be adopted");
        let help = format!("write a block for it, name that in {origin}, and adopt it");
        context.say(Diagnostic::error(message).at(at.span, "derived by `role = \"auto\"`").help(help));
        return None;
    }
    if !resource.is_managed() {
        let message = format!("{address} has `managed = false`: it is looked up, and never adopted");
        let managed = resource.place(&crate::base::path::Path::root().key("managed")).0;
        context.say(
            Diagnostic::error(message)
                .at(at.span, "to be adopted here")
                .seen(managed, "only looked up, as is said here")
                .help("take `managed = false` out to adopt it, or take this `[[adopt]]` out"),
        );
        return None;
    }
    let force = matches!(entry.get("force").map(|node| &node.data), Some(Data::Bool(true)));
    Some(Adoption { address, id: id_text, force, span: id.span })
}

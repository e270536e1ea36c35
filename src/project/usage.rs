//! Usage: in the block, in `usage.toml`, or in `usage.<environment>.toml`; the later says more.

use crate::base::table::IndexMap;

use super::addresses::Addresses;
use super::check::{Check, Owner};
use super::context::Context;
use super::discover::no_file;
use super::environment::overlay_node;
use super::expand::json_of;
use super::interpolate::{Scope, interpolate};
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::tree::{Data, Node};
use crate::model::kind::{Erased, KindEntry};
use crate::model::value::Value;

/// Usage from files, by address; for a repeated block, of all its instances.
pub(super) type UsageFiles = IndexMap<Address, Node>;

/// Reads the usage files that are there.
pub(super) fn read_files(environment: Option<&str>, addresses: &Addresses, scope: &Scope<'_>, context: &mut Context) -> UsageFiles {
    let mut found = UsageFiles::default();
    let of_environment = environment.map(|name| format!("usage.{name}.toml"));
    for name in std::iter::once("usage.toml".to_owned()).chain(of_environment) {
        let path = context.root.join(&name);
        if path.symlink_metadata().is_err() {
            continue;
        }
        if let Some(what) = no_file(&path) {
            context.say(Diagnostic::error(format!("{name} is {what}, and should be a file")));
            continue;
        }
        let file = match context.read(&path) {
            Ok(file) => file,
            Err(error) => {
                context.say(Diagnostic::error(format!("could not read {name}: {}", error.source)));
                continue;
            }
        };
        let mut node = context.parse(file);
        interpolate(&mut node, scope, context);
        let Data::Table(kinds) = node.data else { continue };
        for (kind, names) in *kinds {
            gather(&kind, names, addresses, &mut found, context);
        }
    }
    found
}

fn gather(kind: &str, names: Node, addresses: &Addresses, found: &mut UsageFiles, context: &mut Context) {
    if !context.kinds.contains_key(kind) {
        let kinds: Vec<&str> = context.kinds.keys().copied().collect();
        let label = context.nearest(kind, kinds).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        context.say(
            Diagnostic::error(format!("unknown kind `{kind}`")).at(names.key_span, label).help("write `[kind.name]`, as in the project"),
        );
        return;
    }
    let Data::Table(names) = names.data else {
        context
            .say(Diagnostic::error(format!("`{kind}` must be a table of names")).at(names.span, "").help(format!("write `[{kind}.name]`")));
        return;
    };
    for (name, node) in *names {
        let address = Address::of(kind, name);
        if !addresses.repeated.contains_key(&address) && addresses.find(&address, node.key_span, context).is_none() {
            continue;
        }
        match found.get_mut(&address) {
            Some(known) => overlay_node(known, node),
            None => {
                found.insert(address, node);
            }
        }
    }
}

/// The usage of a block: its own, with what files say laid over it. Typed, and as normal form.
pub(super) fn of_block(
    block: &Node,
    address: &Address,
    entry: &'static KindEntry,
    files: &UsageFiles,
    context: &mut Context,
) -> Option<(Erased, Value)> {
    let inline = block.get("usage");
    let base = address.name.split_once('[').map(|(name, _)| Address::of(address.kind.clone(), name));
    let from_files: Vec<&Node> = base.iter().chain([address]).filter_map(|address| files.get(address)).collect();
    let mut laid;
    let node = match (inline, from_files.as_slice()) {
        (None, []) => None,
        (Some(node), []) => Some(node),
        (None, [node]) => Some(*node),
        (inline, more) => {
            let mut parts = inline.into_iter().chain(more.iter().copied());
            laid = parts.next()?.clone();
            parts.for_each(|over| overlay_node(&mut laid, over.clone()));
            Some(&laid)
        }
    };
    let json = match node {
        None => serde_json::Value::Object(serde_json::Map::new()),
        Some(node) => {
            let name = address.to_string();
            let owner = Owner { name: &name, topic: Some(entry.name()) };
            if !Check::new(context, &owner, None).below("usage").table(node, entry.usage_shape().fields()) {
                return None;
            }
            json_of(node)
        }
    };
    let value = Value::from_json(json.clone()).unwrap_or_else(Value::table);
    match entry.kind.read_usage(json) {
        Ok(typed) => Some((typed, value)),
        Err(error) => {
            let span = node.map_or(block.key_span, |node| node.key_span);
            context.say(Diagnostic::error(format!("the usage of {address} cannot be read: {error}")).at(span, "").docs(entry.name()));
            None
        }
    }
}

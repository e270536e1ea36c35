//! Environments that were not chosen: their overlays must fit all the same.

use crate::base::table::IndexMap;

use super::blocks::unknown_kind;
use super::check::{Check, Owner};
use super::context::Context;
use super::environment::refuse_section;
use super::lifecycle::common_fields;
use super::settings::section_shape;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::tree::{Data, Node};

/// Checks what each overlay says; that it changes or adds what it may was judged before.
pub(super) fn check(overlays: &[(String, Node)], context: &mut Context) {
    for (name, overlay) in overlays {
        for (section, node) in overlay.table().into_iter().flatten() {
            check_section(name, section, node, context);
        }
    }
}

fn check_section(name: &str, section: &str, node: &Node, context: &mut Context) {
    match section {
        "environment" | "include" | "moved" | "removed" | "adopt" => return refuse_section(section, node, name, context),
        "variables" | "lint" | "use" => return,
        _ => {}
    }
    let owner = format!("`environment.{name}.{section}`");
    if let Some(shape) = section_shape(section) {
        let owner = Owner { name: &owner, topic: None };
        Check::new(context, &owner, None).partial().table(node, shape.fields());
        return;
    }
    let Some(entry) = context.kinds.get(section).copied() else { return unknown_kind(section, node, context) };
    let Data::Table(names) = &node.data else {
        context.say(
            Diagnostic::error(format!("{owner} must be a table of names"))
                .at(node.span, format!("this is {}", node.data.type_name()))
                .help(format!("write `[environment.{name}.{section}.name]`")),
        );
        return;
    };
    let no_fields = IndexMap::default();
    let own = entry.shape().fields().unwrap_or(&no_fields);
    for (block, node) in names.iter() {
        let address = Address::of(section, block.as_str());
        let owner = format!("{address} of `environment.{name}`");
        let owner = Owner { name: &owner, topic: Some(section) };
        Check::new(context, &owner, None).partial().block(node, own, common_fields());
    }
}

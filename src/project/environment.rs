//! `[environment.NAME]`: what one environment says otherwise, laid over the base with its own places.

use crate::base::table::IndexMap;

use super::additions;
use super::context::Context;
use crate::base::diagnostic::Diagnostic;
use crate::base::prose::alternatives;
use crate::base::tree::{Data, Node};

/// The name that stands for "no environment given": of state folders, of `${env}`, of uploads.
pub const DEFAULT_ENVIRONMENT: &str = "default";

/// The overlays of a project: the chosen one, already laid over the base, and the others.
pub(super) struct Environments {
    /// The names that are declared.
    pub names: Vec<String>,
    /// The overlays that were not chosen, to be checked only.
    pub others: Vec<(String, Node)>,
}

/// Takes `[environment]` out and lays the chosen overlay over the rest.
pub(super) fn choose(root: &mut IndexMap<String, Node>, chosen: Option<&str>, context: &mut Context) -> Environments {
    let mut environments = Environments { names: Vec::new(), others: Vec::new() };
    let declared = match root.shift_remove("environment") {
        None => Box::default(),
        Some(Node { data: Data::Table(entries), .. }) => entries,
        Some(other) => {
            context.say(
                Diagnostic::error("`environment` must be a table of environments")
                    .at(other.span, format!("this is {}", other.data.type_name()))
                    .help("write `[environment.prod]`"),
            );
            Box::default()
        }
    };
    environments.names.extend(declared.keys().cloned());
    if let Some(chosen) = chosen
        && !declared.contains_key(chosen)
        && context.is_whole()
    {
        unknown(chosen, &environments.names, context);
    }
    let mut declared = declared;
    for (name, node) in declared.iter_mut() {
        additions::judge(root, node, name, context);
    }
    for (name, node) in *declared {
        if !is_name(&name) {
            context.say(
                Diagnostic::error(format!("`{name}` cannot name an environment"))
                    .at(node.key_span, "letters, digits, `-` and `_` only, starting with a letter, at most 32"),
            );
        }
        match node.data {
            Data::Table(entries) if chosen == Some(name.as_str()) => lay_over(root, *entries, &name, context),
            Data::Table(_) => environments.others.push((name, node)),
            _ => context.say(
                Diagnostic::error(format!("`environment.{name}` must be a table"))
                    .at(node.span, format!("this is {}", node.data.type_name())),
            ),
        }
    }
    environments
}

fn is_name(name: &str) -> bool {
    crate::base::address::Address::is_valid_name(name) && name.len() <= 32
}

fn unknown(chosen: &str, names: &[String], context: &mut Context) {
    let near = context.nearest(chosen, names.iter().map(String::as_str));
    let help = match (near, names) {
        (Some(near), _) => format!("did you mean `--env {near}`?"),
        (None, []) => format!("the project declares no environment; add `[environment.{chosen}]`, or leave out `--env`"),
        (None, names) => format!("there is {}", alternatives(names.iter().map(String::as_str))),
    };
    context.say(Diagnostic::error(format!("there is no environment `{chosen}`")).help(help));
}

fn lay_over(root: &mut IndexMap<String, Node>, overlay: IndexMap<String, Node>, name: &str, context: &mut Context) {
    for (section, node) in overlay {
        if matches!(section.as_str(), "environment" | "include" | "moved" | "removed" | "adopt") {
            refuse_section(&section, &node, name, context);
            continue;
        }
        match root.entry(section) {
            indexmap::map::Entry::Vacant(place) => {
                place.insert(node);
            }
            indexmap::map::Entry::Occupied(mut place) => {
                let node = if place.key() == "variables" { as_defaults(node) } else { node };
                overlay_node(place.get_mut(), node);
            }
        }
    }
}

/// `[environment.prod.variables] retention = 30` gives a variable of the base another default.
fn as_defaults(mut variables: Node) -> Node {
    if let Data::Table(entries) = &mut variables.data {
        for node in entries.values_mut().filter(|node| node.table().is_none()) {
            let default = node.clone();
            node.data = Data::from_iter([("default".to_owned(), default)]);
        }
    }
    variables
}

/// Says that a section cannot stand in an environment.
pub(super) fn refuse_section(section: &str, node: &Node, name: &str, context: &mut Context) {
    context.say(
        Diagnostic::error(format!("`{section}` cannot stand in `[environment.{name}]`"))
            .at(node.key_span, "it holds for all environments")
            .help("move it out of the environment"),
    );
}

/// Lays one value over another: tables merge, anything else is replaced, place and all.
pub(super) fn overlay_node(base: &mut Node, over: Node) {
    match (&mut base.data, over.data) {
        (Data::Table(known), Data::Table(more)) => {
            for (key, node) in *more {
                match known.get_mut(&key) {
                    Some(below) => overlay_node(below, node),
                    None => {
                        known.insert(key, node);
                    }
                }
            }
        }
        (_, data) => *base = Node { span: over.span, key_span: over.key_span, data },
    }
}

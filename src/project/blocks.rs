//! The blocks of a project: found by kind and name, repeated by `for_each`, with the roles that will be derived for them.

use crate::base::table::IndexMap;

use super::addresses::Addresses;
use super::context::Context;
use super::facts::{FactsOf, visit};
use super::interpolate::{Scope, interpolate};
use super::lookup::is_looked_up;
use super::roles::{AutoRole, ROLE_KIND, derived_address};
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::kind::KindEntry;

/// A block repeats at most this often.
const MOST_INSTANCES: usize = 10_000;

/// A block of the project, or one instance of it.
pub(super) struct Block {
    /// Its address.
    pub address: Address,
    /// Its kind.
    pub entry: &'static KindEntry,
    /// Its table.
    pub node: Node,
    /// `${each.key}` and `${each.value}`.
    pub each: Option<(String, String)>,
    /// The roles to derive for it.
    pub roles: Vec<AutoRole>,
    /// The block it is derived from.
    pub derived_from: Option<Address>,
}

/// The section of the root that is no kind, and that nothing takes out before.
const LATER: &str = "use";

/// The names of all sections that are no kinds.
pub const SECTIONS: [&str; 11] =
    ["include", "project", "variables", "environment", "budget", "state", "lint", "use", "moved", "removed", "adopt"];

/// Sorts the root's table into blocks. Everything that is no kind has been taken out of it.
pub(super) fn collect(
    root: IndexMap<String, Node>,
    scope: &Scope<'_>,
    facts: &mut FactsOf,
    context: &mut Context,
) -> (Vec<Block>, Addresses) {
    let mut found = Collector { blocks: Vec::new(), addresses: Addresses::default(), facts };
    for (kind, node) in root {
        if kind == LATER {
            context.say(
                Diagnostic::error(format!("`{kind}` is not available yet"))
                    .at(node.key_span, "")
                    .help("this version of pipetoll does not know modules; write the blocks out"),
            );
            continue;
        }
        let Some(entry) = context.kinds.get(kind.as_str()).copied() else {
            unknown_kind(&kind, &node, context);
            continue;
        };
        match node.data {
            Data::Table(names) => {
                for (name, block) in *names {
                    found.block(Address::of(kind.clone(), name), entry, block, scope, context);
                }
            }
            data => context.say(
                Diagnostic::error(format!("`{kind}` must be a table of names"))
                    .at(node.span, format!("this is {}", data.type_name()))
                    .help(format!("write `[{kind}.name]`"))
                    .docs(&kind),
            ),
        }
    }
    (found.blocks, found.addresses)
}

/// Says that a table's name is no kind.
pub(super) fn unknown_kind(kind: &str, node: &Node, context: &mut Context) {
    let names: Vec<&str> = context.kinds.keys().copied().chain(SECTIONS).collect();
    let near = context.nearest(kind, names).map(str::to_owned).or_else(|| called_by_aws(kind, context).map(str::to_owned));
    let mut diagnostic = Diagnostic::error(format!("unknown kind `{kind}`"))
        .at(node.key_span, near.as_ref().map_or_else(String::new, |near| format!("did you mean `{near}`?")));
    if near.is_none() {
        diagnostic = diagnostic.help("`pipetoll explain` lists the kinds");
    }
    context.say(diagnostic);
}

/// The one kind that AWS calls by these words: `lambda` is a function, `glue_job` a job.
fn called_by_aws(kind: &str, context: &Context) -> Option<&'static str> {
    let words: Vec<String> = kind.split(['_', '-']).filter(|word| *word != "aws").map(str::to_ascii_lowercase).collect();
    let fits = |entry: &&&'static KindEntry| {
        let title = entry.kind.title().to_ascii_lowercase();
        let title: Vec<&str> = title.split(' ').collect();
        !words.is_empty() && words.iter().all(|word| title.contains(&word.as_str()))
    };
    let mut found = context.kinds.values().filter(fits);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one.name()),
        _ => None,
    }
}

struct Collector<'a> {
    blocks: Vec<Block>,
    addresses: Addresses,
    facts: &'a mut FactsOf,
}

impl Collector<'_> {
    fn block(&mut self, address: Address, entry: &'static KindEntry, mut node: Node, scope: &Scope<'_>, context: &mut Context) {
        if !Address::is_valid_name(&address.name) {
            context.say(
                Diagnostic::error(format!("`{}` cannot name a block", address.name))
                    .at(node.key_span, "letters, digits, `-` and `_` only, starting with a letter"),
            );
            return;
        }
        let Data::Table(entries) = &mut node.data else {
            let what = if matches!(node.data, Data::List(_)) { "a list; each block has a name of its own" } else { node.data.type_name() };
            context.say(
                Diagnostic::error(format!("`{address}` must be a table"))
                    .at(node.span, format!("this is {what}"))
                    .help(format!("write `[{address}]`"))
                    .docs(entry.name()),
            );
            return;
        };
        let own_for_each = entry.shape().fields().is_some_and(|fields| fields.contains_key("for_each"));
        let for_each = if own_for_each { None } else { entries.shift_remove("for_each") };
        // Messages point at the whole header where there is one.
        if context.raw(node.span).starts_with('[') {
            node.key_span = node.span;
        }
        match for_each {
            None => self.add(address, entry, node, None, context),
            Some(for_each) => self.repeat(address, entry, &node, for_each, scope, context),
        }
    }

    fn repeat(
        &mut self,
        address: Address,
        entry: &'static KindEntry,
        node: &Node,
        for_each: Node,
        scope: &Scope<'_>,
        context: &mut Context,
    ) {
        let mut for_each = for_each;
        interpolate(&mut for_each, scope, context);
        let instances = instances(&for_each, &address, context);
        let mut first = None;
        for Instance { key, value, span } in instances {
            let instance = Address::of(address.kind.clone(), format!("{}[\"{key}\"]", address.name));
            first.get_or_insert_with(|| instance.clone());
            if self.addresses.all.contains_key(&instance) {
                context.say(
                    Diagnostic::error(format!("`{key}` stands twice in the `for_each` of {address}"))
                        .at(span, "stands here again")
                        .help("take it out"),
                );
                continue;
            }
            self.add(instance, entry, node.clone(), Some((key, value)), context);
        }
        self.addresses.repeated.insert(address, first);
    }

    fn add(&mut self, address: Address, entry: &'static KindEntry, mut node: Node, each: Option<(String, String)>, context: &mut Context) {
        self.declare(address.clone(), entry, node.key_span, context);
        let mut roles = Vec::new();
        if self.facts.of(entry).auto_roles {
            let mut fields = Vec::new();
            let looked_up = is_looked_up(&node);
            fill_roles(&mut node, entry);
            visit(&mut node, entry.shape(), &mut |value, marks, path| {
                if marks.auto_role && value.text() == Some("auto") && looked_up {
                    let message = format!("no role is derived for {address}, which is only looked up");
                    context.say(Diagnostic::error(message).at(value.span, "").help("take it out: its role is as AWS tells it"));
                } else if marks.auto_role && value.text() == Some("auto") {
                    let field = Path(path.to_vec()).field();
                    let role = derived_address(&address, &field);
                    value.data = Data::Text(role.to_string());
                    let in_profile = marks.references.iter().any(|(_, attribute)| attribute == "instance_profile");
                    fields.push((AutoRole { address: role, field, principal: marks.principal.clone(), in_profile }, value.span));
                }
            });
            for (role, span) in fields {
                if self.declare_role(&role.address, span, context) {
                    roles.push(role);
                }
            }
        }
        self.blocks.push(Block { address, entry, node, each, roles, derived_from: None });
    }

    fn declare(&mut self, address: Address, entry: &'static KindEntry, span: Span, context: &mut Context) {
        // Names in one table differ; only a derived role can be in the way.
        if let indexmap::map::Entry::Occupied(place) = self.addresses.all.entry(address.clone()) {
            let text = format!("`{}` is the name of a role derived for `role = \"auto\"`", place.key());
            context.say(Diagnostic::error(text).at(span, "").help("give this block another name"));
            return;
        }
        self.addresses.all.insert(address, entry);
    }

    fn declare_role(&mut self, role: &Address, span: Span, context: &mut Context) -> bool {
        let Some(entry) = context.kinds.get(ROLE_KIND).copied() else {
            context.say(Diagnostic::error("roles cannot be derived").at(span, "there is no kind `role`").help("name a role by its ARN"));
            return false;
        };
        if self.addresses.all.insert(role.clone(), entry).is_some() {
            context.say(
                Diagnostic::error(format!("the role derived here would be `{role}`, which exists"))
                    .at(span, "")
                    .help(format!("rename `[{role}]`, or write `\"{role}\"` here to use it")),
            );
            return false;
        }
        true
    }
}

/// Writes `"auto"` for a role that is absent and that another field of the block asks for.
fn fill_roles(node: &mut Node, entry: &'static KindEntry) {
    if is_looked_up(node) {
        return;
    }
    let span = node.key_span;
    let Data::Table(entries) = &mut node.data else { return };
    for (key, field) in entry.shape().fields().into_iter().flatten() {
        if let Some(other) = &field.shape.marks.auto_when
            && entries.contains_key(other)
            && !entries.contains_key(key)
        {
            entries.insert(key.clone(), Node { span, key_span: span, data: Data::Text("auto".to_owned()) });
        }
    }
}

/// One entry of a `for_each`.
struct Instance {
    key: String,
    value: String,
    span: Span,
}

/// The entries of a `for_each`.
fn instances(node: &Node, address: &Address, context: &mut Context) -> Vec<Instance> {
    let found: Vec<(&str, &Node)> = match &node.data {
        Data::List(items) => items.iter().map(|item| (item.text().unwrap_or_default(), item)).collect(),
        Data::Table(entries) => entries.iter().map(|(key, value)| (key.as_str(), value)).collect(),
        other => {
            if !context.spoilt.contains(&node.span) {
                context.say(
                    Diagnostic::error(format!("`for_each` of {address} must be a list of strings, or a table of strings"))
                        .at(node.span, format!("this is {}", other.type_name()))
                        .help("write `for_each = [\"a\", \"b\"]`"),
                );
            }
            return Vec::new();
        }
    };
    if found.len() > MOST_INSTANCES {
        let message = format!("`for_each` of {address} has more than {MOST_INSTANCES} entries");
        let label = format!("{} here", found.len());
        context.say(Diagnostic::error(message).at(node.span, label).help("spread them over several blocks"));
        return Vec::new();
    }
    let mut sound = Vec::with_capacity(found.len());
    for (key, node) in found.into_iter().filter(|(_, node)| !context.spoilt.contains(&node.span)).collect::<Vec<_>>() {
        let span = node.span;
        let key_fits = !key.is_empty() && key.len() <= 100 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c));
        match node.text() {
            Some(value) if key_fits => sound.push(Instance { key: key.to_owned(), value: value.replace("$${", "${"), span }),
            Some(_) => {
                let what = if key.is_empty() { "an empty key".to_owned() } else { format!("`{key}`") };
                context.say(
                    Diagnostic::error(format!("{what} cannot stand in the `for_each` of {address}"))
                        .at(span, "letters, digits and `-_.:/` only, 1 to 100"),
                );
            }
            None => {
                let raw = context.raw(span).to_owned();
                let diagnostic = Diagnostic::error(format!("each entry of the `for_each` of {address} must be a string"))
                    .at(span, format!("this is {}", node.data.type_name()));
                let scalar = matches!(node.data, Data::Integer(_) | Data::Decimal(_) | Data::Bool(_));
                context.say(if scalar { diagnostic.help(format!("write it in quotes: `\"{raw}\"`")) } else { diagnostic });
            }
        }
    }
    sound
}

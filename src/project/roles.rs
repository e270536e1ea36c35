//! `role = "auto"`: the least a block needs, as a role derived from what it is connected to.

use std::collections::BTreeSet;

use crate::base::table::IndexMap;

use super::addresses::Addresses;
use super::blocks::Block;
use super::context::Context;
use super::names::physical_name;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::access::{Grant, Use};
use crate::model::kind::{Erased, KindEntry};
use crate::model::reference::Ref;
use crate::model::resource::Settings;

/// The kind that derived roles are of.
pub(super) const ROLE_KIND: &str = "role";

/// The address of the role derived for a field of a block: `role.function-ingest`.
pub(super) fn derived_address(owner: &Address, field: &str) -> Address {
    let (name, instance) = match owner.name.find('[') {
        Some(at) => owner.name.split_at(at),
        None => (owner.name.as_str(), ""),
    };
    let suffix = if field == "role" { String::new() } else { format!("-{}", field.replace(['.', '_'], "-")) };
    Address::of(ROLE_KIND, format!("{}-{name}{suffix}{instance}", owner.kind))
}

/// A field that says `"auto"`.
pub(super) struct AutoRole {
    /// The role to derive.
    pub address: Address,
    /// The field.
    pub field: String,
    /// Who assumes it, where that is not the kind's own service; such a role serves AWS and not the block's code.
    pub principal: Option<String>,
    /// The field wants the role in an instance profile.
    pub in_profile: bool,
}

/// What a field says its block does with another resource.
pub(super) struct Connection {
    /// What is done.
    pub of: Use,
    /// With which resource.
    pub on: Ref,
    /// The kinds the field takes, with the attribute of each: they tell what a literal ARN or name is.
    pub kinds: Vec<(String, String)>,
    /// Where it stands.
    pub span: Span,
}

/// The word of an `x-use` mark.
pub(super) fn use_of(word: &str) -> Option<Use> {
    Some(match word {
        "read" => Use::Read,
        "write" => Use::Write,
        "consume" => Use::Consume,
        "run" => Use::Run,
        _ => return None,
    })
}

/// Everything a role is made of.
pub(super) struct Derivation<'a> {
    /// The block it is for.
    pub owner: &'a Address,
    /// The block's physical name.
    pub owner_name: &'a str,
    /// The roles to derive.
    pub roles: &'a [AutoRole],
    /// The block's kind.
    pub entry: &'static KindEntry,
    /// The block's spec.
    pub typed: &'a Erased,
    /// What its fields connect it to.
    pub connections: &'a [Connection],
    /// The project, for ARNs of literal names.
    pub settings: &'a Settings,
    /// The resources.
    pub addresses: &'a Addresses,
    /// The place of the block's header.
    pub span: Span,
}

/// Statements under way: actions and reasons by the resources they are for, in the order they were found.
type Statements = IndexMap<Scope, (BTreeSet<String>, Vec<String>)>;

/// What a statement holds for: resources, and the condition under which, as JSON.
#[derive(PartialEq, Eq, Hash)]
struct Scope {
    resources: Vec<String>,
    condition: Option<String>,
}

impl Derivation<'_> {
    /// The blocks of the roles.
    pub(super) fn blocks(&self, context: &mut Context) -> Vec<Block> {
        let mut blocks = Vec::new();
        for role in self.roles {
            let Some(entry) = self.addresses.all.get(&role.address) else { continue };
            let node = self.node(role, context);
            let derived_from = Some(self.owner.clone());
            blocks.push(Block { address: role.address.clone(), entry, node, each: None, roles: Vec::new(), derived_from });
        }
        blocks
    }

    /// The ARN of a resource as a role names it. The block's own and its roles' are written out where AWS's form is fixed: a reference
    /// would make the role need what needs the role.
    fn arn_of(&self, address: &Address) -> String {
        let own_role;
        let name = if address == self.owner {
            self.owner_name
        } else if self.roles.iter().any(|role| role.address == *address) {
            own_role = physical_name(&self.settings.name, self.settings.environment.as_deref(), address);
            &own_role
        } else {
            ""
        };
        let outputs = self.addresses.all.get(address).map(|entry| entry.kind.outputs()).unwrap_or_default();
        let pattern = outputs.iter().find(|output| output.name == "arn").and_then(|output| output.pattern);
        if let Some(pattern) = pattern.filter(|_| !name.is_empty() && !name.contains("${")) {
            let arn = self.with_words(pattern).replace("{name}", name);
            if !arn.contains('{') {
                return arn;
            }
        }
        format!("${{{address}.arn}}")
    }

    /// The role's table, as if the user had written it.
    fn node(&self, role: &AutoRole, context: &mut Context) -> Node {
        let mut statements = Statements::default();
        for grant in self.entry.kind.grants(self.typed.as_ref(), &role.field) {
            self.grant(&grant, &mut statements, context);
        }
        // What the block reads and writes is the business of the role its code runs as.
        for connection in self.connections.iter().filter(|_| role.principal.is_none()) {
            self.connect(connection.of, &connection.on, &connection.kinds, connection.span, &mut statements, context);
        }
        let statements = statements
            .into_iter()
            .map(|(Scope { resources, condition }, (actions, reasons))| {
                let condition = condition.map(|condition| ("condition", self.text(condition)));
                let entries =
                    [("actions", self.list(actions)), ("resources", self.list(resources)), ("reason", self.text(reasons.join("; ")))];
                self.table(entries.into_iter().chain(condition))
            })
            .collect();
        let principal = role.principal.clone().or_else(|| self.entry.kind.principal().map(str::to_owned));
        let mut table = vec![("assumed_by", self.list(principal)), ("statement", self.leaf(Data::List(statements)))];
        if role.in_profile {
            table.push(("instance_profile", self.leaf(Data::Bool(true))));
        }
        self.table(table)
    }

    fn leaf(&self, data: Data) -> Node {
        Node { span: self.span, key_span: self.span, data }
    }

    fn text(&self, text: String) -> Node {
        self.leaf(Data::Text(text))
    }

    fn list(&self, items: impl IntoIterator<Item = String>) -> Node {
        self.leaf(Data::List(items.into_iter().map(|item| self.text(item)).collect()))
    }

    fn table(&self, entries: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
        self.leaf(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
    }

    fn grant(&self, grant: &Grant, statements: &mut Statements, context: &mut Context) {
        match grant {
            Grant::Use { of, on } => self.connect(*of, on, &[], self.span, statements, context),
            Grant::Actions { actions, resources, reason } => {
                let resources = resources.iter().map(|resource| self.with_words(resource)).collect();
                add(statements, Scope { resources, condition: None }, actions.iter().cloned(), (*reason).to_owned());
            }
            Grant::PassRole { role, service } => {
                let resource = match role.address() {
                    Some(address) => self.arn_of(&address),
                    None => role.as_str().to_owned(),
                };
                let takes_conditions =
                    context.kinds.get(ROLE_KIND).is_some_and(|role| role.shape().at(&Path::from("statement.condition")).is_some());
                let condition =
                    takes_conditions.then(|| serde_json::json!({ "StringEquals": { "iam:PassedToService": service } }).to_string());
                let scope = Scope { resources: vec![resource], condition };
                add(statements, scope, ["iam:PassRole".to_owned()], format!("hands the role to {service}"));
            }
        }
    }

    fn connect(&self, of: Use, on: &Ref, kinds: &[(String, String)], span: Span, statements: &mut Statements, context: &mut Context) {
        let named = match on.address() {
            // An address that is not there was reported where it is written.
            Some(address) => {
                let Some(entry) = self.addresses.all.get(&address) else { return };
                Some((*entry, self.arn_of(&address)))
            }
            None => self.outside(on.as_str(), kinds, context),
        };
        let Some((entry, arn)) = named else {
            context.say(
                Diagnostic::warning(format!("the derived role of {} cannot allow the use of `{on}`", self.owner))
                    .at(span, "not an ARN of a kind that is known here")
                    .help("write its ARN, or declare a role of your own in place of \"auto\""),
            );
            return;
        };
        let address = on.address();
        for access in entry.kind.access().iter().filter(|access| access.of == of) {
            let resources = access.resources.iter().filter_map(|pattern| self.resource(pattern, &arn, address.as_ref()));
            let resources: Vec<String> = resources.collect();
            if resources.is_empty() {
                continue;
            }
            let scope = Scope { resources, condition: None };
            add(statements, scope, access.actions.iter().map(|action| (*action).to_owned()), reason(of, on.as_str()));
        }
    }

    /// The kind and ARN of something outside: by its ARN's service, or by its name when the field takes one kind only.
    fn outside(&self, text: &str, kinds: &[(String, String)], context: &Context) -> Option<(&'static KindEntry, String)> {
        let candidates = kinds.iter().filter_map(|(kind, _)| context.kinds.get(kind.as_str()).copied());
        let pattern =
            |entry: &'static KindEntry| entry.kind.outputs().iter().find(|output| output.name == "arn").and_then(|output| output.pattern);
        if text.starts_with("arn:") {
            let service = text.split(':').nth(2);
            let mut all: Vec<&'static KindEntry> = candidates.collect();
            if all.is_empty() {
                all = context.kinds.values().copied().collect();
            }
            let mut fitting = all.iter().filter(|entry| pattern(entry).and_then(|pattern| pattern.split(':').nth(2)) == service);
            let found = fitting.next().or_else(|| (all.len() == 1).then(|| &all[0]))?;
            return Some((*found, text.to_owned()));
        }
        let mut candidates = candidates;
        let (Some(only), None) = (candidates.next(), candidates.next()) else { return None };
        let arn = self.with_words(pattern(only)?).replace("{name}", text);
        (!arn.contains('{') && !text.contains([':', '/'])).then_some((only, arn))
    }

    /// Puts partition, region and account in for their words.
    /// A resource that an access speaks of: `{arn}`, words of the project, or one other output in braces, which something outside does not tell.
    fn resource(&self, pattern: &str, arn: &str, address: Option<&Address>) -> Option<String> {
        let text = self.with_words(pattern).replace("{arn}", arn);
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(output) => address.map(|address| format!("${{{address}.{output}}}")),
            None => Some(text),
        }
    }

    fn with_words(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let account = self.settings.account.as_deref().unwrap_or("*");
        let words = [("partition", self.settings.partition()), ("region", self.settings.region.as_str()), ("account", account)];
        words.iter().fold(text.to_owned(), |text, (word, value)| {
            text.replace(&format!("${{{word}}}"), value).replace(&format!("{{{word}}}"), value)
        })
    }
}

fn reason(of: Use, on: &str) -> String {
    let verb = match of {
        Use::Read => "reads",
        Use::Write => "writes",
        Use::Consume => "consumes",
        Use::Run => "runs",
    };
    let on = on.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(on);
    format!("{verb} {on}")
}

fn add(statements: &mut Statements, scope: Scope, actions: impl IntoIterator<Item = String>, reason: String) {
    let (known, reasons) = statements.entry(scope).or_default();
    known.extend(actions);
    if !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

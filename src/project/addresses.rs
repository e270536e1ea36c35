//! The addresses of a project, and what to say of one that is not there.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;

use super::context::Context;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::base::prose::alternatives;
use crate::base::source::Span;
use crate::model::kind::KindEntry;

/// Every address of the project, with its kind; blocks with `for_each` by their instances.
#[derive(Default)]
pub(super) struct Addresses {
    /// The addresses, in the order of the files.
    pub all: IndexMap<Address, &'static KindEntry>,
    /// Blocks with `for_each`, with an instance of each as an example.
    pub repeated: BTreeMap<Address, Option<Address>>,
}

impl Addresses {
    /// The kind of an address that exists; for one that does not, the message says what was meant.
    pub(super) fn find(&self, address: &Address, span: Span, context: &mut Context) -> Option<&'static KindEntry> {
        if let Some(entry) = self.all.get(address) {
            return Some(*entry);
        }
        let diagnostic = Diagnostic::error(format!("there is no `{address}`"));
        if let Some(example) = self.repeated.get(address) {
            let help = match example {
                Some(example) => format!("say which instance is meant, as in `{example}`"),
                None => "its `for_each` is empty".to_owned(),
            };
            context.say(diagnostic.at(span, "this block is repeated with `for_each`").help(help));
            return None;
        }
        if !context.is_whole() {
            return None;
        }
        if let Some((name, key)) = address.name.split_once('[')
            && let Some(example) = self.repeated.get(&Address::of(address.kind.clone(), name))
        {
            let near = self.meant(address, context).or_else(|| example.as_ref().map(ToString::to_string));
            let label = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let help = format!("add {} to the `for_each` of [{}.{name}]", key.trim_end_matches(']'), address.kind);
            context.say(diagnostic.at(span, label).help(help));
            return None;
        }
        let label = match self.meant(address, context) {
            Some(near) => format!("did you mean `{near}`?"),
            None if context.kinds.contains_key(address.kind.as_str()) => "no such block".to_owned(),
            None => format!("there is no kind `{}`", address.kind),
        };
        let mut diagnostic = diagnostic.at(span, label);
        if context.kinds.contains_key(address.kind.as_str()) {
            diagnostic = diagnostic.help(format!("add a block `[{address}]`, or name one that exists"));
        }
        context.say(diagnostic);
        None
    }

    /// The instances of a repeated block.
    pub(super) fn instances<'a>(&'a self, address: &'a Address) -> impl Iterator<Item = &'a Address> {
        let is_instance = |known: &&Address| {
            known.kind == address.kind && known.name.strip_prefix(&address.name).is_some_and(|rest| rest.starts_with('['))
        };
        self.all.keys().filter(is_instance)
    }

    /// The address that was meant: the same name under a near kind, or a near name.
    fn meant(&self, address: &Address, context: &mut Context) -> Option<String> {
        let near_kind = if context.kinds.contains_key(address.kind.as_str()) {
            Some(address.kind.clone())
        } else {
            let kinds: Vec<&str> = context.kinds.keys().copied().collect();
            context.nearest(&address.kind, kinds).map(str::to_owned)
        }?;
        let candidate = Address::of(near_kind.clone(), address.name.clone());
        if self.all.contains_key(&candidate) {
            return Some(candidate.to_string());
        }
        if !context.still_searches() {
            return None;
        }
        let names = self.all.keys().filter(|known| known.kind == near_kind).map(|known| known.name.as_str());
        let near = context.nearest(&address.name, names).map(|name| format!("{near_kind}.{name}"));
        near.or_else(|| {
            let same_name = |known: &&Address| known.name == address.name;
            self.all.keys().find(same_name).map(ToString::to_string)
        })
    }

    /// Whether `attribute` is an output or a field of the kind; says so when it is not.
    pub(super) fn attribute(&self, address: &Address, attribute: &str, span: Span, context: &mut Context) -> bool {
        let Some(entry) = self.find(address, span, context) else { return false };
        let outputs = entry.kind.outputs();
        let known = outputs.iter().any(|output| output.name == attribute)
            || Path::parse(attribute).is_some_and(|path| entry.shape().at(&path).is_some());
        if known {
            return true;
        }
        let fields = entry.shape().fields();
        let names: Vec<&str> = outputs
            .iter()
            .map(|output| output.name)
            .chain(fields.into_iter().flat_map(|fields| fields.keys().map(String::as_str)))
            .collect();
        let label = context.nearest(attribute, names.iter().copied()).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        let mut diagnostic = Diagnostic::error(format!("`{address}` has no attribute `{attribute}`")).at(span, label);
        if !outputs.is_empty() {
            let outputs = alternatives(outputs.iter().map(|output| output.name));
            diagnostic = diagnostic.help(format!("use one of its fields, or what AWS decides: {outputs}"));
        }
        context.say(diagnostic.docs(entry.name()));
        false
    }
}

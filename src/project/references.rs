//! Fields that name another resource: an address of a kind they take, or something outside.

use super::check::Check;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::prose::{alternatives, did_you_mean};
use crate::base::tree::Node;
use crate::model::schema::Marks;
use crate::model::template::{Part, Template};

impl Check<'_> {
    /// Checks a reference written as an address, an ARN, a URL or a name.
    pub(super) fn reference(&mut self, node: &Node, text: &str, marks: &Marks) {
        let Some(addresses) = self.addresses else { return };
        if text.is_empty() {
            let (path, owner) = (self.path(), self.owner.name);
            self.say(Diagnostic::error(format!("`{path}` in {owner} is empty")).at(node.span, "").help(way_out(marks)));
            return;
        }
        if marks.auto_role && text == "auto" {
            return;
        }
        let Ok(address) = text.parse::<Address>() else {
            self.plain_name(node, text, marks);
            return;
        };
        // `my.bucket` can be a name of something outside; `bukket.raw` is a mistake, and `bucket.rw` too.
        if !self.context.kinds.contains_key(address.kind.as_str()) {
            let is_name = address.kind.len() > 40 || did_you_mean(&address.kind, self.context.kinds.keys().copied()).is_none();
            if is_name {
                return;
            }
        }
        match addresses.find(&address, node.span, self.context) {
            Some(entry) => self.kind_fits(node, &address, entry.name(), marks),
            None => self.unsound(),
        }
    }

    /// Checks a reference that holds placeholders.
    pub(super) fn reference_in(&mut self, node: &Node, text: &str, marks: &Marks) {
        let Some(template) = Template::parse(text) else { return };
        if let [Part::Reference { address, .. }] = template.parts.as_slice() {
            self.kind_fits(node, address, &address.kind, marks);
        }
    }

    fn kind_fits(&mut self, node: &Node, address: &Address, kind: &str, marks: &Marks) {
        let wanted: Vec<&str> = marks.references.iter().map(|(kind, _)| kind.as_str()).collect();
        if wanted.is_empty() || wanted.contains(&kind) {
            return;
        }
        let Some(addresses) = self.addresses else { return };
        let name = address.name.as_str();
        let same_name = addresses.all.keys().find(|known| known.name == name && wanted.contains(&known.kind.as_str()));
        let label = match same_name {
            Some(other) => format!("did you mean `{other}`?"),
            None => format!("this is a {kind}"),
        };
        let (path, owner) = (self.path(), self.owner.name);
        self.say(
            Diagnostic::error(format!("`{path}` in {owner} cannot be a {kind}; it takes a {}", alternatives(wanted)))
                .at(node.span, label)
                .help(way_out(marks)),
        );
    }

    /// A text that is no address: an ARN, a URL or a name of something outside, unless a block has that name.
    fn plain_name(&mut self, node: &Node, text: &str, marks: &Marks) {
        if text.contains([':', '/', '.', '[', ' ']) {
            return;
        }
        let Some(addresses) = self.addresses else { return };
        let meant =
            marks.references.iter().map(|(kind, _)| Address::of(kind.clone(), text)).find(|address| addresses.all.contains_key(address));
        if let Some(meant) = meant {
            let (path, owner) = (self.path(), self.owner.name);
            self.context.say(
                Diagnostic::warning(format!("`{path}` in {owner} names something outside the project"))
                    .at(node.span, format!("did you mean `{meant}`?"))
                    .help("write the address of a block, or the whole ARN of something outside"),
            );
        }
    }
}

fn way_out(marks: &Marks) -> String {
    match marks.references.first() {
        Some((kind, _)) => format!("write the address of a block, as in \"{kind}.name\", or an ARN"),
        None => "write the address of a block, or an ARN".to_owned(),
    }
}

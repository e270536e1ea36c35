//! Physical names: `<project>-<environment>-<name>`, where the block does not say another.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;

use super::context::Context;
use super::facts::FactsOf;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::base::tree::{Data, Node};
use crate::model::resource::Resource;
use crate::model::value::Value;

/// The name a resource gets in AWS when its block gives none: hyphens for underscores, instance keys appended.
pub fn physical_name(project: &str, environment: Option<&str>, address: &Address) -> String {
    let mut name = String::with_capacity(project.len() + address.name.len() + 12);
    name.push_str(project);
    for part in environment.into_iter().chain([address.name.as_str()]) {
        name.push('-');
        for c in part.chars() {
            match c {
                '"' | ']' => {}
                c if c.is_ascii_alphanumeric() => name.push(c),
                _ => name.push('-'),
            }
        }
    }
    name
}

/// Writes the physical name into the block, at the field marked as its name, when it is absent.
pub(super) fn fill(node: &mut Node, field: &str, name: String) {
    let span = node.key_span;
    if let Data::Table(entries) = &mut node.data
        && !entries.contains_key(field)
    {
        entries.insert(field.to_owned(), Node { span, key_span: span, data: Data::Text(name) });
    }
}

/// Says so when two resources of a kind would have one name in AWS: `a_b` and `a-b` do.
pub(super) fn report_doubles(resources: &IndexMap<Address, Resource>, facts: &mut FactsOf, context: &mut Context) {
    let mut seen: BTreeMap<(&str, &str), &Resource> = BTreeMap::new();
    for resource in resources.values() {
        let Some(field) = facts.of(resource.entry).name_field.as_ref() else { continue };
        let name = resource.desired.entries().and_then(|entries| entries.get(field)).and_then(Value::text);
        let Some(name) = name else { continue };
        let Some(first) = seen.insert((resource.entry.name(), name), resource) else { continue };
        let path = Path::root().key(field.as_str());
        let (address, other) = (&resource.address, &first.address);
        let (here, there) = (resource.place(&path).0, first.place(&path).0);
        let diagnostic = Diagnostic::error(format!("{other} and {address} would both be named `{name}` in AWS"));
        context.say(if here == there {
            diagnostic
                .at(here, "the same for both")
                .help(format!("let the `{field}` differ by `${{each.key}}`, or choose keys of other letters"))
        } else {
            diagnostic.at(here, "the same name").seen(there, "named first here").help(format!("give one of them another `{field}`"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_hyphens_and_instance_keys() {
        assert_eq!(physical_name("click", Some("prod"), &Address::of("function", "in_gest")), "click-prod-in-gest");
        assert_eq!(physical_name("click", None, &Address::of("function", "copy[\"eu.west\"]")), "click-copy-eu-west");
    }
}

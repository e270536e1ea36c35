//! Physical names: `<project>-<environment>-<name>`, where the block does not say another.

use crate::base::address::Address;
use crate::base::tree::{Data, Node};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_hyphens_and_instance_keys() {
        assert_eq!(physical_name("click", Some("prod"), &Address::of("function", "in_gest")), "click-prod-in-gest");
        assert_eq!(physical_name("click", None, &Address::of("function", "copy[\"eu.west\"]")), "click-copy-eu-west");
    }
}

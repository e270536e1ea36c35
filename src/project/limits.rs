//! Facts of the catalog that a value is held against: regions, limits, tables of known values.

use super::context::Context;
use crate::base::diagnostic::Diagnostic;
use crate::base::tree::Node;

/// Whether a region's name has the form AWS gives them.
pub(super) fn region(node: &Node, context: &mut Context) {
    let text = node.text().unwrap_or_default();
    let parts: Vec<&str> = text.split('-').collect();
    let number = parts.last().is_some_and(|last| last.parse::<u8>().is_ok());
    let words = parts.iter().rev().skip(1).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    if parts.len() < 3 || !number || !words {
        context.say(
            Diagnostic::error(format!("`{text}` is not a region"))
                .at(node.span, "")
                .help("write it as AWS does, for example \"eu-west-1\""),
        );
    }
}

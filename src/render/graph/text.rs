//! The graph as text: each resource in order, with what it needs.

use std::collections::BTreeMap;

use super::GraphDocument;
use crate::base::address::Address;
use crate::base::prose::count;
use crate::render::face::{Face, Look};
use crate::render::line::{Line, Page, width};
use crate::render::plan::header;

/// The whole screen.
pub fn human(document: &GraphDocument, look: Look) -> String {
    let mut page = Page::of(look);
    header(&document.scope, &mut page);
    page.gap();
    let mut needs: BTreeMap<&Address, Vec<String>> = BTreeMap::new();
    for edge in &document.edges {
        needs.entry(&edge.to).or_default().push(edge.from.to_string());
    }
    let right = look.width.min(100);
    for node in &document.nodes {
        let symbol = node.action.symbol();
        let line = Line::indented(3_usize.saturating_sub(width(symbol))).then(crate::render::plan::face_of(node.action), symbol).plain(" ");
        let line = line.then(Face::Path, node.address.to_string());
        page.line(&line.clone().up_to(right.saturating_sub(width(&node.cost)).max(line.width() + 2)).plain(&node.cost));
        if let Some(needed) = needs.get(&node.address) {
            page.prose(Face::Quiet, "      needs ", &needed.join(", "));
        }
    }
    page.gap();
    let drawn = count(document.nodes.len(), "resource", "resources");
    let joined = count(document.edges.len(), "dependency", "dependencies");
    page.prose(Face::Plain, "", &format!("{drawn}, {joined}."));
    page.finish()
}

//! The graph of a project: as text, Graphviz, Mermaid, or a picture; with plan colours and costs on the nodes.

mod dot;
mod layout;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;
mod text;

use serde::Serialize;

use super::plan::Scope;
use crate::base::address::Address;
use crate::model::plan::Action;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;
pub use text::human;

/// The drawing, before it is drawn.
#[derive(Debug, Serialize)]
pub struct GraphDocument {
    /// What it is a drawing of.
    pub scope: Scope,
    /// Resources, what is needed before what needs it.
    pub nodes: Vec<Node>,
    /// Who needs whom.
    pub edges: Vec<Edge>,
}

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    /// Which.
    pub address: Address,
    /// What would be done to it.
    pub action: Action,
    /// What it costs a month, in words: `$41.20*`; empty when it costs nothing.
    pub cost: String,
    /// The block it was derived from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived_from: Option<Address>,
}

/// `to` needs `from`: data and names flow along the arrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// What is needed.
    pub from: Address,
    /// What needs it.
    pub to: Address,
}

impl GraphDocument {
    /// Where a node stands in the list; edges to what is not drawn are left out by every face.
    fn position(&self) -> std::collections::BTreeMap<&Address, usize> {
        self.nodes.iter().enumerate().map(|(at, node)| (&node.address, at)).collect()
    }
}

/// Fill and border of an action: the colours of the plan, pale enough for black text.
fn colours(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::None => ("#f6f8fa", "#8c959f"),
        Action::Create | Action::Adopt => ("#dafbe1", "#1a7f37"),
        Action::Update => ("#fff8c5", "#9a6700"),
        Action::Replace | Action::CreateThenDelete => ("#fbefff", "#8250df"),
        Action::Delete => ("#ffebe9", "#cf222e"),
        Action::Forget => ("#eaeef2", "#57606a"),
    }
}

/// `+ function.ingest`; the symbol stands beside the colour.
fn label(node: &Node) -> String {
    let symbol = node.action.symbol().trim();
    if symbol.is_empty() { node.address.to_string() } else { format!("{symbol} {}", node.address) }
}

//! The graph as a Mermaid flowchart, which GitHub and GitLab draw in comments.

use std::fmt::Write as _;

use super::{GraphDocument, colours, label};
use crate::model::plan::Action;

const ACTIONS: [(Action, &str); 8] = [
    (Action::None, "same"),
    (Action::Create, "created"),
    (Action::Update, "updated"),
    (Action::Replace, "replaced"),
    (Action::CreateThenDelete, "replaced"),
    (Action::Delete, "deleted"),
    (Action::Forget, "forgotten"),
    (Action::Adopt, "created"),
];

/// A flowchart, from left to right.
pub fn mermaid(document: &GraphDocument) -> String {
    let mut text = "flowchart LR\n".to_owned();
    let class = |action: Action| ACTIONS.iter().find(|(of, _)| *of == action).map_or("same", |(_, class)| class);
    for (at, node) in document.nodes.iter().enumerate() {
        let cost = if node.cost.is_empty() { String::new() } else { format!("<br/>{}", escaped(&node.cost)) };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  n{at}[\"{}{cost}\"]:::{}", escaped(&label(node)), class(node.action));
    }
    let known = document.position();
    for edge in &document.edges {
        if let (Some(from), Some(to)) = (known.get(&edge.from), known.get(&edge.to)) {
            let _ = writeln!(text, "  n{from} --> n{to}");
        }
    }
    let mut used: Vec<&str> = Vec::new();
    for (action, class) in ACTIONS {
        if !used.contains(&class) && document.nodes.iter().any(|node| node.action == action) {
            used.push(class);
            let (fill, border) = colours(action);
            let _ = writeln!(text, "  classDef {class} fill:{fill},stroke:{border},color:#1f2328");
        }
    }
    text
}

/// Quotes and the characters that Mermaid reads, as entities of its own.
fn escaped(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

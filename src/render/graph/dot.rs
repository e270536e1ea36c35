//! The graph for Graphviz.

use std::fmt::Write as _;

use super::{GraphDocument, colours, label};

/// A `digraph`, from left to right.
pub fn dot(document: &GraphDocument) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&document.scope.project));
    text.push_str("  rankdir = LR;\n  node [shape = box, style = \"filled,rounded\", fontname = \"sans-serif\", fontsize = 11];\n  edge [color = \"#57606a\"];\n");
    for node in &document.nodes {
        let (fill, border) = colours(node.action);
        let cost = if node.cost.is_empty() { String::new() } else { format!("\n{}", node.cost) };
        let shown = quoted(&format!("{}{cost}", label(node)));
        let name = quoted(&node.address.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name} [label = {shown}, fillcolor = \"{fill}\", color = \"{border}\"];");
    }
    let known = document.position();
    for edge in document.edges.iter().filter(|edge| known.contains_key(&edge.from) && known.contains_key(&edge.to)) {
        let _ = writeln!(text, "  {} -> {};", quoted(&edge.from.to_string()), quoted(&edge.to.to_string()));
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

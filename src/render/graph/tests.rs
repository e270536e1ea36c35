//! The faces of a small graph.

use super::*;
use crate::render::face::Look;

fn node(kind: &str, name: &str, action: Action, cost: &str) -> Node {
    Node { address: Address::of(kind, name), action, cost: cost.into(), derived_from: None }
}

fn small() -> GraphDocument {
    let (stream, role, function, topic) =
        (Address::of("stream", "clicks"), Address::of("role", "ingest"), Address::of("function", "ingest"), Address::of("topic", "a<b"));
    GraphDocument {
        scope: Scope {
            project: "clickstream".into(),
            environment: None,
            region: "us-east-1".into(),
            prices_as_of: jiff::civil::date(2026, 8, 1),
            prices_are_stale: false,
        },
        nodes: vec![
            node("stream", "clicks", Action::None, "$43.80"),
            node("role", "ingest", Action::Create, ""),
            node("function", "ingest", Action::Create, "$12.00*"),
            node("topic", "a<b", Action::Delete, ""),
        ],
        edges: vec![
            Edge { from: stream.clone(), to: role.clone() },
            Edge { from: role, to: function.clone() },
            Edge { from: stream, to: function.clone() },
            Edge { from: function, to: Address::of("queue", "not-drawn") },
            Edge { from: topic.clone(), to: topic },
        ],
    }
}

#[test]
fn text_lists_what_each_resource_needs() {
    let shown = human(&small(), Look::plain(60));
    assert!(shown.contains("  + function.ingest"), "{shown}");
    assert!(shown.contains("\n      needs role.ingest, stream.clicks\n"), "{shown}");
}

#[test]
fn dot_names_each_node_once_and_draws_only_what_is_there() {
    let drawn = dot(&small());
    assert!(drawn.starts_with("digraph \"clickstream\" {\n"), "{drawn}");
    assert!(drawn.contains("\"stream.clicks\" -> \"function.ingest\";") && !drawn.contains("not-drawn"), "{drawn}");
    assert!(drawn.contains("label = \"+ function.ingest\\n$12.00*\""), "{drawn}");
}

#[test]
fn mermaid_escapes_what_it_would_read() {
    let drawn = mermaid(&small());
    assert!(drawn.contains("n3[\"- topic.a#lt;b\"]:::deleted") && drawn.contains("  n0 --> n2\n"), "{drawn}");
    assert!(drawn.contains("classDef created fill:#dafbe1"), "{drawn}");
}

#[test]
fn what_is_needed_stands_left_of_what_needs_it() {
    let layout = layout::layout(&small());
    assert_eq!(layout.nodes.iter().map(|place| place.layer).collect::<Vec<_>>(), [0, 1, 2, 0]);
    let places: std::collections::BTreeSet<_> = layout.nodes.iter().map(|place| (place.layer, place.slot)).collect();
    assert_eq!(places.len(), 4);
    let long = layout.edges.iter().find(|(from, to, _)| (*from, *to) == (0, 2)).map(|(_, _, route)| route.len());
    assert_eq!(long, Some(3));
}

#[test]
fn a_picture_is_well_formed_and_needs_nothing_else() {
    let drawn = svg(&small());
    assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>\n"));
    assert!(drawn.contains("topic.a&lt;b") && !drawn.contains("href"));
    assert_eq!(drawn.matches("<g>").count(), 4);
    assert_eq!(drawn.matches("marker-end").count(), 3);
}

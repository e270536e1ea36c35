//! Circles in the graph: the shortest one of each knot, told hop by hop with its place.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::Path;
use crate::model::resource::{Architecture, Resource};

/// The circles among nodes, each given by what it needs: one for each knot, through the knot's first node, by the shortest way round.
pub(super) fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let edges = needs.iter().enumerate().flat_map(|(at, needs)| needs.iter().map(move |&need| (at, need)));
    let mut graph: DiGraph<(), (), usize> = DiGraph::from_edges(edges);
    while graph.node_count() < needs.len() {
        graph.add_node(());
    }
    // Kosaraju's algorithm, because petgraph's form of Tarjan's recurses as deep as the longest chain.
    let mut knot_of = vec![usize::MAX; needs.len()];
    let mut first_of = Vec::new();
    for (knot, members) in kosaraju_scc(&graph).into_iter().enumerate() {
        let members: Vec<usize> = members.into_iter().map(NodeIndex::index).collect();
        for &member in &members {
            knot_of[member] = knot;
        }
        first_of.extend(members.into_iter().min());
    }
    first_of.sort_unstable();
    first_of.into_iter().filter_map(|start| shortest(start, needs, &knot_of)).collect()
}

/// The shortest way from a node back to itself within its knot; `None` when there is none.
fn shortest(start: usize, needs: &[Vec<usize>], knot_of: &[usize]) -> Option<Vec<usize>> {
    let mut came_from = std::collections::BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for &next in needs[at].iter().filter(|&&next| knot_of[next] == knot_of[start]) {
            if next == start {
                let mut way = vec![at];
                while let Some(&before) = came_from.get(way.last()?) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            came_from.entry(next).or_insert_with(|| {
                open.push_back(next);
                at
            });
        }
    }
    None
}

/// The message for one circle: the path in the sentence, the place of each hop as labels.
pub(super) fn diagnostic(architecture: &Architecture, circle: &[Address]) -> Diagnostic {
    let round = || circle.iter().zip(circle.iter().cycle().skip(1));
    let mut path: Vec<String> = circle.iter().map(ToString::to_string).collect();
    path.extend(circle.first().map(ToString::to_string));
    let message = match circle {
        [one] => format!("{one} needs itself"),
        _ => format!("these resources need each other in a circle: {}", path.join(" -> ")),
    };
    let mut diagnostic = Diagnostic::error(message);
    for (at, (from, to)) in round().enumerate() {
        let Some(resource) = architecture.get(from) else { continue };
        let (span, _) = resource.place(&hop(resource, to));
        let text = if from == to { "this is the block itself".to_owned() } else { format!("{from} needs {to}") };
        diagnostic = if at == 0 { diagnostic.at(span, text) } else { diagnostic.seen(span, text) };
    }
    let what = if circle.len() == 1 { "the reference" } else { "one of these references" };
    diagnostic.help(format!("take {what} out, or write the name or ARN as text where AWS needs no order"))
}

/// Where in `resource` the need for `to` is written.
fn hop(resource: &Resource, to: &Address) -> Path {
    if let Some(edge) = resource.edges.iter().find(|edge| edge.to == *to && !edge.path.segments().is_empty()) {
        return edge.path.clone();
    }
    let text = to.to_string();
    match resource.lifecycle.depends_on.iter().position(|written| *written == text) {
        Some(at) => Path::root().key("depends_on").index(at),
        None => Path::root(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::super::{Graph, fixture};

    #[test]
    fn a_circle_names_the_place_of_each_hop() {
        let architecture = fixture::project(
            "[thing.a]\nsource = \"${thing.b.arn}\"\n\n[thing.b]\nsource = \"${thing.c.arn}\"\n\n[thing.c]\nsource = \"${thing.a.arn}\"\n",
        );
        let found = Graph::of(&architecture).unwrap_err();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "these resources need each other in a circle: thing.a -> thing.b -> thing.c -> thing.a");
        let texts: Vec<&str> = found[0].labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(texts, ["thing.a needs thing.b", "thing.b needs thing.c", "thing.c needs thing.a"]);
        assert!(found[0].labels[0].primary && found[0].labels[0].span.start < found[0].labels[1].span.start);
    }
}

//! Where nodes stand: layers by longest path, order within a layer by the neighbours' mean, and points for long edges.

use super::GraphDocument;

/// Sweeps over the layers; more of them change nothing in graphs of the size that people draw.
const SWEEPS: usize = 8;

/// A drawing in grid places: layers from left to right, slots from top to bottom.
#[derive(Debug)]
pub(super) struct Layout {
    /// The place of each node.
    pub(super) nodes: Vec<Place>,
    /// The places that each edge goes through, its ends included, with the node numbers of its ends.
    pub(super) edges: Vec<(usize, usize, Vec<Place>)>,
    /// How many layers there are.
    pub(super) layers: usize,
    /// How many slots the fullest layer has.
    pub(super) slots: usize,
}

/// A place of the grid; the slot may lie between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) slot: usize,
}

pub(super) fn layout(document: &GraphDocument) -> Layout {
    let position = document.position();
    let edges: Vec<(usize, usize)> = document
        .edges
        .iter()
        .filter_map(|edge| Some((*position.get(&edge.from)?, *position.get(&edge.to)?)))
        .filter(|(from, to)| from != to)
        .collect();
    let layer_of = layers(document.nodes.len(), &edges);
    // Long edges get a point in every layer that they cross, so that they are bent around nodes instead of running through them.
    let mut layers = layer_of.clone();
    let mut joins: Vec<(usize, usize)> = Vec::new();
    let mut routes: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for (from, to) in &edges {
        let mut route = vec![*from];
        for layer in layer_of[*from] + 1..layer_of[*to] {
            layers.push(layer);
            let point = layers.len() - 1;
            joins.push((route[route.len() - 1], point));
            route.push(point);
        }
        joins.push((route[route.len() - 1], *to));
        route.push(*to);
        routes.push((*from, *to, route));
    }
    let slot_of = slots(&layers, &joins);
    let place = |at: usize| Place { layer: layers[at], slot: slot_of[at] };
    Layout {
        nodes: (0..document.nodes.len()).map(place).collect(),
        edges: routes.into_iter().map(|(from, to, route)| (from, to, route.into_iter().map(place).collect())).collect(),
        layers: layers.iter().max().map_or(0, |last| last + 1),
        slots: slot_of.iter().max().map_or(0, |last| last + 1),
    }
}

/// The longest way to each node. Nodes come before those that need them, so one pass is enough; a backward edge is passed over.
fn layers(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut sorted: Vec<_> = edges.iter().filter(|(from, to)| from < to).collect();
    sorted.sort_by_key(|(_, to)| *to);
    let mut layers = vec![0; nodes];
    for (from, to) in sorted {
        layers[*to] = layers[*to].max(layers[*from] + 1);
    }
    layers
}

fn slots(layers: &[usize], joins: &[(usize, usize)]) -> Vec<usize> {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, layer) in layers.iter().enumerate() {
        rows[*layer].push(at);
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); layers.len()];
    let mut after = before.clone();
    for (from, to) in joins {
        before[*to].push(*from);
        after[*from].push(*to);
    }
    let mut slot = vec![0; layers.len()];
    let settle = |rows: &[Vec<usize>], slot: &mut [usize]| {
        for row in rows {
            for (at, node) in row.iter().enumerate() {
                slot[*node] = at;
            }
        }
    };
    settle(&rows, &mut slot);
    for sweep in 0..SWEEPS {
        let (neighbours, order): (_, Vec<usize>) =
            if sweep % 2 == 0 { (&before, (0..count).collect()) } else { (&after, (0..count).rev().collect()) };
        for layer in order {
            // A mean in thousandths, so that sorting is exact; a node without neighbours stays where it is.
            rows[layer].sort_by_key(|node| {
                let near = &neighbours[*node];
                if near.is_empty() { slot[*node] * 1000 } else { near.iter().map(|other| slot[*other]).sum::<usize>() * 1000 / near.len() }
            });
            for (at, node) in rows[layer].iter().enumerate() {
                slot[*node] = at;
            }
        }
    }
    slot
}

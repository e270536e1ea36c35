//! The dependency graph: a stable order, and the neighbours of each resource on both sides.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::base::table::IndexMap;

use super::cycle;
use crate::base::address::Address;
use crate::base::diagnostic::Diagnostic;
use crate::model::resource::Architecture;

/// What needs what, without circles.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The nodes in the order of the files, each with its neighbours.
    nodes: IndexMap<Address, Node>,
    /// Positions in `nodes`, dependencies first.
    order: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// What it needs; ascending, each once.
    needs: Vec<usize>,
    /// What needs it; ascending, each once.
    needed_by: Vec<usize>,
    /// Where it stands in `Graph::order`.
    rank: usize,
}

/// The circles that were found, each as the addresses on the way round (the first is not repeated at the end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circular(pub Vec<Vec<Address>>);

impl Graph {
    /// The graph of a project: from references and from `depends_on`.
    ///
    /// Addresses that no block has are passed over: the loader reports them. Takes time linear in resources plus edges.
    pub fn of(architecture: &Architecture) -> Result<Self, Vec<Diagnostic>> {
        let nodes = architecture.resources.values().map(|resource| {
            let written = resource.lifecycle.depends_on.iter().filter_map(|text| text.parse().ok());
            (resource.address.clone(), resource.edges.iter().map(|edge| edge.to.clone()).chain(written).collect())
        });
        Self::of_edges(nodes).map_err(|Circular(circles)| circles.iter().map(|circle| cycle::diagnostic(architecture, circle)).collect())
    }

    /// The graph of nodes, each with what it needs. Among nodes that need nothing of each other, the given order stays.
    pub fn of_edges(edges: impl IntoIterator<Item = (Address, Vec<Address>)>) -> Result<Self, Circular> {
        let (mut nodes, wanted): (IndexMap<Address, Node>, Vec<Vec<Address>>) =
            edges.into_iter().map(|(address, needs)| ((address, Node::default()), needs)).unzip();
        for (at, needs) in wanted.iter().enumerate() {
            let known: BTreeSet<usize> = needs.iter().filter_map(|address| nodes.get_index_of(address)).collect();
            for &need in &known {
                nodes[need].needed_by.push(at);
            }
            nodes[at].needs = known.into_iter().collect();
        }
        let mut graph = Self { nodes, order: Vec::new() };
        graph.sort()?;
        Ok(graph)
    }

    /// Kahn's algorithm; the heap hands out the ready node that stands first in the files.
    fn sort(&mut self) -> Result<(), Circular> {
        let mut missing: Vec<usize> = self.nodes.values().map(|node| node.needs.len()).collect();
        let mut ready: BinaryHeap<Reverse<usize>> = (0..missing.len()).filter(|&at| missing[at] == 0).map(Reverse).collect();
        while let Some(Reverse(at)) = ready.pop() {
            self.nodes[at].rank = self.order.len();
            self.order.push(at);
            for &dependant in &self.nodes[at].needed_by {
                missing[dependant] -= 1;
                if missing[dependant] == 0 {
                    ready.push(Reverse(dependant));
                }
            }
        }
        if self.order.len() == self.nodes.len() {
            return Ok(());
        }
        let stuck = |at: &usize| missing[*at] > 0;
        let needs: Vec<Vec<usize>> = self.nodes.values().map(|node| node.needs.iter().copied().filter(stuck).collect()).collect();
        let circles = cycle::circles(&needs);
        Err(Circular(circles.iter().map(|circle| self.addresses(circle).cloned().collect()).collect()))
    }

    /// The addresses of positions; every position kept here is one of this very map.
    fn addresses<'a>(&'a self, positions: &'a [usize]) -> impl DoubleEndedIterator<Item = &'a Address> {
        positions.iter().filter_map(|&at| self.nodes.get_index(at).map(|(address, _)| address))
    }

    /// Every address, dependencies before what needs them; file order among equals.
    pub fn order(&self) -> impl DoubleEndedIterator<Item = &Address> {
        self.addresses(&self.order)
    }

    /// Where an address stands in [`Self::order`].
    pub fn rank(&self, address: &Address) -> Option<usize> {
        self.nodes.get(address).map(|node| node.rank)
    }

    /// What `address` needs directly, in file order.
    pub fn dependencies<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Address> + use<'a> {
        self.addresses(self.nodes.get(address).map_or(&[][..], |node| &node.needs))
    }

    /// What needs `address` directly, in file order.
    pub fn dependants<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Address> + use<'a> {
        self.addresses(self.nodes.get(address).map_or(&[][..], |node| &node.needed_by))
    }

    /// The given addresses and all that they need, near and far.
    pub fn with_dependencies<'a>(&'a self, of: impl IntoIterator<Item = &'a Address>) -> BTreeSet<&'a Address> {
        self.closure(of, |node| &node.needs)
    }

    /// The given addresses and all that needs them, near and far.
    pub fn with_dependants<'a>(&'a self, of: impl IntoIterator<Item = &'a Address>) -> BTreeSet<&'a Address> {
        self.closure(of, |node| &node.needed_by)
    }

    fn closure<'a>(
        &'a self,
        of: impl IntoIterator<Item = &'a Address>,
        next: impl Fn(&'a Node) -> &'a Vec<usize>,
    ) -> BTreeSet<&'a Address> {
        let mut open: Vec<usize> = of.into_iter().filter_map(|address| self.nodes.get_index_of(address)).collect();
        let mut found = BTreeSet::new();
        while let Some(at) = open.pop() {
            if let Some((address, node)) = self.nodes.get_index(at)
                && found.insert(address)
            {
                open.extend(next(node));
            }
        }
        found
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many direct dependencies there are in all.
    pub fn edge_count(&self) -> usize {
        self.nodes.values().map(|node| node.needs.len()).sum()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn address(name: &str) -> Address {
        Address::of("thing", name)
    }

    fn graph(edges: &[(&str, &[&str])]) -> Result<Graph, Circular> {
        Graph::of_edges(edges.iter().map(|(name, needs)| (address(name), needs.iter().map(|need| address(need)).collect())))
    }

    fn names<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> Vec<&'a str> {
        addresses.into_iter().map(|address| address.name.as_str()).collect()
    }

    #[test]
    fn file_order_stays_where_nothing_forces_another() {
        let graph = graph(&[("z", &[]), ("b", &["y"]), ("a", &[]), ("y", &["a"]), ("x", &[])]).unwrap();
        assert_eq!(names(graph.order()), ["z", "a", "y", "b", "x"]);
        assert_eq!(graph.rank(&address("y")), Some(2));
    }

    #[test]
    fn neighbours_are_told_once_each() {
        let graph = graph(&[("a", &[]), ("b", &["a", "a", "nowhere"]), ("c", &["b", "a"])]).unwrap();
        assert_eq!(names(graph.dependencies(&address("c"))), ["a", "b"]);
        assert_eq!(names(graph.dependants(&address("a"))), ["b", "c"]);
        assert_eq!(graph.edge_count(), 3);
        assert_eq!(names(graph.with_dependencies([&address("b")])), ["a", "b"]);
        assert_eq!(names(graph.with_dependants([&address("b")])), ["b", "c"]);
    }

    #[test]
    fn each_circle_is_reported_once_and_shortest() {
        let Circular(circles) = graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["a", "b"]), ("s", &["s"]), ("after", &["a"])]).unwrap_err();
        assert_eq!(circles.iter().map(names).collect::<Vec<_>>(), [vec!["a", "b", "c"], vec!["s"]]);
    }

    #[test]
    fn a_chain_of_ten_thousand_is_no_matter() {
        let name = |at: usize| address(&format!("n{at}"));
        let chain = (0..10_000).rev().map(|at| (name(at), if at > 0 { vec![name(at - 1)] } else { Vec::new() }));
        let graph = Graph::of_edges(chain).unwrap();
        assert_eq!(graph.order().next(), Some(&name(0)));
        assert_eq!(graph.with_dependencies([&name(9_999)]).len(), 10_000);
        let ring = (0..10_000).map(|at| (name(at), vec![name((at + 1) % 10_000)]));
        assert_eq!(Graph::of_edges(ring).unwrap_err().0[0].len(), 10_000);
    }
}

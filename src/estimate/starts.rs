//! How often a month resources start each other, read from the marks of their specs.
//!
//! A field marked `x-use = "run"` says that its resource starts the one it names, each time it runs itself; one marked
//! `x-use = "follow"` says that it is started by the one it names. How often a resource runs is its usage where the user gave that
//! (a usage field marked `x-schedule = "runs"`, or a rate called `runs`), and otherwise its schedules (`x-schedule`) and what others
//! start, together: usage is the whole count, so nothing is counted twice. A table with `enabled = false` or `state = "disabled"`
//! starts nothing. Resources that start each other in a circle are counted without the circle.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use jiff::civil::Date;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rust_decimal::Decimal;

use super::billed::Billed;
use crate::base::address::Address;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::Rate;
use crate::model::estimate::{Estimate as Three, Range};
use crate::model::kind::KindEntry;
use crate::model::schema::{Form, Marks, Shape};
use crate::model::value::Value;

/// What starts one resource.
#[derive(Debug, Clone, Default)]
pub(super) struct Start {
    /// How often others start it, as far as that is known; `None` when it is not known at all.
    pub(super) runs: Option<Range>,
    /// Places of those that start it but are not known to run so often.
    unknown: Vec<usize>,
    /// Whether it takes part in a circle.
    circular: bool,
}

impl Start {
    pub(super) fn notes(&self, items: &[Billed<'_>]) -> Vec<String> {
        let mut notes: Vec<String> = self
            .unknown
            .iter()
            .map(|at| format!("{} starts it too, but how often that one runs is not known", items[*at].address))
            .collect();
        if self.circular {
            notes.push("it takes part in a circle of resources that start each other, which is not counted".to_owned());
        }
        notes
    }
}

/// For each item, in order.
pub(super) fn of(items: &[Billed<'_>], places: &BTreeMap<&Address, usize>, today: Date) -> Vec<Start> {
    let mut kinds: BTreeMap<&'static str, Marked> = BTreeMap::new();
    let names = Names { items, found: OnceCell::new() };
    let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(items.len(), 0);
    let mut own = Vec::with_capacity(items.len());
    for at in 0..items.len() {
        graph.add_node(at);
    }
    for (at, item) in items.iter().enumerate() {
        let marked = kinds.entry(item.entry.name()).or_insert_with(|| Marked::of(item.entry));
        let mut found = Found { scheduled: None, edges: Vec::new(), places, names: &names, today };
        if marked.spec {
            found.look(item.entry.shape(), None, item.value);
        }
        for (other, follows) in found.edges {
            let (from, to) = if follows { (other, at) } else { (at, other) };
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
        let used = marked.runs.iter().find_map(|key| item.usage_value.entries()?.get(key)).and_then(monthly);
        own.push((used, found.scheduled));
    }

    let mut starts = vec![Start::default(); items.len()];
    // Sinks come first; those that start others must be counted before them.
    let circles = kosaraju_scc(&graph);
    let mut circle_of = vec![0; items.len()];
    for (number, circle) in circles.iter().enumerate() {
        for node in circle {
            circle_of[node.index()] = number;
        }
    }
    for circle in circles.iter().rev() {
        for node in circle {
            let at = node.index();
            starts[at].circular = circle.len() > 1 || graph.contains_edge(*node, *node);
            // petgraph gives the youngest edge first.
            let mut starters: Vec<usize> = graph.neighbors_directed(*node, petgraph::Direction::Incoming).map(NodeIndex::index).collect();
            starters.sort_unstable();
            for starter in starters.into_iter().filter(|starter| circle_of[*starter] != circle_of[at]) {
                match runs(own[starter], starts[starter].runs) {
                    Some(more) => starts[at].runs = Some(starts[at].runs.map_or(more, |runs| runs + more)),
                    None if starts[at].unknown.last() == Some(&starter) => {}
                    None => starts[at].unknown.push(starter),
                }
            }
        }
    }
    starts
}

/// How often a resource runs in all.
fn runs((used, scheduled): (Option<Range>, Option<Decimal>), started: Option<Range>) -> Option<Range> {
    let scheduled = scheduled.map(Three::exact);
    used.or(match (scheduled, started) {
        (Some(scheduled), Some(started)) => Some(scheduled + started),
        (one, other) => one.or(other),
    })
}

/// The usage field that says how often, as times a month.
fn monthly(value: &Value) -> Option<Range> {
    let rate: Three<Rate> = serde_json::from_value(value.to_literal_json()).ok()?;
    Some(rate.map(Rate::monthly))
}

/// What a kind has marked.
struct Marked {
    /// Whether anything in its spec says when it runs or what it starts.
    spec: bool,
    /// The usage fields that say how often it runs.
    runs: Vec<String>,
}

impl Marked {
    fn of(entry: &KindEntry) -> Self {
        let mut spec = false;
        entry.shape().walk(&crate::base::path::Path::root(), &mut |_, shape| {
            spec |= shape.marks.schedule.is_some() || starts_or_follows(&shape.marks).is_some();
        });
        let says_how_often = |name: &str, shape: &Shape| {
            shape.marks.schedule.as_deref() == Some("runs") || (name == "runs" && shape.form == Form::Estimate("rate".to_owned()))
        };
        let fields = entry.usage_shape().fields().into_iter().flatten();
        Self { spec, runs: fields.filter(|(name, field)| says_how_often(name, &field.shape)).map(|(name, _)| name.clone()).collect() }
    }
}

/// `Some(false)` for a field that starts what it names, `Some(true)` for one that follows it.
fn starts_or_follows(marks: &Marks) -> Option<bool> {
    match marks.access.as_deref() {
        Some("run") => Some(false),
        Some("follow") => Some(true),
        _ => None,
    }
}

/// What was found in one resource.
struct Found<'a> {
    scheduled: Option<Decimal>,
    /// The place of the other, and whether this resource follows it.
    edges: Vec<(usize, bool)>,
    places: &'a BTreeMap<&'a Address, usize>,
    names: &'a Names<'a>,
    today: Date,
}

impl Found<'_> {
    /// Walks shape and value together; a list's marks hold for its items.
    fn look(&mut self, shape: &Shape, list: Option<&Marks>, value: &Value) {
        match value {
            Value::Table(entries) => {
                let off = entries.get("enabled") == Some(&Value::Bool(false))
                    || entries.get("state").and_then(Value::text).is_some_and(|state| state.eq_ignore_ascii_case("disabled"));
                for (key, value) in entries.iter().filter(|_| !off) {
                    let below = match &shape.form {
                        Form::Table(fields) => fields.get(key).map(|field| &field.shape),
                        Form::Map(item) => Some(item.as_ref()),
                        _ => None,
                    };
                    if let Some(below) = below {
                        self.look(below, None, value);
                    }
                }
            }
            Value::List(items) => {
                if let Form::List(item) = &shape.form {
                    for value in items {
                        self.look(item, Some(&shape.marks), value);
                    }
                }
            }
            Value::Text(_) | Value::Unknown(_) => {
                self.leaf(&shape.marks, value);
                if let Some(marks) = list {
                    self.leaf(marks, value);
                }
            }
            Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn leaf(&mut self, marks: &Marks, value: &Value) {
        if let (Some(dialect), Some(text)) = (marks.schedule.as_deref().and_then(Dialect::of_mark), value.text())
            && let Ok(schedule) = Schedule::parse(text, dialect)
        {
            *self.scheduled.get_or_insert(Decimal::ZERO) += schedule.runs_per_month(self.today);
        }
        let Some(follows) = starts_or_follows(marks) else { return };
        match value {
            Value::Unknown(template) => {
                for (address, _) in template.references() {
                    self.edges.extend(self.places.get(address).map(|at| (*at, follows)));
                }
            }
            // What was recorded holds the name or ARN that the reference became.
            Value::Text(text) => self.edges.extend(self.names.find(marks, text).map(|at| (at, follows))),
            _ => {}
        }
    }
}

/// The physical names of all items, read when a literal asks for one.
struct Names<'a> {
    items: &'a [Billed<'a>],
    found: OnceCell<BTreeMap<(&'a str, &'a str), usize>>,
}

impl Names<'_> {
    fn find(&self, marks: &Marks, text: &str) -> Option<usize> {
        let known = self.found.get_or_init(|| {
            let named = self.items.iter().enumerate().filter_map(|(at, item)| {
                let (key, _) = item.entry.shape().fields()?.iter().find(|(_, field)| field.shape.marks.name)?;
                Some(((item.address.kind.as_str(), item.value.entries()?.get(key)?.text()?), at))
            });
            named.collect()
        });
        // A cluster's template is the request that starts it; it holds the name.
        let template: Option<serde_json::Value> = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
        let text = template.as_ref().and_then(|request| request.get("Name")?.as_str()).unwrap_or(text);
        let last = text.rsplit([':', '/']).next().unwrap_or(text);
        marks
            .references
            .iter()
            .find_map(|(kind, _)| known.get(&(kind.as_str(), text)).or_else(|| known.get(&(kind.as_str(), last))).copied())
    }
}

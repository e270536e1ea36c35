//! How many state transitions a run takes: what a standard workflow is billed for.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rust_decimal::Decimal;

use super::model::{Machine, Scope, State, Way};
use crate::model::estimate::{Count, Estimate, Range, Share};

/// Loops larger than this are not solved.
const LARGEST_LOOP: usize = 120;

/// How often a loop goes round when nobody says.
const ROUNDS: Range = Range { low: Decimal::ONE, likely: Decimal::TEN, high: Decimal::ONE_HUNDRED };

/// What is known beside the definition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counting {
    /// Items of a map, by state.
    pub items: BTreeMap<String, Range>,
    /// Rounds of a loop, by its choice.
    pub loops: BTreeMap<String, Range>,
    /// Ways out of a choice.
    pub choices: IndexMap<String, IndexMap<String, Estimate<Share>>>,
}

impl Counting {
    /// Adds what the user said of maps and loops.
    pub(crate) fn with(mut self, items: &IndexMap<String, Estimate<Count>>, loops: &IndexMap<String, Estimate<Count>>) -> Self {
        self.items.extend(items.iter().map(|(name, count)| (name.clone(), count.map(|count| count.0))));
        self.loops.extend(loops.iter().map(|(name, count)| (name.clone(), count.map(|count| count.0))));
        self
    }
}

/// What had to be assumed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Assumption {
    /// How many items a map goes over.
    Items(String),
    /// How often a loop goes round.
    Rounds(String),
}

/// What a run comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Visits {
    /// State transitions; retries are not in it.
    pub transitions: Range,
    /// Express executions that a distributed map starts.
    pub express_children: Range,
    /// What was not known, and taken as something.
    pub assumed: Vec<Assumption>,
}

/// Counts a run; `None` when it would never end.
///
/// A choice without shares goes each way equally often; its cheapest and dearest ways make low and high. Ways that lead to a `Fail` and
/// catches are not counted: a run that goes well is.
pub(crate) fn count(machine: &Machine, known: &Counting) -> Option<Visits> {
    let mut counter = Counter { known, assumed: Vec::new(), which: Which::Likely };
    let mut each = |which: Which| {
        counter.which = which;
        counter.scope(&machine.scope)
    };
    let (low, likely, high) = (each(Which::Low)?, each(Which::Likely)?, each(Which::High)?);
    counter.assumed.sort();
    counter.assumed.dedup();
    Some(Visits {
        transitions: Range { low: low.transitions, likely: likely.transitions, high: high.transitions },
        express_children: Range { low: low.express, likely: likely.express, high: high.express },
        assumed: counter.assumed,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Low,
    Likely,
    High,
}

impl Which {
    fn of(self, range: Range) -> Decimal {
        match self {
            Self::Low => range.low,
            Self::Likely => range.likely,
            Self::High => range.high,
        }
    }
}

/// What it takes from somewhere to the end.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Cost {
    transitions: Decimal,
    express: Decimal,
}

impl Cost {
    fn plus(self, other: Self) -> Self {
        Self { transitions: self.transitions.saturating_add(other.transitions), express: self.express.saturating_add(other.express) }
    }
    fn times(self, factor: Decimal) -> Self {
        Self { transitions: self.transitions.saturating_mul(factor), express: self.express.saturating_mul(factor) }
    }
    fn rounded(self) -> Self {
        Self { transitions: self.transitions.round_dp(6).normalize(), express: self.express.round_dp(6).normalize() }
    }
}

struct Counter<'a> {
    known: &'a Counting,
    assumed: Vec<Assumption>,
    which: Which,
}

impl Counter<'_> {
    /// From the start of a scope to its end.
    fn scope(&mut self, scope: &Scope) -> Option<Cost> {
        let names: Vec<&String> = scope.states.keys().collect();
        let place = |name: &str| scope.states.get_index_of(name);
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        for _ in &names {
            graph.add_node(());
        }
        for (at, state) in scope.states.values().enumerate() {
            for next in ways(scope, state) {
                graph.add_edge(NodeIndex::new(at), NodeIndex::new(place(next)?), ());
            }
        }
        let mut costs: Vec<Option<Cost>> = vec![None; names.len()];
        // What is reached comes before what reaches it.
        for group in tarjan_scc(&graph) {
            let group: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
            let circular = group.len() > 1 || group.first().is_some_and(|at| graph.contains_edge(NodeIndex::new(*at), NodeIndex::new(*at)));
            if circular {
                self.circle(scope, &group, &mut costs);
            } else if let Some(at) = group.first() {
                let own = self.own(names[*at], &scope.states[*at])?;
                let rest = self.rest(names[*at], scope, &costs);
                costs[*at] = rest.map(|rest| own.plus(rest).rounded());
            }
        }
        costs.get(place(scope.start.as_deref()?)?).copied().flatten()
    }

    /// What a visit of the state itself takes.
    fn own(&mut self, name: &str, state: &State) -> Option<Cost> {
        let one = Cost { transitions: Decimal::ONE, express: Decimal::ZERO };
        let mut inner = Cost::default();
        for scope in &state.scopes {
            inner = inner.plus(self.scope(scope)?);
        }
        if state.kind != "Map" {
            return Some(one.plus(inner));
        }
        let items = self.known.items.get(name).copied();
        if items.is_none() {
            self.assumed.push(Assumption::Items(name.to_owned()));
        }
        let items = self.which.of(items.unwrap_or(ROUNDS));
        let child = match state.scopes.first().and_then(|scope| scope.distributed.as_deref()) {
            // Each iteration is an execution of its own, whose start is a transition; an express one is billed as such.
            Some("EXPRESS") => Cost { transitions: Decimal::ONE, express: Decimal::ONE },
            Some(_) => one.plus(inner),
            None => inner,
        };
        Some(one.plus(child.times(items)))
    }

    /// What follows a state that takes part in no circle; `None` when that is not known to end.
    fn rest(&self, name: &str, scope: &Scope, costs: &[Option<Cost>]) -> Option<Cost> {
        let state = scope.states.get(name)?;
        let next: Vec<(&str, Cost)> =
            ways(scope, state).into_iter().filter_map(|next| Some((next, costs[scope.states.get_index_of(next)?]?))).collect();
        if next.is_empty() {
            return state.ends().then(Cost::default);
        }
        Some(self.among(name, &next))
    }

    /// One of several ways.
    fn among(&self, name: &str, next: &[(&str, Cost)]) -> Cost {
        if let Some(shares) = self.known.choices.get(name) {
            let named: Decimal = next.iter().filter_map(|(to, _)| shares.get(*to)).map(|share| share.likely.0).sum();
            let others = next.iter().filter(|(to, _)| !shares.contains_key(*to)).count();
            let each = if others == 0 { Decimal::ZERO } else { (Decimal::ONE - named).max(Decimal::ZERO) / Decimal::from(others) };
            // Shares that do not add up to one are taken in proportion.
            let whole = if others == 0 && !named.is_zero() { named } else { Decimal::ONE };
            return next.iter().fold(Cost::default(), |sum, (to, cost)| {
                let share = shares.get(*to).map_or(each, |share| share.likely.0);
                sum.plus(cost.times(share / whole))
            });
        }
        let by = |cost: &&(&str, Cost)| cost.1.transitions;
        match self.which {
            Which::Low => next.iter().min_by_key(by).map(|(_, cost)| *cost).unwrap_or_default(),
            Which::High => next.iter().max_by_key(by).map(|(_, cost)| *cost).unwrap_or_default(),
            Which::Likely => {
                let share = Decimal::ONE / Decimal::from(next.len().max(1));
                next.iter().fold(Cost::default(), |sum, (_, cost)| sum.plus(cost.times(share)))
            }
        }
    }

    /// States that lead back to themselves: what it takes from each is the solution of as many equations.
    fn circle(&mut self, scope: &Scope, group: &[usize], costs: &mut [Option<Cost>]) {
        let size = group.len();
        if size > LARGEST_LOOP {
            return;
        }
        // Row i: x_i - sum p_ij x_j = own_i + what lies outside.
        let mut rows: Vec<Vec<Decimal>> = vec![vec![Decimal::ZERO; size]; size];
        let mut right = vec![Cost::default(); size];
        for (row, at) in group.iter().enumerate() {
            let Some((name, state)) = scope.states.get_index(*at) else { return };
            let Some(own) = self.own(name, state) else { return };
            right[row] = own;
            rows[row][row] += Decimal::ONE;
            let next: Vec<usize> = ways(scope, state).into_iter().filter_map(|next| scope.states.get_index_of(next)).collect();
            let (inside, outside): (Vec<usize>, Vec<usize>) = next.into_iter().partition(|next| group.contains(next));
            let outside: Vec<(&str, Cost)> =
                outside.into_iter().filter_map(|to| Some((scope.states.get_index(to)?.0.as_str(), costs[to]?))).collect();
            let back = if outside.is_empty() {
                Decimal::ONE
            } else if inside.is_empty() {
                Decimal::ZERO
            } else {
                let rounds = self.known.loops.get(name).copied();
                if rounds.is_none() {
                    self.assumed.push(Assumption::Rounds(name.clone()));
                }
                Decimal::ONE - Decimal::ONE / self.which.of(rounds.unwrap_or(ROUNDS)).max(Decimal::ONE)
            };
            for to in &inside {
                let column = group.iter().position(|other| other == to).unwrap_or_default();
                rows[row][column] -= back / Decimal::from(inside.len());
            }
            right[row] = right[row].plus(self.among(name, &outside).times(Decimal::ONE - back));
        }
        if let Some(solved) = solve(rows, right) {
            for (row, at) in group.iter().enumerate() {
                costs[*at] = Some(solved[row].rounded());
            }
        }
    }
}

/// Where a run that goes well leads from a state. Ways to a `Fail` count only where there is no other.
fn ways<'a>(scope: &Scope, state: &'a State) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for (way, next) in state.ways() {
        if way != Way::Catch && !all.contains(&next) {
            all.push(next);
        }
    }
    let well: Vec<&str> = all.iter().copied().filter(|next| scope.states.get(*next).is_some_and(|state| state.kind != "Fail")).collect();
    if well.is_empty() { all } else { well }
}

/// Gauss's elimination; `None` when there is no one solution: a circle without a way out.
fn solve(mut rows: Vec<Vec<Decimal>>, mut right: Vec<Cost>) -> Option<Vec<Cost>> {
    let size = rows.len();
    let tiny = Decimal::new(1, 20);
    for column in 0..size {
        let pivot = (column..size).max_by_key(|row| rows[*row][column].abs())?;
        if rows[pivot][column].abs() < tiny {
            return None;
        }
        rows.swap(column, pivot);
        right.swap(column, pivot);
        let (head, lead) = (rows[column].clone(), right[column]);
        for row in (0..size).filter(|row| *row != column) {
            let factor = rows[row][column] / head[column];
            if factor.is_zero() {
                continue;
            }
            for at in column..size {
                let part = head[at].checked_mul(factor)?;
                rows[row][at] -= part;
            }
            right[row] = right[row].plus(lead.times(-factor));
        }
    }
    Some((0..size).map(|row| right[row].times(Decimal::ONE / rows[row][row])).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use serde_json::json;

    use super::*;

    fn transitions(json: &serde_json::Value, known: &Counting) -> Range {
        count(&Machine::read(json).unwrap(), known).unwrap().transitions
    }

    #[test]
    fn every_state_of_a_chain_is_one_transition() {
        let chain = json!({ "StartAt": "a", "States": { "a": { "Type": "Pass", "Next": "b" }, "b": { "Type": "Pass", "End": true } } });
        assert_eq!(transitions(&chain, &Counting::default()), Range::exact(Decimal::TWO));
    }

    #[test]
    fn branches_and_items_count() {
        let inner = json!({ "StartAt": "x", "States": { "x": { "Type": "Pass", "End": true } } });
        let both = json!({ "StartAt": "p", "States": {
            "p": { "Type": "Parallel", "Branches": [inner, inner], "Next": "m" },
            "m": { "Type": "Map", "ItemProcessor": inner, "End": true },
        } });
        let known = Counting { items: BTreeMap::from([("m".to_owned(), Range::exact(Decimal::TEN))]), ..Counting::default() };
        assert_eq!(transitions(&both, &known), Range::exact(Decimal::from(3 + 11)));
    }

    #[test]
    fn a_choice_goes_each_way_equally_often_unless_told() {
        let json = json!({ "StartAt": "c", "States": {
            "c": { "Type": "Choice", "Choices": [{ "Next": "long" }], "Default": "end" },
            "long": { "Type": "Pass", "Next": "end" },
            "end": { "Type": "Succeed" },
        } });
        let expected = Range { low: Decimal::TWO, likely: Decimal::new(25, 1), high: Decimal::from(3) };
        assert_eq!(transitions(&json, &Counting::default()), expected);
        let shares = IndexMap::from_iter([("end".to_owned(), Estimate::exact(Share(Decimal::new(9, 1))))]);
        let known = Counting { choices: IndexMap::from_iter([("c".to_owned(), shares)]), ..Counting::default() };
        assert_eq!(transitions(&json, &known).likely, Decimal::new(21, 1));
    }

    #[test]
    fn a_loop_goes_round_as_often_as_said() {
        let json = json!({ "StartAt": "wait", "States": {
            "wait": { "Type": "Wait", "Seconds": 30, "Next": "look" },
            "look": { "Type": "Task", "Resource": "x", "Next": "done?" },
            "done?": { "Type": "Choice", "Choices": [{ "Next": "end" }], "Default": "wait" },
            "end": { "Type": "Succeed" },
        } });
        let known = Counting { loops: BTreeMap::from([("done?".to_owned(), Range::exact(Decimal::from(8)))]), ..Counting::default() };
        assert_eq!(transitions(&json, &known), Range::exact(Decimal::from(3 * 8 + 1)));
        let guess = count(&Machine::read(&json).unwrap(), &Counting::default()).unwrap();
        assert_eq!(guess.assumed, [Assumption::Rounds("done?".to_owned())]);
    }

    #[test]
    fn a_circle_without_a_way_out_has_no_count() {
        let json = json!({ "StartAt": "a", "States": { "a": { "Type": "Pass", "Next": "b" }, "b": { "Type": "Pass", "Next": "a" } } });
        assert_eq!(count(&Machine::read(&json).unwrap(), &Counting::default()), None);
    }
}

//! The steps of what is remembered and no longer wanted, dependants before what they need.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;

use super::build::{Answer, PlanInput};
use super::check::Refusals;
use crate::base::address::Address;
use crate::diff::normalize;
use crate::graph::Graph;
use crate::model::plan::{Action, Drift, Reason, Step};
use crate::model::resource::{Lifecycle, OnRemove};
use crate::state::Record;

/// Adds the steps of removals after those of what stays.
pub(super) fn steps(input: &PlanInput<'_>, steps: &mut IndexMap<Address, Step>, refusals: &mut Refusals, drift: &mut Vec<Drift>) {
    let records = &input.snapshot.records;
    let wanted =
        |address: &Address| !input.destroys() && input.architecture.is_some_and(|architecture| architecture.get(address).is_some());
    let mut needed_by: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for record in records.values() {
        for need in &record.dependencies {
            needed_by.entry(need).or_default().push(&record.address);
        }
    }
    for record in leaving_order(input).into_iter().rev().filter(|record| !wanted(&record.address)) {
        // Those that needed it go first, or first stop needing it.
        let after = needed_by.get(&record.address).into_iter().flatten().map(|address| (*address).clone()).collect();
        if let Some(step) = step(input, record, after, refusals, drift) {
            steps.insert(record.address.clone(), step);
        }
    }
}

/// The records, dependencies first. A state whose records need each other in a circle is taken as it comes.
fn leaving_order<'a>(input: &PlanInput<'a>) -> Vec<&'a Record> {
    let records = &input.snapshot.records;
    let edges = records.values().map(|record| (record.address.clone(), record.dependencies.clone()));
    match Graph::of_edges(edges) {
        Ok(graph) => graph.order().filter_map(|address| records.get(address)).collect(),
        Err(_) => records.values().collect(),
    }
}

/// Whether `[[removed]]` names it, the block that it is an instance of, or what it was derived from.
fn released(input: &PlanInput<'_>, record: &Record) -> bool {
    let Some(architecture) = input.architecture else { return false };
    let names = |address: &Address| {
        let whole = address.name.split_once('[').map(|(name, _)| Address::of(&address.kind, name));
        architecture.released.contains(address) || whole.is_some_and(|whole| architecture.released.contains(&whole))
    };
    names(&record.address) || record.derived_from.as_ref().is_some_and(names)
}

fn step(input: &PlanInput<'_>, record: &Record, after: Vec<Address>, refusals: &mut Refusals, drift: &mut Vec<Drift>) -> Option<Step> {
    let address = &record.address;
    let Some(entry) = input.kind(address) else {
        refusals.unknown_kind(address, input.kinds);
        return None;
    };
    let block = input.architecture.and_then(|architecture| architecture.get(address));
    // What the block says now counts before what it said when it was applied.
    let lifecycle: &Lifecycle = block.map_or(&record.lifecycle, |resource| &resource.lifecycle);
    let answer = input.answer(address);
    let gone = answer == Answer::Gone;
    let unmanaged = lifecycle.managed == Some(false);
    let reason = if input.destroys() { Reason::DestroyRequested } else { Reason::NotInConfiguration };
    let (action, reason) = match () {
        () if gone => (Action::Forget, Reason::Vanished),
        () if unmanaged => (Action::Forget, Reason::Unmanaged),
        () if !input.destroys() && released(input, record) => (Action::Forget, Reason::Released),
        () if lifecycle.on_remove == OnRemove::Retain => (Action::Forget, Reason::Retained),
        () => (Action::Delete, reason),
    };
    if gone {
        drift.push(Drift { address: address.clone(), vanished: true, changes: Vec::new() });
    }
    let mut prior = answer.reality().map_or_else(|| record.value.clone(), |reality| PlanInput::real(entry, reality));
    normalize(entry, &mut prior);
    let step = Step {
        address: address.clone(),
        action,
        reason,
        changes: Vec::new(),
        unchanged: 0,
        id: Some(record.id.clone()).filter(|id| !id.is_empty()),
        desired: None,
        prior: Some(prior),
        after,
        derived_from: record.derived_from.clone(),
        loses: (action == Action::Delete).then(|| answer.loses(entry, record)).flatten(),
    };
    if action == Action::Delete && lifecycle.protect {
        refusals.protected(block, address, &step);
    }
    Some(step)
}

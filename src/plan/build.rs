//! Builds a plan. Pure: everything it looks at is handed in, and the same input gives the same plan.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::table::{IndexMap, with_room};

use super::check::{self, Refusals};
use super::resolve::{Known, Outlook};
use super::{adopt, remove, secrets};
use crate::base::address::Address;
use crate::base::diagnostic::Report;
use crate::base::path::{Path, Segment};
use crate::diff::{Comparison, changes, drifted, normalize, with_tags};
use crate::graph::Graph;
use crate::model::kind::{Idempotency, KindEntry};
use crate::model::plan::{Action, Change, Drift, Moved, Plan, Reason, Step};
use crate::model::reality::Reality;
use crate::model::resource::{Architecture, Resource};
use crate::model::secret::Secret;
use crate::model::value::Value;
use crate::state::mask::holds_sensitive;
use crate::state::{Mask, Record, Snapshot, Status};

/// What a plan is made of.
#[derive(Clone, Copy)]
pub struct PlanInput<'a> {
    /// All kinds.
    pub kinds: &'static [KindEntry],
    /// The project; without one, everything that is remembered is to go.
    pub architecture: Option<&'a Architecture>,
    /// What needs what in the project; an empty graph without one.
    pub graph: &'a Graph,
    /// What is remembered.
    pub snapshot: &'a Snapshot,
    /// What AWS answered for each address that was asked, `None` for one that is not there; absent altogether when AWS was not asked.
    pub realities: Option<&'a BTreeMap<Address, Option<Reality>>>,
    /// The account, when it is known.
    pub account: Option<&'a str>,
    /// The mask of the state's sensitive values, when it has any.
    pub mask: Option<&'a Mask>,
    /// Which version each secret has now, as far as that could be asked.
    pub versions: &'a BTreeMap<Secret, String>,
    /// Everything is to go.
    pub destroy: bool,
    /// What the snapshot followed: see [`super::follow`].
    pub moved: &'a [Moved],
    /// These are to be replaced, whatever differs.
    pub replace: &'a [Address],
    /// Only these, and what they need.
    pub only: &'a [Address],
    /// All but these, and what needs them.
    pub exclude: &'a [Address],
}

/// What AWS said about an address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Answer<'a> {
    /// It was not asked about this one.
    NotAsked,
    /// It is not there.
    Gone,
    /// It is like this.
    There(&'a Reality),
}

impl<'a> Answer<'a> {
    /// What is lost with the recorded thing when it is deleted, as far as AWS was asked.
    pub(super) fn loses(self, entry: &KindEntry, record: &Record) -> Option<String> {
        let outputs = self.reality().map_or(&record.outputs, |reality| &reality.outputs);
        entry.kind.loses(outputs).map(str::to_owned)
    }

    pub(super) fn reality(self) -> Option<&'a Reality> {
        match self {
            Self::There(reality) => Some(reality),
            Self::NotAsked | Self::Gone => None,
        }
    }
}

impl<'a> PlanInput<'a> {
    /// Whether everything is to go.
    pub fn destroys(&self) -> bool {
        self.destroy || self.architecture.is_none()
    }

    /// The kind of an address.
    pub fn kind(&self, address: &Address) -> Option<&'static KindEntry> {
        self.kinds.iter().find(|entry| entry.name() == address.kind)
    }

    /// What AWS said.
    pub(super) fn answer(&self, address: &Address) -> Answer<'a> {
        match self.realities.and_then(|realities| realities.get(address)) {
            None => Answer::NotAsked,
            Some(None) => Answer::Gone,
            Some(Some(reality)) => Answer::There(reality),
        }
    }

    /// A value as the state keeps it.
    pub(super) fn masked<'v>(&self, entry: &KindEntry, value: &'v Value) -> Cow<'v, Value> {
        match self.mask.filter(|_| holds_sensitive(entry.shape(), value)) {
            None => Cow::Borrowed(value),
            Some(mask) => {
                let mut value = value.clone();
                mask.apply(entry.shape(), &mut value);
                Cow::Owned(value)
            }
        }
    }

    /// What is real, with its tags, in normal form.
    pub(super) fn real(entry: &KindEntry, reality: &Reality) -> Value {
        let mut value = with_tags(reality.value.clone(), &reality.tags);
        normalize(entry, &mut value);
        value
    }
}

/// Builds the plan. What it refuses comes back as messages, all of them together: protected resources that it would delete,
/// a state of another region or account, addresses that nobody has.
pub fn build(input: &PlanInput<'_>) -> Result<Plan, Report> {
    let mut refusals = Refusals::default();
    check::input(input, &mut refusals);
    let mut plan = Plan { refreshed: input.realities.is_some(), moved: input.moved.to_vec(), ..Plan::default() };
    let mut steps: IndexMap<Address, Step> = with_room(input.architecture.map_or(0, |architecture| architecture.resources.len()));
    if let Some(architecture) = input.architecture.filter(|_| !input.destroys()) {
        let mut known = Known::new(input, architecture);
        for resource in input.graph.order().filter_map(|address| architecture.get(address)) {
            let mut step = keep(input, resource, &steps, &mut known, &mut refusals, &mut plan.drift);
            wait_through(&steps, &mut step.after);
            steps.insert(resource.address.clone(), step);
        }
    }
    remove::steps(input, &mut steps, &mut refusals, &mut plan.drift);
    order(&mut steps);
    select(input, &mut steps, &mut plan.drift);
    check::names(&steps, input, &mut refusals);
    if !refusals.report.diagnostics.is_empty() {
        return Err(refusals.report);
    }
    plan.drift.sort_by(|left, right| left.address.cmp(&right.address));
    plan.steps = steps.into_values().collect();
    Ok(plan)
}

/// What stands behind a step that changes nothing is waited for all the same, so that nobody needs to run such steps to keep the order.
fn wait_through(steps: &IndexMap<Address, Step>, after: &mut Vec<Address>) {
    let idle = |address: &Address| steps.get(address).filter(|step| !step.action.is_change());
    let behind: BTreeSet<Address> = after.iter().filter_map(idle).flat_map(|step| step.after.iter().cloned()).collect();
    let behind = behind.into_iter().filter(|address| !after.contains(address) && idle(address).is_none()).collect::<Vec<_>>();
    after.extend(behind);
}

/// The step of a resource that is in the configuration.
fn keep(
    input: &PlanInput<'_>,
    resource: &Resource,
    steps: &IndexMap<Address, Step>,
    known: &mut Known<'_>,
    refusals: &mut Refusals,
    drift: &mut Vec<Drift>,
) -> Step {
    let (entry, address) = (resource.entry, &resource.address);
    let mut desired = resource.desired.clone();
    if entry.kind.taggable() {
        desired = with_tags(desired, &resource.tags);
    }
    desired.resolve(&|to, attribute| known.value(steps, to, attribute));
    normalize(entry, &mut desired);

    let record = input.snapshot.get(address);
    let answer = input.answer(address);
    let reality = answer.reality();
    let gone = answer == Answer::Gone;
    let mut step = Step {
        address: address.clone(),
        action: Action::None,
        reason: Reason::Matches,
        changes: Vec::new(),
        unchanged: 0,
        id: reality.map(|reality| reality.id.clone()).or_else(|| record.map(|record| record.id.clone())).filter(|id| !id.is_empty()),
        desired: None,
        prior: None,
        after: input.graph.dependencies(address).cloned().collect(),
        derived_from: resource.derived_from.clone(),
        loses: None,
    };
    if !resource.is_managed() {
        if gone {
            refusals.absent(resource);
        }
        step.reason = Reason::Unmanaged;
        step.unchanged = desired.entries().map_or(0, IndexMap::len);
        step.prior = reality.map(|reality| PlanInput::real(entry, reality));
        known.add(resource, Outlook::Kept, step.prior.as_ref().unwrap_or(&desired));
        step.desired = Some(desired);
        return step;
    }

    let adoption = input.architecture.and_then(|architecture| architecture.adoption(address));
    if let Some(adoption) = adoption.filter(|_| record.is_none()) {
        adopt::decide(input, resource, adoption, &mut step, &mut desired, refusals);
        known.add(resource, Outlook::Kept, &desired);
        step.desired = Some(desired);
        return step;
    }

    let Some(record) = record.filter(|record| reality.is_some() || !(gone || record.id.is_empty())) else {
        step.action = Action::Create;
        step.reason = match record {
            None => Reason::NotInState,
            Some(record) if record.status != Status::Ready || record.id.is_empty() => Reason::Unfinished,
            Some(_) => {
                drift.push(Drift { address: address.clone(), vanished: true, changes: Vec::new() });
                Reason::Vanished
            }
        };
        step.id = None;
        known.add(resource, Outlook::Made, &desired);
        step.desired = Some(desired);
        return step;
    };

    let ignore: Vec<Path> = resource.lifecycle.ignore.iter().map(|path| path.0.clone()).collect();
    let real = reality.map(|reality| PlanInput::real(entry, reality));
    let mut recorded = record.value.clone();
    normalize(entry, &mut recorded);
    keep_ignored(&mut desired, real.as_ref().unwrap_or(&recorded), &ignore);
    let real_masked = real.as_ref().map(|real| input.masked(entry, real));
    let compared = secrets::as_recorded(input, &desired, record);
    let found = changes(entry.shape(), &input.masked(entry, &compared), Some(&recorded), real_masked.as_deref(), &ignore);
    if let Some(real) = real_masked.as_deref().filter(|_| record.status == Status::Ready) {
        let drifted = drifted(entry.shape(), &recorded, real, &ignore).changes;
        if !drifted.is_empty() {
            drift.push(Drift { address: address.clone(), vanished: false, changes: drifted });
        }
    }
    decide(&mut step, input, resource, record, known, found);
    if step.action.deletes() {
        step.loses = answer.loses(entry, record);
        if resource.lifecycle.protect || record.lifecycle.protect {
            refusals.protected(Some(resource), address, &step);
        }
    }
    let outlook = if step.action.deletes() { Outlook::Made } else { Outlook::Kept };
    known.add(resource, outlook, &desired);
    step.desired = Some(desired);
    step.prior = real.or(Some(recorded));
    step
}

/// Chooses the action for something that exists.
fn decide(step: &mut Step, input: &PlanInput<'_>, resource: &Resource, record: &Record, known: &Known<'_>, found: Comparison) {
    let Comparison { changes, unchanged, undeclared: _ } = found;
    let forced: Vec<(Path, String)> = changes.iter().filter_map(|change| Some((change.path.clone(), change.replaces.clone()?))).collect();
    let requested = input.replace.contains(&resource.address);
    let replaced = replaced_dependency(&changes, !forced.is_empty(), known);
    let anew = || {
        let kind = resource.entry.kind;
        let name_is_free = kind.idempotency() != Idempotency::UniqueName || resource.name != record.name;
        let new_first = kind.new_first() || resource.lifecycle.create_before_destroy;
        if new_first && name_is_free { Action::CreateThenDelete } else { Action::Replace }
    };
    (step.action, step.reason) = match replaced {
        Some(address) if !forced.is_empty() => (anew(), Reason::DependencyReplaced { address }),
        _ if !forced.is_empty() => (anew(), Reason::CannotUpdate { attributes: forced }),
        _ if requested => (anew(), Reason::ReplaceRequested),
        _ if record.status != Status::Ready => (Action::Update, Reason::Unfinished),
        _ if changes.is_empty() => (Action::None, Reason::Matches),
        Some(address) => (Action::Update, Reason::DependencyReplaced { address }),
        None => (Action::Update, Reason::AttributesDiffer),
    };
    (step.changes, step.unchanged) = (changes, unchanged);
}

/// The resource on whose replacement every change (or every one that forces a replacement) hangs; `None` when something else changes too.
fn replaced_dependency(changes: &[Change], forced: bool, known: &Known<'_>) -> Option<Address> {
    let mut first = None;
    for change in changes.iter().filter(|change| !forced || change.replaces.is_some()) {
        let mut made = None;
        change.after.as_ref()?.references(&mut |_, address, _| {
            if known.is_made(address) {
                made.get_or_insert_with(|| address.clone());
            }
        });
        first.get_or_insert(made?);
    }
    first
}

/// Puts what is there in the place of what the user wants left alone, so that a call that sends everything sends it back unchanged.
pub(super) fn keep_ignored(desired: &mut Value, there: &Value, ignore: &[Path]) {
    for path in ignore {
        let Some((Segment::Key(last), above)) = path.segments().split_last() else { continue };
        // What a secret is worth is kept nowhere, and cannot be put back.
        if desired.at(path).is_some_and(Value::holds_secret) {
            continue;
        }
        match (there.at(path), desired.at_mut(&Path(above.to_vec()))) {
            (Some(value), Some(Value::Table(entries))) => drop(entries.insert(last.clone(), value.clone())),
            (None, Some(Value::Table(entries))) => drop(entries.shift_remove(last)),
            _ => {}
        }
    }
}

/// Keeps what `only` and `exclude` leave.
fn select(input: &PlanInput<'_>, steps: &mut IndexMap<Address, Step>, drift: &mut Vec<Drift>) {
    if input.only.is_empty() && input.exclude.is_empty() {
        return;
    }
    // Among steps as they stand, deletes included, "must be done first" says all that is to be known; and it goes in no circle any more.
    let edges = steps.values().map(|step| (step.address.clone(), step.after.clone()));
    let graph = Graph::of_edges(edges).unwrap_or_default();
    let mut left: BTreeSet<Address> = if input.only.is_empty() {
        steps.keys().cloned().collect()
    } else {
        graph.with_dependencies(input.only).into_iter().cloned().collect()
    };
    for address in graph.with_dependants(input.exclude) {
        left.remove(address);
    }
    steps.retain(|address, _| left.contains(address));
    drift.retain(|drift| left.contains(&drift.address));
    order(steps);
}

/// Brings `after` down to steps that are there and stand earlier: whatever a damaged state says, nothing waits for itself.
fn order(steps: &mut IndexMap<Address, Step>) {
    let places: BTreeMap<Address, usize> = steps.keys().cloned().zip(0..).collect();
    for (at, step) in steps.values_mut().enumerate() {
        step.after.retain(|address| places.get(address).is_some_and(|place| *place < at));
    }
}

//! The value that `plan` prints: the plan with costs beside its steps, findings and the budget.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::diff;
use crate::kinds;
use crate::model::plan::{Action, Change, Drift, Moved, Plan, Reason, Step};
use crate::render::money::Monthly;
use crate::render::value::{SENSITIVE, named};

/// What a document speaks of: its first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scope {
    /// The project's name.
    pub project: String,
    /// The environment, when one was named.
    pub environment: Option<String>,
    /// The region.
    pub region: String,
    /// The date of the prices.
    pub prices_as_of: Date,
    /// Whether the prices are more than 180 days old.
    pub prices_are_stale: bool,
}

/// What a step costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// Before it; absent when the resource does not exist.
    pub before: Option<Monthly>,
    /// After it; absent when the resource is gone.
    pub after: Option<Monthly>,
}

/// What all of it costs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CostSummary {
    /// Before the plan.
    pub before: Monthly,
    /// After it.
    pub after: Monthly,
    /// The budget that the plan breaks, in words with the place; empty when it keeps to it.
    pub over_budget: Vec<String>,
    /// Resources with a part that depends on usage nobody gave.
    pub depends_on_usage: Vec<Address>,
}

/// A finding on one line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remark {
    /// The rule's code.
    pub code: String,
    /// Its level.
    pub level: Level,
    /// The sentence.
    pub message: String,
    /// Where: `pipetoll.toml:14:10`.
    pub place: String,
}

/// What a document says beside the plan: what it speaks of, what it costs, what is wrong with it. A saved plan keeps it, to be shown again as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Beside {
    /// What it speaks of.
    pub scope: Scope,
    /// What each step costs.
    pub costs: BTreeMap<Address, Priced>,
    /// What all of it costs.
    pub cost: CostSummary,
    /// What is wrong with it.
    pub findings: Vec<Remark>,
    /// How the plan was narrowed: `--only job.daily`.
    pub narrowed: Vec<String>,
    /// How many resources that leaves out.
    pub left_out: usize,
    /// What the user wrote in each block: what a new resource shows first. A derived resource has none.
    pub written: BTreeMap<Address, BTreeSet<String>>,
}

/// The whole document.
#[derive(Debug)]
pub struct PlanDocument<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What it says beside it.
    pub beside: Beside,
    /// Shows every attribute.
    pub full: bool,
}

/// A step without what only apply needs; sensitive values are hidden.
#[derive(Serialize)]
struct StepView<'a> {
    address: &'a Address,
    action: Action,
    #[serde(flatten)]
    reason: &'a Reason,
    changes: Vec<ChangeView<'a>>,
    unchanged: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    after: &'a [Address],
    #[serde(skip_serializing_if = "Option::is_none")]
    derived_from: Option<&'a Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loses: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly: Option<&'a Priced>,
}

#[derive(Serialize)]
struct ChangeView<'a> {
    path: &'a Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<&'a str>,
    sensitive: bool,
}

/// A side of a change; that there is a sensitive value is said, so that one that is new differs from one that goes.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    Value(&'a crate::model::value::Value),
    Hidden(&'static str),
}

#[derive(Serialize)]
pub(in crate::render) struct DriftView<'a> {
    address: &'a Address,
    vanished: bool,
    changes: Vec<ChangeView<'a>>,
}

#[derive(Serialize)]
struct Counts {
    create: usize,
    update: usize,
    replace: usize,
    destroy: usize,
    adopt: usize,
    forget: usize,
    unchanged: usize,
}

#[derive(Serialize)]
struct Body<'a> {
    scope: &'a Scope,
    refreshed: bool,
    counts: Counts,
    drift: Vec<DriftView<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    moved: &'a [Moved],
    steps: Vec<StepView<'a>>,
    monthly: &'a CostSummary,
    findings: &'a [Remark],
    narrowed: &'a [String],
    left_out: usize,
}

impl Serialize for PlanDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plan = self.plan;
        let told: Vec<_> = plan.steps.iter().map(told).collect();
        let replaced = plan.count(Action::Replace) + plan.count(Action::CreateThenDelete);
        Body {
            scope: &self.beside.scope,
            refreshed: plan.refreshed,
            counts: Counts {
                create: plan.count(Action::Create),
                update: plan.count(Action::Update),
                replace: replaced,
                destroy: plan.count(Action::Delete),
                adopt: plan.count(Action::Adopt),
                forget: plan.count(Action::Forget),
                unchanged: plan.count(Action::None),
            },
            drift: drift_views(&plan.drift),
            moved: &plan.moved,
            steps: plan.steps.iter().zip(&told).map(|(step, told)| step_view(step, told, self.beside.costs.get(&step.address))).collect(),
            monthly: &self.beside.cost,
            findings: &self.beside.findings,
            narrowed: &self.beside.narrowed,
            left_out: self.beside.left_out,
        }
        .serialize(serializer)
    }
}

/// What a step changes: of a resource that is made, all that it is to be.
pub(super) fn told(step: &Step) -> Cow<'_, [Change]> {
    let made = step.desired.as_ref().filter(|_| step.action == Action::Create && step.changes.is_empty());
    match made.zip(kinds::find(&step.address.kind)) {
        Some((desired, entry)) => Cow::Owned(diff::changes(entry.shape(), desired, None, None, &[]).changes),
        None => Cow::Borrowed(&step.changes),
    }
}

fn step_view<'a>(step: &'a Step, told: &'a [Change], monthly: Option<&'a Priced>) -> StepView<'a> {
    StepView {
        address: &step.address,
        action: step.action,
        reason: &step.reason,
        changes: told.iter().map(change_view).collect(),
        unchanged: step.unchanged,
        id: step.id.as_deref(),
        after: &step.after,
        derived_from: step.derived_from.as_ref(),
        loses: step.loses.as_deref(),
        monthly,
    }
}

fn change_view(change: &Change) -> ChangeView<'_> {
    let shown = |side| if change.sensitive { named(side).map_or(Shown::Hidden(SENSITIVE), Shown::Value) } else { Shown::Value(side) };
    ChangeView {
        path: &change.path,
        before: change.before.as_ref().map(shown),
        after: change.after.as_ref().map(shown),
        replaces: change.replaces.as_deref(),
        sensitive: change.sensitive,
    }
}

pub(in crate::render) fn drift_views(drift: &[Drift]) -> Vec<DriftView<'_>> {
    drift
        .iter()
        .map(|one| DriftView { address: &one.address, vanished: one.vanished, changes: one.changes.iter().map(change_view).collect() })
        .collect()
}

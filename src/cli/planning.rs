//! Making a plan for a command: what is remembered, what is real, what is wanted, what it costs and what is wrong with it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::changed;
use super::ctx::Context;
use super::error::{Failure, Kind};
use super::project::{Project, say, unpriced};
use crate::base::address::Address;
use crate::base::beside::beside;
use crate::estimate::{self, Account, Estimate, Recorded, billed};
use crate::kinds;
use crate::model::kind::KindEntry;
use crate::model::plan::{Action, Moved, Plan, Step};
use crate::model::reality::Reality;
use crate::model::resource::Adoption;
use crate::model::secret::Secret;
use crate::model::value::Value;
use crate::plan::{self, PlanInput};
use crate::render::money::Monthly;
use crate::render::plan::{Beside, CostSummary, PlanDocument, Priced, Remark};
use crate::state::{Mask, Record, Snapshot};

/// What AWS answered.
pub(super) type Realities = BTreeMap<Address, Option<Reality>>;

/// Flags that narrow a plan.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Narrowing {
    /// Only this resource and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub only: Vec<Address>,
    /// All but this resource and what needs it; may be repeated
    #[arg(long, value_name = "ADDRESS", conflicts_with = "only")]
    pub exclude: Vec<Address>,
    /// Only what is declared otherwise than at this commit, branch or tag of git, and what it needs
    #[arg(long, value_name = "REF", conflicts_with_all = ["only", "exclude"])]
    pub changed_since: Option<String>,
    /// Replace this resource, whatever differs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<Address>,
}

impl Narrowing {
    fn words(&self) -> Vec<String> {
        let each =
            |flag: &'static str, addresses: &[Address]| addresses.iter().map(|address| format!("{flag} {address}")).collect::<Vec<_>>();
        match &self.changed_since {
            Some(reference) => vec![format!("--changed-since {reference}")],
            None => [each("--only", &self.only), each("--exclude", &self.exclude)].concat(),
        }
    }

    /// With the resources that changed in the place of the reference they changed since.
    pub(super) fn settled(&self, project: &Project, snapshot: &Snapshot, context: &Context) -> Result<Cow<'_, Self>, Failure> {
        let Some(reference) = &self.changed_since else { return Ok(Cow::Borrowed(self)) };
        let changed = changed::since(reference, project, context)?;
        let known = |address: &Address| project.architecture.get(address).is_some() || snapshot.get(address).is_some();
        let only: Vec<Address> = changed.into_iter().filter(known).collect();
        // Without any, all is left out.
        let all = || project.architecture.resources.keys().chain(snapshot.records.keys()).cloned().collect();
        let exclude = if only.is_empty() { all() } else { Vec::new() };
        Ok(Cow::Owned(Self { only, exclude, ..self.clone() }))
    }
}

/// What a plan is made from.
pub(super) struct Wanted<'a> {
    pub(super) narrowing: &'a Narrowing,
    /// Everything is to go.
    pub(super) destroy: Destroy,
    /// What AWS answered, when it was asked.
    pub(super) realities: Option<&'a Realities>,
    /// The account, when it is known.
    pub(super) account: Option<&'a str>,
    pub(super) snapshot: &'a Snapshot,
    /// What the snapshot followed.
    pub(super) moved: &'a [Moved],
    /// Which version each secret has now, as far as it was asked.
    pub(super) versions: &'a Versions,
}

/// Versions of secrets.
pub(super) type Versions = BTreeMap<Secret, String>;

/// What is remembered once it has followed the blocks that were renamed, and what moved. What is refused is said.
pub(super) fn follow(project: &Project, snapshot: Snapshot, context: &Context) -> Result<(Snapshot, Vec<Moved>), Failure> {
    match plan::follow(&project.architecture, &snapshot) {
        Ok((_, moved)) if moved.is_empty() => Ok((snapshot, moved)),
        Ok((followed, moved)) => Ok((followed.into_owned(), moved)),
        Err(report) => {
            say(context, &report.diagnostics, &project.loaded.sources);
            Err(Failure::said(Kind::Configuration))
        }
    }
}

/// Whether everything is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Destroy {
    Everything,
    Nothing,
}

/// Builds the plan. What is refused is said.
pub(super) fn build(project: &Project, wanted: &Wanted<'_>, context: &Context) -> Result<Plan, Failure> {
    for adoption in project.architecture.adoptions.iter().filter(|adoption| wanted.snapshot.get(&adoption.address).is_some()) {
        let place = project.place(adoption.span);
        context
            .remark(&format!("note: {} is in the state; its `[[adopt]]` at {place} has no effect any more and can go\n", adoption.address));
    }
    let mask: Option<Mask> = project.store()?.mask(false)?;
    let input = PlanInput {
        kinds: kinds::ALL,
        architecture: Some(&project.architecture),
        graph: &project.graph,
        snapshot: wanted.snapshot,
        realities: wanted.realities,
        account: wanted.account.or(project.architecture.settings.account.as_deref()),
        mask: mask.as_ref(),
        versions: wanted.versions,
        destroy: wanted.destroy == Destroy::Everything,
        moved: wanted.moved,
        replace: &wanted.narrowing.replace,
        only: &wanted.narrowing.only,
        exclude: &wanted.narrowing.exclude,
    };
    plan::build(&input).map_err(|report| {
        say(context, &report.diagnostics, &project.loaded.sources);
        Failure::said(Kind::Configuration)
    })
}

/// Two estimates: of what is there, and of what will be.
pub(super) struct Costs {
    pub(super) before: Estimate,
    pub(super) after: Estimate,
}

/// Prices the plan. What was recorded and cannot be read any more is said and left out.
pub(super) fn price(project: &Project, plan: &Plan, snapshot: &Snapshot, context: &Context) -> Result<Costs, Failure> {
    let pricing = project.pricing(context);
    let steps = plan.by_address();
    let vanished: BTreeSet<&Address> = plan.drift.iter().filter(|drift| drift.vanished).map(|drift| &drift.address).collect();
    let mut there: Vec<Recorded> = Vec::new();
    // What the plan leaves alone costs before what it costs after; its block tells more than the record: what starts it, for one.
    let untouched = |address: &Address| {
        steps.get(address).is_some_and(|step| step.action == Action::None && step.id.is_some())
            && project.architecture.get(address).is_some()
    };
    for record in snapshot.records.values().filter(|record| !record.id.is_empty() && !untouched(&record.address)) {
        let gone = vanished.contains(&record.address);
        let Some(entry) = kinds::find(&record.address.kind).filter(|_| !gone) else { continue };
        // What is really there is what is paid for, whoever changed it.
        let prior = steps.get(&record.address).and_then(|step| step.prior.as_ref());
        let value = prior.map_or_else(|| record.value.clone(), |prior| with_untold(prior, record, entry));
        let usage = project.architecture.get(&record.address).map(|resource| &resource.usage_value);
        match Recorded::read(&record.address, entry, &without_tags(&value), usage) {
            Ok(recorded) => there.push(recorded),
            Err(error) => context.remark(&format!("warning: {error}; it is not in the cost before\n")),
        }
    }
    // What is adopted is paid for already.
    for (step, prior) in plan.changes().filter(|step| step.action == Action::Adopt).filter_map(|step| Some((step, step.prior.as_ref()?))) {
        let Some(resource) = project.architecture.get(&step.address) else { continue };
        match Recorded::read(&step.address, resource.entry, &without_tags(prior), Some(&resource.usage_value)) {
            Ok(recorded) => there.push(recorded),
            Err(error) => context.remark(&format!("warning: {error}; it is not in the cost before\n")),
        }
    }
    let blocks = billed(&project.architecture).into_iter().filter(|item| untouched(item.address));
    let before = there.iter().map(Recorded::billed).chain(blocks).collect::<Vec<_>>();
    let stays = |address: &Address| steps.get(address).is_none_or(|step| !step.action.deletes() && step.action != Action::Forget);
    let in_plan = |address: &Address| steps.get(address).is_some_and(|step| step.action != Action::Delete && step.action != Action::Forget);
    let mut after = billed(&project.architecture);
    after.retain(|item| in_plan(item.address));
    // What the plan leaves out stays as it is, and goes on costing what it costs.
    let counted: BTreeSet<&Address> = after.iter().map(|item| item.address).collect();
    let kept = there.iter().map(Recorded::billed).filter(|item| stays(item.address) && !counted.contains(item.address));
    let kept: Vec<_> = kept.collect();
    after.extend(kept);
    Ok(Costs {
        before: estimate::estimate(&before, &pricing).map_err(unpriced)?,
        after: estimate::estimate(&after, &pricing).map_err(unpriced)?,
    })
}

/// What AWS never tells is as it was applied: a pipeline's tasks, from which follows what it starts.
fn with_untold(prior: &Value, record: &Record, entry: &KindEntry) -> Value {
    let mut value = prior.clone();
    if let (Value::Table(entries), Some(recorded), Some(fields)) = (&mut value, record.value.entries(), entry.shape().fields()) {
        for (key, told) in recorded {
            if fields.get(key).is_some_and(|field| field.shape.marks.write_only) && !entries.contains_key(key) {
                entries.insert(key.clone(), told.clone());
            }
        }
    }
    value
}

/// Tags are the engine's; no kind has them in its spec.
fn without_tags(value: &Value) -> Value {
    let mut value = value.clone();
    if let Value::Table(entries) = &mut value {
        entries.shift_remove("tags");
    }
    value
}

/// What a resource costs in an estimate.
pub(super) fn monthly(estimate: &Estimate, address: &Address) -> Option<Monthly> {
    let cost = estimate.resource(address)?;
    Some(Monthly { usd: cost.monthly, from_usage: cost.is_from_usage(), depends_on_usage: cost.depends_on_usage })
}

fn total(estimate: &Estimate) -> Monthly {
    Monthly { usd: estimate.monthly, from_usage: estimate.from_usage, depends_on_usage: estimate.depends_on_usage > 0 }
}

/// What is wrong with a plan. What goes altogether is not judged.
fn findings(project: &Project, plan: &Plan, wanted: &Wanted<'_>, context: &Context) -> Result<Vec<Remark>, Failure> {
    if wanted.destroy == Destroy::Everything {
        return Ok(Vec::new());
    }
    let options = project.lint_options(context, &[], &[])?;
    Ok(Project::remarks(&project.lint(context, Some(plan), &options, None::<&Account<'_>>)))
}

/// The document of a plan: with costs beside its steps, findings and the budget. A large plan is priced and judged at the same time.
pub(super) fn document<'a>(project: &Project, plan: &'a Plan, wanted: &Wanted<'_>, context: &Context) -> Result<PlanDocument<'a>, Failure> {
    let small = plan.steps.len() < 500;
    let (costs, findings) = beside(small, || price(project, plan, wanted.snapshot, context), || findings(project, plan, wanted, context));
    Ok(assemble(project, plan, &costs?, findings?, wanted, context))
}

fn assemble<'a>(
    project: &Project,
    plan: &'a Plan,
    costs: &Costs,
    findings: Vec<Remark>,
    wanted: &Wanted<'_>,
    context: &Context,
) -> PlanDocument<'a> {
    let priced = |step: &Step| Priced { before: monthly(&costs.before, &step.address), after: monthly(&costs.after, &step.address) };
    let verdicts = estimate::judge(&project.architecture.settings, Some(costs.before.monthly), &costs.after);
    let inside: BTreeSet<&Address> = plan.steps.iter().map(|step| &step.address).collect();
    let all: BTreeSet<&Address> = project.architecture.resources.keys().chain(wanted.snapshot.records.keys()).collect();
    let beside = Beside {
        scope: project.scope(context),
        costs: plan.changes().map(|step| (step.address.clone(), priced(step))).collect(),
        cost: CostSummary {
            before: total(&costs.before),
            after: total(&costs.after),
            over_budget: project.over_budget(&verdicts),
            depends_on_usage: costs
                .after
                .resources
                .values()
                .filter(|cost| cost.depends_on_usage)
                .map(|cost| cost.address.clone())
                .collect(),
        },
        findings,
        narrowed: wanted.narrowing.words(),
        left_out: all.difference(&inside).count(),
        written: plan.changes().filter_map(|step| written(project, step)).collect(),
    };
    PlanDocument { plan, beside, full: false }
}

/// What the user wrote in a block; a derived resource has none of its own.
fn written(project: &Project, step: &Step) -> Option<(Address, BTreeSet<String>)> {
    let resource = project.architecture.get(&step.address).filter(|resource| resource.derived_from.is_none())?;
    Some((step.address.clone(), resource.node.table()?.keys().cloned().collect()))
}

/// Whether AWS must be asked: only what exists can differ from what is remembered.
pub(super) fn has_something_to_ask(snapshot: &Snapshot) -> bool {
    !snapshot.records.is_empty()
}

/// Whether a block is only looked up, or is to adopt what exists: its values come from AWS.
pub(super) fn looks_up(project: &Project, snapshot: &Snapshot) -> bool {
    let adopts = |adoption: &Adoption| snapshot.get(&adoption.address).is_none();
    project.architecture.resources.values().any(|resource| !resource.is_managed()) || project.architecture.adoptions.iter().any(adopts)
}

//! What a pipeline is billed for. What its tasks run is billed where it is declared.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::asl::{self, Assumption, Counting};
use super::definition;
use super::spec::{Spec, Usage, Workflow};
use super::task;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::{Duration, Rate, Size, show_count};
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Estimate, Range};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// How long a crawler is taken to run when nobody says: low, likely, high minutes.
const CRAWLER_MINUTES: (u64, u64, u64) = (1, 5, 30);
/// How long a cluster is taken to live.
const CLUSTER_MINUTES: (u64, u64, u64) = (10, 40, 120);

pub(super) fn items(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
    let scheduled = scheduled(spec, context);
    let runs = usage.runs.map(|runs| (runs.map(Rate::monthly), Basis::Usage)).or(match (scheduled, context.starts) {
        (Some(scheduled), starts) => Some((Range::exact(scheduled) + starts.unwrap_or(Range::ZERO), Basis::Schedule)),
        (None, Some(starts)) => Some((starts, Basis::Schedule)),
        (None, None) => None,
    });
    let mut items = match spec.workflow {
        Workflow::Standard => standard(spec, usage, runs, context),
        Workflow::Express => express(usage, runs),
    };
    if let Some(fires) = scheduled {
        let item = CostItem::known("schedule", "Starts by the schedule", "eventbridge.scheduler", Range::exact(fires), Basis::Schedule);
        items.push(item.because(format!("{} starts a month", show_count(fires.round_dp(2).normalize()))));
    }
    items
}

/// How often a month its own schedule starts it.
fn scheduled(spec: &Spec, context: &CostContext<'_>) -> Option<Decimal> {
    let schedule = Schedule::parse(spec.schedule.as_deref().filter(|_| spec.enabled)?, Dialect::Scheduler).ok()?;
    Some(schedule.runs_per_month(context.today))
}

fn standard(spec: &Spec, usage: &Usage, runs: Option<(Range, Basis)>, context: &CostContext<'_>) -> Vec<CostItem> {
    const ID: &str = "sfn.standard-transition";
    let mut notes = Vec::new();
    let known = Counting { loops: polls(spec, context, &mut notes), choices: usage.choices.clone(), ..Counting::default() };
    let known = known.with(&usage.items, &usage.loops);
    let visits = definition::machine(spec).and_then(|machine| asl::count(&machine, &known));
    let (Some(visits), Some((runs, basis))) = (visits, runs) else {
        return vec![CostItem::unknown("transitions", "State transitions", ID, &["usage.runs"])];
    };
    let retries = usage.retries.map_or(Range::ZERO, |retries| retries.map(|count| count.0));
    let per_run = visits.transitions + retries;
    let derivation = format!(
        "{} runs × {} transitions{}",
        show_count(runs.likely.round_dp(2).normalize()),
        per_run.likely.round_dp(2).normalize(),
        if usage.retries.is_some() { ", retries included" } else { "" }
    );
    notes.extend(visits.assumed.iter().map(|assumption| match assumption {
        Assumption::Items(state) => format!("`{state}` goes over 10 items (`usage.items`)"),
        Assumption::Rounds(state) => format!("the loop at `{state}` goes round 10 times (`usage.loops`)"),
    }));
    let mut transitions = CostItem::known("transitions", "State transitions", ID, runs * per_run, basis).because(derivation);
    if !notes.is_empty() {
        transitions = transitions.assuming(format!("assumes that {}", notes.join("; that ")));
    }
    let mut items = vec![transitions];
    if !visits.express_children.likely.is_zero() {
        let quantity = runs * visits.express_children;
        let derivation = format!("{} express executions of a distributed map", show_count(quantity.likely.round_dp(2).normalize()));
        items.push(CostItem::known("children", "Express iterations", "sfn.express-request", quantity, basis).because(derivation));
    }
    items
}

fn express(usage: &Usage, runs: Option<(Range, Basis)>) -> Vec<CostItem> {
    let Some((runs, basis)) = runs else {
        return vec![
            CostItem::unknown("requests", "Requests", "sfn.express-request", &["usage.runs"]),
            CostItem::unknown("duration", "Duration", "sfn.express-duration", &["usage.runs", "usage.duration"]),
        ];
    };
    let shown = show_count(runs.likely.round_dp(2).normalize());
    let requests = CostItem::known("requests", "Requests", "sfn.express-request", runs, basis).because(format!("{shown} runs"));
    let Some(duration) = usage.duration else {
        return vec![requests, CostItem::unknown("duration", "Duration", "sfn.express-duration", &["usage.duration"])];
    };
    let memory = usage.memory.unwrap_or_else(|| Estimate::exact(Size::bytes(64 << 20)));
    let seconds = duration.map(express_seconds);
    let gigabytes = memory.map(express_gigabytes);
    let derivation = format!("{shown} runs × {} s × {} GB", seconds.likely.normalize(), gigabytes.likely.normalize());
    let mut item = CostItem::known("duration", "Duration", "sfn.express-duration", runs * seconds * gigabytes, basis).because(derivation);
    if usage.memory.is_none() {
        item = item.assuming("assumes 64 MB of memory a run (`usage.memory`)");
    }
    vec![requests, item]
}

/// Billed in steps of 100 ms.
fn express_seconds(duration: Duration) -> Decimal {
    Decimal::from(duration.as_milliseconds().div_ceil(100).max(1)) / Decimal::TEN
}

/// Billed in steps of 64 MB.
fn express_gigabytes(memory: Size) -> Decimal {
    Decimal::from(memory.as_bytes().div_ceil(64 << 20).max(1) * 64) / Decimal::from(1024)
}

/// How often the loops go round that wait for crawlers and clusters.
fn polls(spec: &Spec, context: &CostContext<'_>, notes: &mut Vec<String>) -> BTreeMap<String, Range> {
    let mut rounds = BTreeMap::new();
    for task in task::all(&spec.task) {
        let (named, choice, pause, assumed) = match (&task.crawler, &task.cluster) {
            (Some(crawler), _) => (crawler, "ready?", asl::CRAWLER_PAUSE, CRAWLER_MINUTES),
            (None, Some(cluster)) if task.steps.is_empty() => (cluster, "ended?", asl::CLUSTER_PAUSE, CLUSTER_MINUTES),
            _ => continue,
        };
        let duration = duration_of(named, context).unwrap_or_else(|| {
            notes.push(format!(
                "{} runs {} minutes (its own `usage.duration`)",
                named.address().map_or_else(|| task.name.clone(), |address| address.to_string()),
                assumed.1
            ));
            Estimate { low: Duration::minutes(assumed.0), likely: Duration::minutes(assumed.1), high: Duration::minutes(assumed.2) }
        });
        let looks = duration.map(|duration| Decimal::from(duration.as_seconds().div_ceil(pause).max(1)));
        rounds.insert(format!("{}: {choice}", task.name), looks);
    }
    rounds
}

/// What the usage of another block says of its duration.
fn duration_of(named: &Ref, context: &CostContext<'_>) -> Option<Estimate<Duration>> {
    let usage = (context.usage)(&named.address()?)?;
    let duration: &Value = usage.get("duration")?;
    serde_json::from_value(duration.to_literal_json()).ok()
}

//! What a job is billed for: DPU-hours at the rate of its version, class and worker family.

use rust_decimal::Decimal;

use super::spec::{ExecutionClass, Spec, Type};
use super::usage::Usage;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::{Duration, HOURS_PER_MONTH, Rate, show_count};
use crate::catalog::{CapacityUnit, GlueVersion, PYTHON_SHELL_CAPACITIES, Worker};
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Estimate, Range};

/// Seconds that each run is billed for at least (Glue pricing page, read 2026-10).
const MINIMUM: u64 = 60;
/// What a Spark job without a size gets (live read-back of 2026-07), and a streaming job (Glue pricing page, read 2026-10).
const DEFAULT_SPARK_WORKERS: u32 = 10;
const DEFAULT_STREAMING_WORKERS: u32 = 2;
const DEFAULT_WORKER: &str = "G.1X";
/// The first version with the lower rates.
const CHEAPER_SINCE: &str = "6.0";

/// How much runs at once, and what it is billed as.
pub(super) struct Capacity {
    /// DPU or M-DPU of all workers together.
    pub units: Decimal,
    /// The price book's id.
    pub price: &'static str,
    /// "10 × G.1X = 10 DPU".
    pub words: String,
    /// What was assumed.
    pub assumption: Option<String>,
}

/// The DPU-hours of a month.
pub(super) fn items(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
    const METER: &str = "duration";
    let Some(capacity) = capacity(spec) else {
        return vec![CostItem::unknown(METER, "Job runs", price(spec, None), &["workers"])];
    };
    let label = format!("Job runs ({})", capacity.words);
    if spec.job_type == Type::Streaming && usage.duration.is_none() {
        return vec![always_on(spec, usage, capacity, label)];
    }
    let runs = runs(spec, usage, context);
    let (Some((runs, basis)), Some(duration)) = (runs, usage.duration) else {
        let wanted = [("usage.runs", runs.is_none()), ("usage.duration", usage.duration.is_none())];
        let missing: Vec<&'static str> = wanted.into_iter().filter(|(_, missing)| *missing).map(|(key, _)| key).collect();
        return vec![CostItem::unknown(METER, label, capacity.price, &missing)];
    };
    let billed = |time: Duration| time.as_seconds().max(MINIMUM);
    let seconds = duration.map(|time| Decimal::from(billed(time)));
    let share = share(spec, usage);
    // Divided last, so that whole hours stay whole.
    let quantity = (runs * seconds * share * capacity.units).map(|seconds| seconds / Decimal::from(3600));
    let derivation = format!(
        "{} runs × {} × {}{}",
        show_count(runs.likely.round_dp(2)),
        capacity.words,
        Duration::seconds(billed(duration.likely)),
        share_words(share),
    );
    let item = CostItem::known(METER, label, capacity.price, quantity, basis).because(derivation);
    vec![with_assumption(item, spec, usage, capacity.assumption)]
}

/// A streaming job without a duration never ends.
fn always_on(spec: &Spec, usage: &Usage, capacity: Capacity, label: String) -> CostItem {
    let share = share(spec, usage);
    let quantity = share * capacity.units * Decimal::from(HOURS_PER_MONTH);
    let item = CostItem::known("duration", label, capacity.price, quantity, Basis::Configuration).because(format!(
        "{} × {HOURS_PER_MONTH} h{}",
        capacity.words,
        share_words(share)
    ));
    with_assumption(item, spec, usage, capacity.assumption)
}

fn with_assumption(item: CostItem, spec: &Spec, usage: &Usage, of_capacity: Option<String>) -> CostItem {
    let of_share = (spec.autoscaling == Some(true) && usage.autoscaled_share.is_none())
        .then(|| "assumes all workers all the time; `usage.autoscaled_share` says otherwise".to_owned());
    let all: Vec<String> = of_capacity.into_iter().chain(of_share).collect();
    if all.is_empty() { item } else { item.assuming(all.join("; ")) }
}

/// The share of its workers that a job has: below one only where Glue may give fewer.
fn share(spec: &Spec, usage: &Usage) -> Range {
    let varies = spec.autoscaling == Some(true) || spec.execution_class == Some(ExecutionClass::Flex);
    match usage.autoscaled_share {
        Some(share) if varies => share.map(|share| share.0),
        _ => Estimate::exact(Decimal::ONE),
    }
}

fn share_words(share: Range) -> String {
    if share.likely == Decimal::ONE { String::new() } else { format!(" × {} of the workers", share.likely.normalize()) }
}

/// How much runs at once; `None` when nobody can say.
pub(super) fn capacity(spec: &Spec) -> Option<Capacity> {
    let (version, version_assumed) = version(spec);
    let mut assumed = Vec::new();
    if version_assumed && spec.job_type != Type::PythonShell {
        assumed.push(format!("assumes Glue {}, today's default", version?.name));
    }
    if spec.job_type == Type::PythonShell {
        let units = spec.max_capacity.map_or(Some(PYTHON_SHELL_CAPACITIES[0]), |units| units.to_string().parse().ok())?;
        return Some(Capacity { units, price: "glue.python-shell", words: format!("{} DPU", units.normalize()), assumption: None });
    }
    if let (Some(units), None, None) = (spec.max_capacity, &spec.worker_type, spec.workers) {
        let units: Decimal = units.to_string().parse().ok()?;
        let words = format!("{} DPU", units.normalize());
        return Some(Capacity { units, price: price(spec, None), words, assumption: joined(&assumed) });
    }
    let name = match (&spec.worker_type, spec.job_type) {
        (Some(name), _) => name.as_str(),
        (None, Type::Ray) => return None,
        (None, _) => {
            assumed.push(format!("assumes {DEFAULT_WORKER} workers, Glue's default"));
            DEFAULT_WORKER
        }
    };
    let worker = Worker::parse(name)?;
    let count = match (spec.workers, spec.job_type) {
        (Some(count), _) => count,
        (None, Type::Spark) => DEFAULT_SPARK_WORKERS,
        (None, Type::Streaming) => DEFAULT_STREAMING_WORKERS,
        (None, _) => return None,
    };
    if spec.workers.is_none() {
        assumed.push(format!("assumes {count} workers, Glue's default"));
    }
    let units = worker.capacity * Decimal::from(count);
    let words = format!("{count} × {name} = {} {}", units.normalize(), worker.unit.name());
    Some(Capacity { units, price: price(spec, Some(worker)), words, assumption: joined(&assumed) })
}

fn joined(assumed: &[String]) -> Option<String> {
    (!assumed.is_empty()).then(|| assumed.join("; "))
}

/// The version it runs on, and whether that is a guess.
fn version(spec: &Spec) -> (Option<&'static GlueVersion>, bool) {
    match spec.glue_version.as_deref().and_then(GlueVersion::parse) {
        Some(version) => (Some(version), false),
        None => (GlueVersion::default_version(), true),
    }
}

/// The price of a unit-hour: by type, worker family, class and version.
fn price(spec: &Spec, worker: Option<&Worker>) -> &'static str {
    let (version, _) = version(spec);
    let cheaper = match (version, GlueVersion::parse(CHEAPER_SINCE)) {
        (Some(version), Some(first)) => first.rank() <= version.rank(),
        _ => false,
    };
    let memory = worker.is_some_and(|worker| worker.unit == CapacityUnit::MemoryDpu);
    let flex = spec.execution_class == Some(ExecutionClass::Flex);
    match (spec.job_type, memory, flex, cheaper) {
        (Type::PythonShell, ..) => "glue.python-shell",
        (Type::Ray, ..) => "glue.ray",
        (_, true, _, true) => "glue.memory-optimized-6",
        (_, true, _, false) => "glue.memory-optimized",
        (_, false, true, true) => "glue.flex-6",
        (_, false, true, false) => "glue.flex",
        (_, false, false, true) => "glue.spark-6",
        (_, false, false, false) => "glue.spark",
    }
}

/// Runs in a month: those the user gave; else those of its schedules and of what starts it.
fn runs(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Option<(Range, Basis)> {
    if let Some(runs) = usage.runs {
        return Some((runs.map(Rate::monthly), Basis::Usage));
    }
    let own = spec.trigger.iter().filter(|trigger| trigger.start_on_creation).filter_map(|trigger| trigger.schedule.as_deref());
    let scheduled: Vec<Decimal> = spec
        .schedule
        .as_deref()
        .into_iter()
        .chain(own)
        .filter_map(|text| Schedule::parse(text, Dialect::Glue).ok())
        .map(|schedule| schedule.runs_per_month(context.today))
        .collect();
    if scheduled.is_empty() && context.starts.is_none() {
        return None;
    }
    let total = Estimate::exact(scheduled.into_iter().sum::<Decimal>());
    Some((total + context.starts.unwrap_or(Range::ZERO), Basis::Schedule))
}

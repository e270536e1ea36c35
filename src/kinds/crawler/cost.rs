//! What a crawler is billed for: DPU-hours, ten minutes a run at least.

use rust_decimal::Decimal;

use super::spec::{Spec, Usage};
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::{Duration, Rate, show_count};
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Estimate, Range};

/// Seconds that each run is billed for at least (Glue pricing page, "AWS Glue crawlers", read 2026-10).
const MINIMUM: u64 = 600;
/// What AWS's own price examples take; it decides itself, and tells in the run's metrics.
const ASSUMED_DPUS: i64 = 2;

/// The DPU-hours of a month.
pub(super) fn items(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
    const LABEL: &str = "Crawler runs";
    let Some((runs, basis)) = runs(spec, usage, context) else {
        return vec![CostItem::unknown("runs", LABEL, "glue.crawler", &missing(usage, true))];
    };
    let Some(duration) = usage.duration else {
        return vec![CostItem::unknown("runs", LABEL, "glue.crawler", &missing(usage, false))];
    };
    let dpus = usage.dpus.map_or_else(|| Estimate::exact(Decimal::from(ASSUMED_DPUS)), |dpus| dpus.map(|count| count.0));
    let seconds = duration.map(|time: Duration| Decimal::from(time.as_seconds().max(MINIMUM)));
    // Divided last, so that whole hours stay whole.
    let quantity = (runs * dpus * seconds).map(|seconds| seconds / Decimal::from(3600));
    let derivation = format!(
        "{} runs × {} DPU × {} (at least 10m)",
        show_count(runs.likely.round_dp(2)),
        dpus.likely.normalize(),
        Duration::seconds(duration.likely.as_seconds().max(MINIMUM)),
    );
    let item = CostItem::known("runs", LABEL, "glue.crawler", quantity, basis).because(derivation);
    vec![if usage.dpus.is_none() { item.assuming("assumes 2 DPU; AWS decides how many a crawler gets") } else { item }]
}

/// Runs in a month: those the user gave; else those of the schedule and of what starts it.
fn runs(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Option<(Range, Basis)> {
    if let Some(runs) = usage.runs {
        return Some((runs.map(Rate::monthly), Basis::Usage));
    }
    let scheduled = spec
        .schedule
        .as_deref()
        .and_then(|text| Schedule::parse(text, Dialect::Glue).ok())
        .map(|schedule| Estimate::exact(schedule.runs_per_month(context.today)));
    match (scheduled, context.starts) {
        (None, None) => None,
        (scheduled, starts) => Some((scheduled.unwrap_or(Range::ZERO) + starts.unwrap_or(Range::ZERO), Basis::Schedule)),
    }
}

fn missing(usage: &Usage, runs: bool) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if runs {
        missing.push("usage.runs");
    }
    if usage.duration.is_none() {
        missing.push("usage.duration");
    }
    missing
}

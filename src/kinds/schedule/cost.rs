//! What a schedule is billed for.

use jiff::civil::Date;

use super::spec::{Spec, Usage};
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::Rate;
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::{Estimate, Range};

const PRICE: &str = "eventbridge.scheduler";

/// Calls of the target.
pub(super) fn items(spec: &Spec, usage: &Usage, today: Date) -> Vec<CostItem> {
    let item = |quantity, basis| CostItem::known("invocations", "Invocations", PRICE, quantity, basis);
    if let Some(invocations) = usage.invocations {
        return vec![item(invocations.map(Rate::monthly), Basis::Usage).because("as usage says")];
    }
    if !spec.enabled {
        return vec![item(Range::ZERO, Basis::Configuration).because("switched off")];
    }
    match Schedule::parse(&spec.schedule, Dialect::Scheduler) {
        Ok(schedule) => {
            let runs = Estimate::exact(schedule.runs_per_month(today));
            vec![item(runs, Basis::Schedule).because(format!("{} fires {} times a month", spec.schedule, runs.likely.round_dp(2)))]
        }
        Err(_) => vec![CostItem::unknown("invocations", "Invocations", PRICE, &["usage.invocations"])],
    }
}

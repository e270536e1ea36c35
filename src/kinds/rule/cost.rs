//! What a rule is billed for.

use super::spec::{Spec, Usage};
use crate::base::units::{Rate, show_count};
use crate::model::cost::{Basis, CostItem};

/// Events of one's own. Rules, schedules and AWS's own events are free.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    match usage.events {
        Some(events) => {
            let because = format!("{} events", show_count(events.likely.monthly()));
            let item = CostItem::known("events", "Custom events", "eventbridge.custom-events", events.map(Rate::monthly), Basis::Usage);
            vec![item.because(because).assuming("events of at most 64 KB; every 64 KB counts as one")]
        }
        // A bus of one's own carries events of one's own.
        None if spec.bus != "default" => {
            vec![CostItem::unknown("events", "Custom events", "eventbridge.custom-events", &["usage.events"])]
        }
        None => Vec::new(),
    }
}

//! What a log group is billed for.

use rust_decimal::Decimal;

use super::spec::{Class, Spec, Usage};
use crate::base::units::Size;
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::Estimate;

/// Events are stored compressed to about 15 % (CloudWatch pricing page's own examples).
const STORED_PERCENT: i64 = 15;
/// Days of a month of 730 hours.
const DAYS_PER_MONTH_HUNDREDTHS: i64 = 3042;
/// Events that are kept for ever are counted after a year.
const COUNTED_DAYS: u32 = 365;

/// Data in, data kept, and the metrics that are counted from it.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let mut items = data(spec, usage);
    if spec.data_protection.is_some() {
        let scanned = "what CloudWatch bills for looking for sensitive data is not counted";
        items = items.into_iter().enumerate().map(|(at, item)| if at == 0 { item.assuming(scanned) } else { item }).collect();
    }
    if !spec.metric.is_empty() {
        let count = Estimate::exact(Decimal::from(spec.metric.len()));
        let item = CostItem::known("metrics", "Metrics", "cloudwatch.custom-metric", count, Basis::Configuration)
            .because(format!("{} metric(s) counted from events", spec.metric.len()));
        let has_dimensions = spec.metric.iter().any(|metric| !metric.dimensions.is_empty());
        let one = "one combination of values of each metric's dimensions; each one more is another metric";
        items.push(if has_dimensions { item.assuming(one) } else { item });
    }
    items
}

fn data(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let price = match spec.class {
        Class::InfrequentAccess => "logs.ingest-infrequent-access",
        Class::Standard => "logs.ingest",
        Class::Delivery => "logs.delivery-lambda",
    };
    let Some(ingested) = usage.ingested else {
        return vec![
            CostItem::unknown("ingest", "Data in", price, &["usage.ingested"]),
            CostItem::unknown("storage", "Storage", "logs.storage", &["usage.ingested"]),
        ];
    };
    let gigabytes = ingested.map(Size::exact_gigabytes);
    let days = spec.retention_days.unwrap_or(COUNTED_DAYS);
    let kept = Decimal::from(days) / Decimal::new(DAYS_PER_MONTH_HUNDREDTHS, 2) * Decimal::new(STORED_PERCENT, 2);
    let storage = CostItem::known("storage", "Storage", "logs.storage", gigabytes * kept, Basis::Usage)
        .because(format!("{} a month, kept {days} days, compressed to {STORED_PERCENT} %", ingested.likely));
    let storage = if spec.retention_days.is_none() {
        storage.assuming(format!("events are kept for ever; storage is counted after {COUNTED_DAYS} days"))
    } else {
        storage
    };
    let because = format!("{} a month", ingested.likely);
    vec![CostItem::known("ingest", "Data in", price, gigabytes, Basis::Usage).because(because), storage]
}

//! What a stream is billed for.

use rust_decimal::Decimal;

use super::spec::{Mode, Spec, Usage};
use crate::base::units::{HOURS_PER_MONTH, Rate, Size, show_count};
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::{Estimate, Range};

/// A PUT payload unit is 25 KB (Kinesis pricing page).
const UNIT: u64 = 25 << 10;
/// On-demand streams round every record up to 1 KB (Kinesis pricing page).
const ROUNDING: u64 = 1 << 10;

/// Shards, writes, retention; for on-demand streams the stream itself and the GB in and out.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    match spec.mode {
        Mode::Provisioned => provisioned(spec, usage),
        Mode::OnDemand => on_demand(spec, usage),
    }
}

fn provisioned(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let shards = spec.shard_count().unwrap_or(1);
    let shard_hours = Estimate::exact(Decimal::from(shards) * Decimal::from(HOURS_PER_MONTH));
    let label = format!("Shards ({shards})");
    let because = format!("{shards} shards × {HOURS_PER_MONTH} h");
    let mut items = vec![CostItem::known("shards", label, "kinesis.shard", shard_hours, Basis::Configuration).because(&because)];
    if spec.retention.as_hours() > 24 {
        items.push(
            CostItem::known("retention", "Extended retention", "kinesis.extended-retention", shard_hours, Basis::Configuration)
                .because(because)
                .assuming("retention beyond 24 hours is billed by the shard-hour; beyond 7 days also by the GB, which is not counted"),
        );
    }
    items.push(match usage.records {
        Some(records) => {
            let size = usage.record_size.unwrap_or_else(|| Estimate::exact(Size::bytes(UNIT)));
            let units =
                records.with(size, |rate: Rate, size: Size| rate.monthly().saturating_mul(size.as_bytes().div_ceil(UNIT).max(1).into()));
            let per_record = size.likely.as_bytes().div_ceil(UNIT).max(1);
            CostItem::known("puts", "Payload units", "kinesis.put-units", units, Basis::Usage)
                .because(format!("{} records × {per_record} unit(s) of 25 KB", show_count(records.likely.monthly())))
        }
        None => CostItem::unknown("puts", "Payload units", "kinesis.put-units", &["usage.records"]),
    });
    items
}

fn on_demand(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let hours = Estimate::exact(Decimal::from(HOURS_PER_MONTH));
    let mut items = vec![
        CostItem::known("stream", "Stream", "kinesis.ondemand-stream", hours, Basis::Configuration).because(format!("{HOURS_PER_MONTH} h")),
    ];
    let (Some(records), Some(size)) = (usage.records, usage.record_size) else {
        let missing: &[&str] = if usage.records.is_none() { &["usage.records", "usage.record_size"] } else { &["usage.record_size"] };
        items.push(CostItem::unknown("in", "Data in", "kinesis.ondemand-in", missing));
        items.push(CostItem::unknown("out", "Data out", "kinesis.ondemand-out", missing));
        return items;
    };
    let gigabytes: Range = records.with(size, |rate: Rate, size: Size| {
        let rounded = size.as_bytes().div_ceil(ROUNDING).max(1).saturating_mul(ROUNDING);
        rate.monthly().saturating_mul(rounded.into()) / Decimal::from(1u64 << 30)
    });
    let derivation = format!("{} records × {}", show_count(records.likely.monthly()), size.likely);
    items.push(CostItem::known("in", "Data in", "kinesis.ondemand-in", gigabytes, Basis::Usage).because(&derivation));
    let consumers = Decimal::from(usage.consumers.unwrap_or(1));
    items.push(
        CostItem::known("out", "Data out", "kinesis.ondemand-out", gigabytes * consumers, Basis::Usage)
            .because(format!("{derivation} × {consumers} consumer(s)")),
    );
    if spec.retention.as_hours() > 24 {
        let kept = Decimal::from(spec.retention.as_hours().min(168) - 24) / Decimal::from(HOURS_PER_MONTH);
        items.push(
            CostItem::known("retention", "Extended retention", "kinesis.ondemand-extended-retention", gigabytes * kept, Basis::Usage)
                .because(format!("{derivation}, kept {} beyond 24 h", spec.retention)),
        );
    }
    items
}

//! What a table is billed for.

use rust_decimal::Decimal;

use super::spec::{Billing, Spec, TableClass, Usage};
use crate::base::units::{HOURS_PER_MONTH, Rate, Size, show_count};
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::{Estimate, Range};

/// A write unit (DynamoDB pricing page).
const WRITE_UNIT: u64 = 1 << 10;
/// A read unit (DynamoDB pricing page).
const READ_UNIT: u64 = 4 << 10;

/// Requests or capacity, data kept, backups, reads of the stream.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let mut items = match spec.billing_mode {
        Billing::OnDemand => on_demand(spec, usage),
        Billing::Provisioned => provisioned(spec),
    };
    let gigabytes = usage.storage.map(|size| size.map(Size::exact_gigabytes));
    items.push(kept("storage", "Storage", "dynamodb.storage", gigabytes, usage));
    if spec.point_in_time_recovery == Some(true) {
        items.push(kept("recovery", "Point-in-time recovery", "dynamodb.pitr", gigabytes, usage));
    }
    if spec.stream.is_some()
        && let Some(reads) = usage.stream_reads
    {
        items.push(
            CostItem::known("stream_reads", "Stream reads", "dynamodb.streams-read", reads.map(Rate::monthly), Basis::Usage)
                .because(format!("{} reads by others than Lambda", show_count(reads.likely.monthly()))),
        );
    }
    if spec.table_class == Some(TableClass::StandardInfrequentAccess) {
        let dearer = "priced as a standard table; the infrequent-access class has cheaper storage and dearer requests";
        items = items.into_iter().map(|item| item.assuming(dearer)).collect();
    }
    let insights = spec.contributor_insights.is_some() || spec.index.iter().any(|index| index.contributor_insights.is_some());
    let uncounted = [
        (!spec.kinesis.is_empty(), "what DynamoDB bills for each change that it tells to Kinesis is not counted"),
        (insights, "what CloudWatch bills for Contributor Insights is not counted"),
    ];
    for (_, assumption) in uncounted.iter().filter(|(applies, _)| *applies) {
        items = items.into_iter().enumerate().map(|(at, item)| if at == 0 { item.assuming(*assumption) } else { item }).collect();
    }
    items
}

fn kept(meter: &str, label: &str, price: &str, gigabytes: Option<Range>, usage: &Usage) -> CostItem {
    match (gigabytes, usage.storage) {
        (Some(gigabytes), Some(size)) => {
            CostItem::known(meter, label, price, gigabytes, Basis::Usage).because(format!("{} kept all month", size.likely))
        }
        _ => CostItem::unknown(meter, label, price, &["usage.storage"]),
    }
}

fn provisioned(spec: &Spec) -> Vec<CostItem> {
    let own = (spec.read_capacity.unwrap_or(1), spec.write_capacity.unwrap_or(1));
    let mut items = Vec::new();
    let mut add = |place: &str, name: &str, reads: u32, writes: u32| {
        for (word, price, units) in [("read", "dynamodb.rcu", reads), ("write", "dynamodb.wcu", writes)] {
            let hours = Decimal::from(units) * Decimal::from(HOURS_PER_MONTH);
            items.push(
                CostItem::known(
                    format!("{place}{word}_capacity"),
                    format!("{units} {word} units{name}"),
                    price,
                    Estimate::exact(hours),
                    Basis::Configuration,
                )
                .because(format!("{units} units × {HOURS_PER_MONTH} h")),
            );
        }
    };
    add("", "", own.0, own.1);
    for index in &spec.index {
        let units = (index.read_capacity.unwrap_or(own.0), index.write_capacity.unwrap_or(own.1));
        add(&format!("index.{}.", index.name), &format!(", index {}", index.name), units.0, units.1);
    }
    items
}

fn on_demand(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let size = usage.item_size.unwrap_or_else(|| Estimate::exact(Size::bytes(WRITE_UNIT)));
    let units = |of: u64| size.map(|size| Decimal::from(size.as_bytes().div_ceil(of).max(1)));
    let copies = Decimal::from(1 + spec.index.len() + spec.local_index.len());
    let small = "items of at most 1 KB; `usage.item_size` says otherwise";
    let writes = match usage.writes {
        Some(writes) => {
            let quantity = writes.map(Rate::monthly) * units(WRITE_UNIT) * copies;
            let because = format!(
                "{} writes × {} unit(s) of 1 KB × {copies} for table and indexes",
                show_count(writes.likely.monthly()),
                units(WRITE_UNIT).likely
            );
            CostItem::known("writes", "Writes", "dynamodb.ondemand-write", quantity, Basis::Usage).because(because)
        }
        None => CostItem::unknown("writes", "Writes", "dynamodb.ondemand-write", &["usage.writes"]),
    };
    let reads = match usage.reads {
        Some(reads) => {
            let eventual = usage.eventual_reads == Some(true);
            let share = if eventual { Decimal::new(5, 1) } else { Decimal::ONE };
            let quantity = reads.map(Rate::monthly) * units(READ_UNIT) * share;
            let because = format!("{} reads × {} unit(s) of 4 KB × {share}", show_count(reads.likely.monthly()), units(READ_UNIT).likely);
            let item = CostItem::known("reads", "Reads", "dynamodb.ondemand-read", quantity, Basis::Usage).because(because);
            if usage.eventual_reads.is_none() {
                item.assuming("strongly consistent reads; eventually consistent ones cost half")
            } else {
                item
            }
        }
        None => CostItem::unknown("reads", "Reads", "dynamodb.ondemand-read", &["usage.reads"]),
    };
    let writes = if usage.item_size.is_none() && usage.writes.is_some() { writes.assuming(small) } else { writes };
    vec![writes, reads]
}

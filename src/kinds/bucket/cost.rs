//! What a bucket is billed for.

use super::spec::Usage;
use crate::base::units::{Rate, Size, show_count};
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::Estimate;

/// Data kept and requests. Transfer out, retrieval from archives, KMS, metrics, inventories, acceleration and what replication moves are not
/// counted.
pub(super) fn items(usage: &Usage) -> Vec<CostItem> {
    let mut items = vec![match usage.storage {
        Some(size) => storage("storage", "Storage", "s3.standard-storage", size),
        None => CostItem::unknown("storage", "Storage", "s3.standard-storage", &["usage.storage"]),
    }];
    let cheaper = [
        ("storage_infrequent", "Storage, Standard-IA", "s3.standard-ia-storage", usage.storage_infrequent),
        ("storage_one_zone", "Storage, One Zone-IA", "s3.onezone-ia-storage", usage.storage_one_zone),
        ("storage_glacier", "Storage, Glacier", "s3.glacier-storage", usage.storage_glacier),
        ("storage_deep_archive", "Storage, Deep Archive", "s3.deep-archive-storage", usage.storage_deep_archive),
    ];
    items.extend(cheaper.into_iter().filter_map(|(meter, label, price, size)| Some(storage(meter, label, price, size?))));
    if let Some(objects) = usage.tiered_objects {
        let count = objects.map(|count| count.0);
        items.push(
            CostItem::known(
                "tiered_objects",
                "Intelligent-Tiering, objects watched",
                "s3.intelligent-tiering-monitoring",
                count,
                Basis::Usage,
            )
            .because(format!("{} objects all month", show_count(objects.likely.0))),
        );
    }
    items.push(requests("puts", "PUT, COPY, POST and LIST requests", "s3.put", usage.puts, &["usage.puts"]));
    items.push(requests("gets", "GET and other requests", "s3.get", usage.gets, &["usage.gets"]));
    items
}

fn storage(meter: &str, label: &str, price: &str, size: Estimate<Size>) -> CostItem {
    CostItem::known(meter, label, price, size.map(Size::exact_gigabytes), Basis::Usage).because(format!("{} kept all month", size.likely))
}

fn requests(meter: &str, label: &str, price: &str, rate: Option<Estimate<Rate>>, missing: &[&'static str]) -> CostItem {
    match rate {
        Some(rate) => CostItem::known(meter, label, price, rate.map(Rate::monthly), Basis::Usage)
            .because(format!("{} requests", show_count(rate.likely.monthly()))),
        None => CostItem::unknown(meter, label, price, missing),
    }
}

//! What a database is billed for: objects and requests of the catalog, above the account's free million of each.

use super::spec::Usage;
use crate::base::units::{Rate, show_count};
use crate::model::cost::{Basis, CostItem};

/// Objects kept and requests made; the free million is taken off over the whole account, later.
pub(super) fn items(usage: &Usage) -> Vec<CostItem> {
    let objects = match usage.objects {
        Some(objects) => CostItem::known("objects", "Catalog objects", "glue.catalog-objects", objects.map(|count| count.0), Basis::Usage)
            .because(format!("{} objects kept for a month", show_count(objects.likely.0))),
        None => CostItem::unknown("objects", "Catalog objects", "glue.catalog-objects", &["usage.objects"]),
    };
    let requests = match usage.requests {
        Some(requests) => {
            CostItem::known("requests", "Catalog requests", "glue.catalog-requests", requests.map(Rate::monthly), Basis::Usage)
                .because(format!("{} requests", show_count(requests.likely.monthly())))
        }
        None => CostItem::unknown("requests", "Catalog requests", "glue.catalog-requests", &["usage.requests"]),
    };
    vec![objects, requests]
}

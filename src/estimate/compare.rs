//! Two estimates side by side: what a change costs, resource by resource and in all.

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::document::{Estimate, ResourceCost, values};
use crate::base::address::Address;
use crate::model::estimate::Range;

/// Before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The version of this document's form.
    pub format_version: u32,
    /// A month before.
    pub before: Range,
    /// A month after.
    pub after: Range,
    /// After less before, scenario by scenario.
    pub change: Range,
    /// The likely change in percent of the likely cost before; `None` when that is nothing.
    pub percent: Option<Decimal>,
    /// Whether either side rests on usage that the user gave.
    pub from_usage: bool,
    /// Resources of either side that depend on usage nobody gave.
    pub depends_on_usage: usize,
    /// Each resource of either side: those of after in their order, then those that are gone; a list in JSON.
    #[serde(serialize_with = "values")]
    pub resources: IndexMap<Address, ResourceChange>,
}

/// One resource before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceChange {
    /// Which.
    pub address: Address,
    /// A month before; `None` when it was not there.
    pub before: Option<Range>,
    /// A month after; `None` when it will not be there.
    pub after: Option<Range>,
    /// After less before; what is not there costs nothing.
    pub change: Range,
    /// The likely change in percent of the likely cost before; `None` when that is nothing.
    pub percent: Option<Decimal>,
    /// Whether either side rests on usage that the user gave; marked `*`.
    pub from_usage: bool,
    /// Whether either side has lines that depend on usage nobody gave; the amounts are then "at least".
    pub depends_on_usage: bool,
    /// Whether nothing is known of either side but that it depends on usage.
    pub unknown: bool,
}

/// Compares two estimates.
pub fn compare(before: &Estimate, after: &Estimate) -> Comparison {
    let mut resources: IndexMap<Address, ResourceChange> = crate::base::table::with_room(after.resources.len());
    for (address, resource) in &after.resources {
        resources.insert(address.clone(), change_of(address, before.resource(address), Some(resource)));
    }
    for (address, resource) in &before.resources {
        if !after.resources.contains_key(address) {
            resources.insert(address.clone(), change_of(address, Some(resource), None));
        }
    }
    Comparison {
        format_version: Estimate::FORMAT_VERSION,
        before: before.monthly,
        after: after.monthly,
        change: less(after.monthly, before.monthly),
        percent: percent(before.monthly, after.monthly),
        from_usage: before.from_usage || after.from_usage,
        depends_on_usage: resources.values().filter(|resource| resource.depends_on_usage).count(),
        resources,
    }
}

impl Comparison {
    /// The change of a resource.
    pub fn resource(&self, address: &Address) -> Option<&ResourceChange> {
        self.resources.get(address)
    }
}

fn change_of(address: &Address, before: Option<&ResourceCost>, after: Option<&ResourceCost>) -> ResourceChange {
    let cost = |side: Option<&ResourceCost>| side.map_or(Range::ZERO, |resource| resource.monthly);
    let either = |is: fn(&ResourceCost) -> bool| before.is_some_and(is) || after.is_some_and(is);
    ResourceChange {
        address: address.clone(),
        before: before.map(|resource| resource.monthly),
        after: after.map(|resource| resource.monthly),
        change: less(cost(after), cost(before)),
        percent: percent(cost(before), cost(after)),
        from_usage: either(ResourceCost::is_from_usage),
        depends_on_usage: either(|resource| resource.depends_on_usage),
        unknown: before.is_none_or(ResourceCost::is_unknown) && after.is_none_or(ResourceCost::is_unknown),
    }
}

fn less(after: Range, before: Range) -> Range {
    after.with(before, Decimal::saturating_sub)
}

/// Growth of the likely cost in percent, to a hundredth; `None` from nothing.
pub(super) fn percent(before: Range, after: Range) -> Option<Decimal> {
    let growth = after.likely.saturating_sub(before.likely).checked_div(before.likely)?;
    Some(growth.saturating_mul(Decimal::ONE_HUNDRED).round_dp(2).normalize())
}

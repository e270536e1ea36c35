//! `cost --explain ADDRESS`: where each figure of a resource comes from.

use rust_decimal::Decimal;
use serde::Serialize;

use super::charge::Charge;
use super::document::{Estimate, Line, PriceBook, ResourceCost};
use crate::base::address::Address;
use crate::price::Rate;

/// A resource's cost with all that led to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation<'a> {
    /// The version of this document's form.
    pub format_version: u32,
    /// The region asked for.
    pub region: &'a str,
    /// Where the prices are from.
    pub book: &'a PriceBook,
    /// The resource's sums, reasons and notes.
    pub resource: &'a ResourceCost,
    /// Its lines, each with its price.
    pub lines: Vec<ExplainedLine<'a>>,
}

/// A line with its price and what the whole account pays for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedLine<'a> {
    /// The line: quantity, how it came about, amount.
    pub line: &'a Line,
    /// Its price: tiers, date, source, confidence, and the region it is from.
    pub price: &'a Rate,
    /// What the account pays, allowance and tiers applied; `None` when no line of the price has a known quantity.
    pub account: Option<&'a Charge>,
    /// The line's part of the account's likely quantity, from 0 to 1; below 1 others share tiers and allowance.
    pub share: Option<Decimal>,
}

/// Explains the cost of a resource; `None` when the estimate has none of this address.
pub fn explain<'a>(estimate: &'a Estimate, address: &Address) -> Option<Explanation<'a>> {
    let resource = estimate.resource(address)?;
    let lines = resource.lines.iter().filter_map(|line| {
        let account = estimate.charge(line);
        let share = line.quantity.zip(account).and_then(|(own, all)| own.likely.checked_div(all.quantity.likely));
        Some(ExplainedLine { line, price: estimate.price(line)?, account, share: share.map(|share| share.round_dp(6).normalize()) })
    });
    Some(Explanation {
        format_version: Estimate::FORMAT_VERSION,
        region: &estimate.region,
        book: &estimate.book,
        resource,
        lines: lines.collect(),
    })
}

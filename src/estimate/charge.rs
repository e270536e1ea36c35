//! What an account pays: quantities of all resources summed per price, allowances taken off, tiers applied, and the sum split back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::estimate::{Estimate as Three, Range};
use crate::price::{FreePool, Rate, TierCharge, apportion, charge, total};

/// Amounts are rounded to this many digits, so that every sum of them is exact: a decimal holds 28.
const DIGITS: u32 = 12;

/// What is summed: a price, monthly or once. A one-time charge shares neither tiers nor allowances with monthly ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) price: String,
    pub(super) once: bool,
}

/// What the account pays for one price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Charge {
    /// The price's id.
    pub price: String,
    /// Paid once, and not every month.
    pub once: bool,
    /// How many lines share it.
    pub lines: usize,
    /// The units of all of them.
    pub quantity: Range,
    /// The allowance that was taken off, if there is one.
    pub free: Option<FreeUse>,
    /// The units that are paid for.
    pub billable: Range,
    /// Tier by tier.
    pub tiers: Three<Vec<TierCharge>>,
    /// US dollars, to 1e-12.
    pub usd: Range,
}

/// How much of an account's allowance one price used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreeUse {
    /// The allowance's name.
    pub pool: String,
    /// Units free each month, for all prices that share it.
    pub allowance: Decimal,
    /// The units of this price that were free.
    pub used: Range,
}

/// The sum of a price's lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    pub(super) quantity: Range,
    pub(super) lines: usize,
}

/// Charges every sum; `rate` knows each price, and `pools` are the allowances that apply.
pub(super) fn charge_all<'r>(sums: &BTreeMap<Key, Sum>, rate: &dyn Fn(&str) -> Option<&'r Rate>, pools: &[FreePool]) -> Vec<Charge> {
    let mut free: BTreeMap<&str, FreeUse> = BTreeMap::new();
    for pool in pools {
        let members: Vec<(&Key, &Sum)> = sums.iter().filter(|(key, _)| !key.once && pool.covers.contains(&key.price)).collect();
        let left = |pick: fn(&Range) -> Decimal| pool.billable(&members.iter().map(|(_, sum)| pick(&sum.quantity)).collect::<Vec<_>>());
        let (low, likely, high) = (left(|range| range.low), left(|range| range.likely), left(|range| range.high));
        for (at, (key, sum)) in members.iter().enumerate() {
            let left = Three { low: low[at], likely: likely[at], high: high[at] };
            let used = sum.quantity.with(left, Decimal::saturating_sub).map(|units| units.normalize());
            free.insert(&key.price, FreeUse { pool: pool.id.clone(), allowance: pool.quantity, used });
        }
    }
    let charged = sums.iter().filter_map(|(key, sum)| {
        let rate = rate(&key.price)?;
        let free = if key.once { None } else { free.get(key.price.as_str()).cloned() };
        let billable = free.as_ref().map_or(sum.quantity, |free| sum.quantity.with(free.used, Decimal::saturating_sub));
        let tiers = Three { low: charge(rate, billable.low), likely: charge(rate, billable.likely), high: charge(rate, billable.high) };
        let round = |tiers: &[TierCharge]| total(tiers).round_dp(DIGITS).normalize();
        let usd = Three { low: round(&tiers.low), likely: round(&tiers.likely), high: round(&tiers.high) };
        Some(Charge { price: key.price.clone(), once: key.once, lines: sum.lines, quantity: sum.quantity, free, billable, tiers, usd })
    });
    charged.collect()
}

/// Splits a charge over the lines that caused it, in proportion to their quantities and so that they add up to it exactly.
///
/// Each scenario is split by itself. A line's share may therefore fall from one scenario to the next while the account's charge
/// rises: somebody else's growth brought the cheaper tier.
pub(super) fn split(charge: &Charge, rate: &Rate, quantities: &[Range]) -> Vec<Range> {
    let likely = split_one(charge.usd.likely, charge.billable.likely == charge.quantity.likely, rate, quantities, |range| range.likely);
    if charge.usd.is_exact() && quantities.iter().all(Three::is_exact) {
        return likely.into_iter().map(Three::exact).collect();
    }
    let low = split_one(charge.usd.low, charge.billable.low == charge.quantity.low, rate, quantities, |range| range.low);
    let high = split_one(charge.usd.high, charge.billable.high == charge.quantity.high, rate, quantities, |range| range.high);
    low.into_iter().zip(likely).zip(high).map(|((low, likely), high)| Three { low, likely, high }).collect()
}

fn split_one(usd: Decimal, nothing_free: bool, rate: &Rate, quantities: &[Range], pick: fn(&Range) -> Decimal) -> Vec<Decimal> {
    let quantities: Vec<Decimal> = quantities.iter().map(pick).collect();
    // With one tier and no allowance each line pays its own, to the last digit, where no digit is lost.
    if let ([tier], true) = (rate.tiers.as_slice(), nothing_free) {
        let parts: Vec<Decimal> = quantities.iter().map(|units| units.saturating_mul(tier.usd).normalize()).collect();
        let sum = parts.iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(*part));
        if sum == usd && parts.iter().all(|part| part.scale() <= DIGITS) {
            return parts;
        }
    }
    apportion(usd, &quantities)
}

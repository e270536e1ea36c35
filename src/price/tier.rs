//! Turns a quantity into money through volume tiers, and splits an account's charge over those who caused it.

use rust_decimal::Decimal;
use serde::Serialize;

use super::rate::Rate;

/// The part of a quantity that fell into one tier, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierCharge {
    /// Volume at which the tier begins.
    pub from: Decimal,
    /// Volume at which the tier ends; none for the last.
    pub to: Option<Decimal>,
    /// The units charged in this tier.
    pub quantity: Decimal,
    /// US dollars for one unit.
    pub usd_per_unit: Decimal,
    /// US dollars for all of them, exact.
    pub usd: Decimal,
}

/// The charge for `quantity` units in a month, one entry per tier that is reached. Nothing costs nothing.
/// A product too large for a decimal stops at the largest one instead of failing.
pub fn charge(rate: &Rate, quantity: Decimal) -> Vec<TierCharge> {
    rate.tiers
        .iter()
        .filter(|tier| quantity > tier.from)
        .map(|tier| {
            let upper = tier.to.map_or(quantity, |to| to.min(quantity));
            let quantity = upper.saturating_sub(tier.from);
            TierCharge {
                from: tier.from,
                to: tier.to,
                quantity,
                usd_per_unit: tier.usd,
                usd: quantity.saturating_mul(tier.usd).normalize(),
            }
        })
        .collect()
}

/// The sum of the tiers' charges in US dollars.
pub fn total(charges: &[TierCharge]) -> Decimal {
    charges.iter().fold(Decimal::ZERO, |sum, charge| sum.saturating_add(charge.usd))
}

/// The charge of the account for all `quantities` together, split over them. The parts add up to it exactly.
pub fn shares(rate: &Rate, quantities: &[Decimal]) -> Vec<Decimal> {
    let all = quantities.iter().fold(Decimal::ZERO, |sum, quantity| sum.saturating_add((*quantity).max(Decimal::ZERO)));
    apportion(total(&charge(rate, all)), quantities)
}

/// Splits `amount` in proportion to `weights`, in steps of 1e-12 (finer when the amount itself is), so that the parts
/// add up to it exactly. What rounding down leaves goes to the largest remainders, the first of equals first.
/// Negative weights count as zero; when all are zero the parts are equal.
pub fn apportion(amount: Decimal, weights: &[Decimal]) -> Vec<Decimal> {
    const DIGITS: u32 = 12;
    if weights.is_empty() {
        return Vec::new();
    }
    let mut weights: Vec<Decimal> = weights.iter().map(|weight| (*weight).max(Decimal::ZERO)).collect();
    if weights.iter().all(Decimal::is_zero) {
        weights.fill(Decimal::ONE);
    }
    // A common divisor first, so that the sum of large weights cannot overflow.
    let largest = weights.iter().copied().fold(Decimal::ZERO, Decimal::max);
    let relative: Vec<Decimal> = weights.iter().map(|weight| weight.checked_div(largest).unwrap_or(Decimal::ONE)).collect();
    let sum = relative.iter().fold(Decimal::ZERO, |sum, weight| sum.saturating_add(*weight));

    // A decimal holds 28 digits: very large amounts leave fewer behind the point.
    let whole_digits = u32::try_from(amount.abs().trunc().to_string().len()).unwrap_or(28);
    let digits = DIGITS.min(27_u32.saturating_sub(whole_digits)).max(amount.normalize().scale());
    let mut parts = Vec::with_capacity(relative.len());
    let mut remainders = Vec::with_capacity(relative.len());
    for (index, weight) in relative.iter().enumerate() {
        let exact = amount.saturating_mul(weight.checked_div(sum).unwrap_or_default());
        let part = exact.trunc_with_scale(digits);
        remainders.push(((exact - part).abs(), index));
        parts.push(part);
    }
    remainders.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));

    let mut left = parts.iter().fold(amount, |left, part| left.saturating_sub(*part));
    let step = Decimal::new(1, digits);
    for (_, index) in &remainders {
        if left.abs() < step {
            break;
        }
        let step = if left.is_sign_negative() { -step } else { step };
        parts[*index] += step;
        left -= step;
    }
    // Only amounts near the end of a decimal's precision leave anything here.
    if let Some((_, index)) = remainders.first() {
        parts[*index] = parts[*index].saturating_add(left);
    }
    parts.iter().map(Decimal::normalize).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rate::{Confidence, Tier};
    use super::*;

    /// A rate from the widths of its tiers and their prices in millionths of a dollar.
    fn rate(widths: &[u16], prices: &[u32]) -> Rate {
        let mut from = Decimal::ZERO;
        let mut tiers = Vec::new();
        for (index, price) in prices.iter().enumerate() {
            let to = widths.get(index).map(|width| from + Decimal::from(*width));
            tiers.push(Tier { from, to, usd: Decimal::new(i64::from(*price), 6) });
            from = to.unwrap_or_default();
        }
        Rate {
            id: "test.unit".into(),
            region: "us-east-1".into(),
            unit: "unit".into(),
            tiers,
            as_of: "2026-01-01".into(),
            source: "a test".into(),
            confidence: Confidence::Published,
            stand_in: false,
        }
    }

    fn rates() -> impl Strategy<Value = Rate> {
        (0_usize..4).prop_flat_map(|tiers| {
            (proptest::collection::vec(1_u16..200, tiers), proptest::collection::vec(0_u32..5_000_000, tiers + 1))
                .prop_map(|(widths, prices)| rate(&widths, &prices))
        })
    }

    /// The cost of unit after unit, each at the price of the tier that holds it.
    fn one_by_one(rate: &Rate, quantity: u32) -> Decimal {
        (0..quantity)
            .map(|unit| {
                let unit = Decimal::from(unit);
                let tier = rate.tiers.iter().find(|tier| unit >= tier.from && tier.to.is_none_or(|to| unit < to));
                tier.map_or(Decimal::ZERO, |tier| tier.usd)
            })
            .sum()
    }

    proptest! {
        #[test]
        fn equals_the_sum_of_single_units(rate in rates(), quantity in 0_u32..900) {
            prop_assert_eq!(total(&charge(&rate, Decimal::from(quantity))), one_by_one(&rate, quantity));
        }

        #[test]
        fn tier_quantities_add_up_to_the_quantity(rate in rates(), hundredths in 0_i64..90_000) {
            let quantity = Decimal::new(hundredths, 2);
            let sum: Decimal = charge(&rate, quantity).iter().map(|charge| charge.quantity).sum();
            prop_assert_eq!(sum, quantity);
        }

        #[test]
        fn more_never_costs_less(rate in rates(), first in 0_i64..90_000, more in 0_i64..90_000) {
            let less = total(&charge(&rate, Decimal::new(first, 2)));
            prop_assert!(total(&charge(&rate, Decimal::new(first + more, 2))) >= less);
        }

        #[test]
        fn costs_are_additive_within_a_tier(price in 0_u32..5_000_000, first in 0_i64..90_000, second in 0_i64..90_000) {
            let rate = rate(&[], &[price]);
            let apart = total(&charge(&rate, Decimal::new(first, 2))) + total(&charge(&rate, Decimal::new(second, 2)));
            prop_assert_eq!(total(&charge(&rate, Decimal::new(first + second, 2))), apart);
        }

        #[test]
        fn parts_add_up_exactly_and_stay_within_a_step(
            mantissa in 0_i64..i64::MAX,
            scale in 0_u32..16,
            weights in proptest::collection::vec(0_i64..1_000_000_000, 1..40),
        ) {
            let amount = Decimal::new(mantissa, scale);
            let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();
            let parts = apportion(amount, &weights);
            prop_assert_eq!(parts.iter().copied().sum::<Decimal>(), amount);
            let sum: Decimal = weights.iter().copied().sum();
            if !sum.is_zero() && amount < Decimal::from(1_000_000_000) {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = amount * (*weight / sum);
                    prop_assert!((*part - exact).abs() <= Decimal::new(1, 12), "{} is far from {}", part, exact);
                }
            }
        }
    }

    #[test]
    fn a_third_each_leaves_the_last_step_to_the_first() {
        let parts = apportion(Decimal::ONE, &[Decimal::ONE; 3]);
        assert_eq!(parts[0].to_string(), "0.333333333334");
        assert_eq!(parts[1].to_string(), "0.333333333333");
        assert_eq!(parts.iter().sum::<Decimal>(), Decimal::ONE);
    }

    #[test]
    fn nothing_and_less_than_nothing_cost_nothing() {
        let rate = rate(&[10], &[3, 2]);
        assert!(charge(&rate, Decimal::ZERO).is_empty());
        assert!(charge(&rate, Decimal::from(-5)).is_empty());
    }

    #[test]
    fn enormous_quantities_saturate() {
        let rate = rate(&[], &[4_000_000]);
        assert_eq!(total(&charge(&rate, Decimal::MAX)), Decimal::MAX);
        let parts = apportion(Decimal::MAX, &[Decimal::MAX, Decimal::MAX, Decimal::ZERO]);
        assert_eq!(parts[2], Decimal::ZERO);
    }

    #[test]
    fn shares_use_the_accounts_tier_for_everyone() {
        let rate = rate(&[10], &[2_000_000, 1_000_000]);
        let parts = shares(&rate, &[Decimal::from(15), Decimal::from(5)]);
        assert_eq!(parts, [Decimal::new(225, 1), Decimal::new(75, 1)]);
    }
}

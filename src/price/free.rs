//! Monthly allowances that AWS gives an account before it charges, and how contributors share them.

use rust_decimal::Decimal;
use serde::Serialize;

use super::rate::Confidence;
use super::tier::apportion;

/// An allowance of one account per month, drawn on by one or more prices together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreePool {
    /// The pool's name, `service.dimension`; not a price id, although some share the spelling.
    pub id: String,
    /// The unit of `quantity`, the same as that of the covered prices.
    pub unit: String,
    /// Free units per month.
    pub quantity: Decimal,
    /// The price ids that draw on it.
    pub covers: Vec<String>,
    /// The date of the figure, or `recall`.
    pub as_of: String,
    /// Who says so.
    pub source: String,
    /// How sure the figure is.
    pub confidence: Confidence,
}

impl FreePool {
    /// What is left to pay of each quantity once the pool has been spread over all of them in proportion.
    /// Together they are the sum less the pool, exactly, and never less than zero.
    pub fn billable(&self, quantities: &[Decimal]) -> Vec<Decimal> {
        let sum = quantities.iter().fold(Decimal::ZERO, |sum, quantity| sum.saturating_add((*quantity).max(Decimal::ZERO)));
        if sum <= self.quantity {
            return vec![Decimal::ZERO; quantities.len()];
        }
        apportion(sum.saturating_sub(self.quantity), quantities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> FreePool {
        FreePool {
            id: "test.pool".into(),
            unit: "request".into(),
            quantity: Decimal::from(100),
            covers: vec!["test.requests".into()],
            as_of: "2026-01-01".into(),
            source: "a test".into(),
            confidence: Confidence::Published,
        }
    }

    #[test]
    fn spreads_the_allowance_in_proportion() {
        let left = pool().billable(&[Decimal::from(300), Decimal::from(100)]);
        assert_eq!(left, [Decimal::from(225), Decimal::from(75)]);
    }

    #[test]
    fn leaves_nothing_to_pay_below_the_allowance() {
        assert_eq!(pool().billable(&[Decimal::from(60), Decimal::from(40)]), [Decimal::ZERO, Decimal::ZERO]);
    }
}

//! Exact amounts of US dollars.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::prose::group_digits;

/// US dollars, exact. Rounded only where shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Usd(pub Decimal);

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Rounded to the cent, half away from zero, as bills are.
    #[must_use]
    pub fn cents(self) -> Self {
        Self(self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }

    /// With its sign always shown: `+$27.70`, `-$70.00`.
    pub fn signed(self) -> String {
        if self.0.is_sign_negative() && !self.cents().0.is_zero() { self.to_string() } else { format!("+{}", Self(self.0.abs())) }
    }

    /// Whether nothing would be shown but `$0.00`.
    pub fn shows_as_zero(self) -> bool {
        self.cents().0.is_zero()
    }
}

impl fmt::Display for Usd {
    /// `$1,142.44`; an amount under a cent but above nothing is `<$0.01`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents().0;
        let text = if cents.is_zero() && !self.0.is_zero() {
            "<$0.01".to_owned()
        } else if cents.is_sign_negative() && !cents.is_zero() {
            format!("-${}", group_digits(&format!("{:.2}", cents.abs())))
        } else {
            format!("${}", group_digits(&format!("{:.2}", cents.abs())))
        };
        out.pad(&text)
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Usd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_cents_and_thousands() {
        assert_eq!(Usd(Decimal::new(114_244, 2)).to_string(), "$1,142.44");
        assert_eq!(Usd(Decimal::new(-7000, 2)).to_string(), "-$70.00");
        assert_eq!(Usd(Decimal::new(1, 4)).to_string(), "<$0.01");
        assert_eq!(Usd(Decimal::new(2770, 2)).signed(), "+$27.70");
        assert_eq!(Usd::ZERO.to_string(), "$0.00");
    }
}

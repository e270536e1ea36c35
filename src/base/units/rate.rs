//! How often something happens: `"120/s"`, `"3M/month"`, `"1/day"`.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::{UnitError, textual_unit};
use crate::base::prose::group_digits;

/// Hours in a month of a bill where no schedule says otherwise: 365 × 24 / 12.
pub const HOURS_PER_MONTH: u64 = 730;

/// More than this often is refused, so that a month's count can be multiplied: far beyond what AWS does.
const MOST: u64 = 1_000_000_000_000_000;

/// A count in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    count: Decimal,
    period: Period,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Period {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
}

impl Period {
    const ALL: [(Self, &'static str, &'static [&'static str]); 6] = [
        (Self::Second, "s", &["s", "sec", "second"]),
        (Self::Minute, "min", &["min", "minute", "m"]),
        (Self::Hour, "hour", &["h", "hour"]),
        (Self::Day, "day", &["d", "day"]),
        (Self::Week, "week", &["w", "week"]),
        (Self::Month, "month", &["month", "mo"]),
    ];

    fn seconds(self) -> u64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::Week => 604_800,
            Self::Month => HOURS_PER_MONTH * 3600,
        }
    }
}

impl Rate {
    /// So many per month of 730 hours.
    pub fn per_month(count: Decimal) -> Self {
        Self { count, period: Period::Month }
    }

    /// How many in a month of 730 hours.
    pub fn monthly(self) -> Decimal {
        self.count * Decimal::from(Period::Month.seconds()) / Decimal::from(self.period.seconds())
    }

    /// How many in a second.
    pub fn per_second(self) -> Decimal {
        self.count / Decimal::from(self.period.seconds())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Period::ALL.iter().find(|(period, _, _)| *period == self.period).map_or("month", |(_, name, _)| name);
        write!(out, "{}/{name}", short_count(self.count))
    }
}

/// `30000000` → `30M`, where nothing is lost.
fn short_count(count: Decimal) -> String {
    for (suffix, size) in [("B", 1_000_000_000u64), ("M", 1_000_000), ("k", 1000)] {
        let scaled = count / Decimal::from(size);
        if scaled >= Decimal::ONE && scaled.normalize().scale() <= 2 {
            return format!("{}{suffix}", scaled.normalize());
        }
    }
    count.normalize().to_string()
}

/// Reads a count with an optional suffix: `1200`, `1_200`, `30M`, `2.5k`, `1B`.
pub fn parse_count(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (number, factor) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1000u64),
        (at, 'M') => (&text[..at], 1_000_000),
        (at, 'B' | 'G') => (&text[..at], 1_000_000_000),
        _ => (text, 1),
    };
    let plain = number.trim().replace(['_', ','], "");
    if !plain.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    plain.parse::<Decimal>().ok()?.checked_mul(Decimal::from(factor))
}

impl FromStr for Rate {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || UnitError(format!("`{text}` is not a rate; write a count and a period, as in \"120/s\", \"3M/month\" or \"1/day\""));
        let (count, period) = text.split_once('/').ok_or_else(wrong)?;
        let count = parse_count(count).ok_or_else(wrong)?;
        if count > Decimal::from(MOST) {
            return Err(UnitError(format!("`{text}` is more often than can be counted")));
        }
        let period = period.trim().to_ascii_lowercase();
        let known = Period::ALL.iter().find(|(_, _, names)| names.contains(&period.as_str()));
        let (period, _, _) = known.ok_or_else(|| UnitError(format!("`{period}` is not a period; use s, min, hour, day, week or month")))?;
        Ok(Self { count, period: *period })
    }
}

/// A count for people: `1,200`, `30M`.
pub fn show_count(count: Decimal) -> String {
    group_digits(&short_count(count))
}

textual_unit!(Rate, "rate", "A count and a period: \"120/s\", \"3M/month\", \"1/day\".");

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_exact_over_a_month() {
        assert_eq!("30M/month".parse::<Rate>().unwrap().monthly(), Decimal::from(30_000_000));
        assert_eq!("1/s".parse::<Rate>().unwrap().monthly(), Decimal::from(2_628_000));
        assert_eq!("2.5k/day".parse::<Rate>().unwrap().to_string(), "2.5k/day");
        assert_eq!("120/s".parse::<Rate>().unwrap().per_second(), Decimal::from(120));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["30M", "x/day", "5/fortnight", "-1/s", "/s", "1e30/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        let error = "9999999999999999M/s".parse::<Rate>().unwrap_err().0;
        assert_eq!(error, "`9999999999999999M/s` is more often than can be counted");
    }
}

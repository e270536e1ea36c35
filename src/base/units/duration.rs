//! A length of time: `"90s"`, `"15m"`, `"1h30m"`, `"250ms"`, `"7d"`.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{UnitError, pairs, textual_unit};

/// A length of time in whole milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    milliseconds: u64,
}

const UNITS: [(&str, u64); 6] = [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Duration {
    /// Whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self { milliseconds: seconds.saturating_mul(1000) }
    }

    /// Whole minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// Whole hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// Whole milliseconds.
    pub const fn milliseconds(milliseconds: u64) -> Self {
        Self { milliseconds }
    }

    /// In milliseconds.
    pub const fn as_milliseconds(self) -> u64 {
        self.milliseconds
    }

    /// In seconds, rounded up: the APIs that count seconds must not cut a timeout short.
    pub const fn as_seconds(self) -> u64 {
        self.milliseconds.div_ceil(1000)
    }

    /// In minutes, rounded up.
    pub const fn as_minutes(self) -> u64 {
        self.as_seconds().div_ceil(60)
    }

    /// In hours, rounded up.
    pub const fn as_hours(self) -> u64 {
        self.as_minutes().div_ceil(60)
    }

    /// In days, rounded up.
    pub const fn as_days(self) -> u64 {
        self.as_hours().div_ceil(24)
    }

    /// In seconds, exact, for prices.
    pub fn exact_seconds(self) -> Decimal {
        Decimal::from(self.milliseconds) / Decimal::ONE_THOUSAND
    }
}

impl fmt::Display for Duration {
    /// The canonical text: the largest units first, `1h30m`; weeks and days only when whole (`7d`, not `1w`).
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milliseconds == 0 {
            return out.write_str("0s");
        }
        if self.milliseconds.is_multiple_of(86_400_000) {
            return write!(out, "{}d", self.milliseconds / 86_400_000);
        }
        let mut rest = self.milliseconds;
        for (unit, size) in &UNITS[2..] {
            if rest >= *size {
                write!(out, "{}{unit}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

impl FromStr for Duration {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || UnitError(format!("`{text}` is not a duration; write it with its unit, as in \"90s\", \"15m\" or \"1h30m\""));
        let too_long = || UnitError(format!("`{text}` is longer than can be counted"));
        let mut total = Decimal::ZERO;
        let mut seen = Vec::new();
        for (number, unit) in pairs(text).ok_or_else(wrong)? {
            let known = UNITS.iter().find(|(name, _)| *name == unit.to_ascii_lowercase());
            let (_, size) = known.ok_or_else(|| {
                if unit.is_empty() { wrong() } else { UnitError(format!("`{unit}` is not a unit of time; use ms, s, m, h, d or w")) }
            })?;
            if seen.contains(size) {
                return Err(UnitError(format!("`{unit}` stands twice in `{text}`")));
            }
            seen.push(*size);
            total = number.checked_mul(Decimal::from(*size)).and_then(|part| total.checked_add(part)).ok_or_else(too_long)?;
        }
        if !total.fract().is_zero() {
            return Err(UnitError(format!("`{text}` is finer than a millisecond")));
        }
        total.to_u64().map(Self::milliseconds).ok_or_else(too_long)
    }
}

textual_unit!(Duration, "duration", "A duration with its unit: \"90s\", \"15m\", \"1h30m\", \"250ms\", \"7d\".");

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_not_said_to_lack_a_unit() {
        for text in ["99999999999999999d", "99999999999999999999999999999999999h"] {
            assert_eq!(text.parse::<Duration>().unwrap_err().0, format!("`{text}` is longer than can be counted"));
        }
        for text in ["1.2.3h", "5", "h", ".h"] {
            assert!(text.parse::<Duration>().unwrap_err().0.contains("is not a duration"), "{text}");
        }
    }

    #[test]
    fn a_duration_has_one_canonical_text() {
        for (written, canonical) in [
            ("90s", "1m30s"),
            ("1h30m", "1h30m"),
            ("1.5h", "1h30m"),
            ("250ms", "250ms"),
            ("24h", "1d"),
            ("1w", "7d"),
            ("0s", "0s"),
            ("1 h 5 s", "1h5s"),
        ] {
            let duration: Duration = written.parse().unwrap();
            assert_eq!(duration.to_string(), canonical);
            assert_eq!(canonical.parse::<Duration>().unwrap(), duration);
        }
    }

    #[test]
    fn a_number_without_unit_is_refused() {
        for text in ["90", "", "s", "5 parsecs", "1.0001ms", "-5s", "99999999999999999999999d"] {
            assert!(text.parse::<Duration>().is_err(), "{text}");
        }
    }
}

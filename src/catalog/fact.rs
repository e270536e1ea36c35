//! Where a fact comes from, how old it is and how sure we are of it.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days after which a table counts as old: a name it does not know may simply be newer than the table.
pub const STALE_AFTER_DAYS: i32 = 120;

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Read in a page, an API model or a data file of its source.
    Documented,
    /// Nobody confirmed it: such a fact may warn, it may never refuse.
    Recalled,
}

impl Certainty {
    /// Whether something may be refused because of this fact.
    pub fn may_refuse(self) -> bool {
        self == Self::Documented
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "documented" => Some(Self::Documented),
            "recalled" => Some(Self::Recalled),
            _ => None,
        }
    }
}

/// The origin of a fact or of a whole table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provenance {
    /// The day the source was read; the first day of the month or year when only that is known.
    pub as_of: Date,
    /// The page, API model or data file.
    pub source: &'static str,
    /// Whether the source says so, or we remember it.
    pub certainty: Certainty,
}

impl Provenance {
    /// Whether the fact was read more than [`STALE_AFTER_DAYS`] days before `today`.
    pub fn is_stale(&self, today: Date) -> bool {
        self.as_of.checked_add(STALE_AFTER_DAYS.days()).is_ok_and(|limit| limit < today)
    }

    /// Whether something may be refused today because of this fact, or because a name is missing from its table.
    pub fn may_refuse(&self, today: Date) -> bool {
        self.certainty.may_refuse() && !self.is_stale(today)
    }
}

/// Reads `2026`, `2026-11` or `2026-11-20`; a shorter form means its first day.
pub(super) fn as_of(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |part| part.parse().ok())?;
    let day = parts.next().map_or(Some(1), |part| part.parse().ok())?;
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn short_dates_mean_their_first_day() {
        assert_eq!(as_of("2026").unwrap(), date(2026, 1, 1));
        assert_eq!(as_of("2026-11").unwrap(), date(2026, 11, 1));
        assert_eq!(as_of("2026-11-20").unwrap(), date(2026, 11, 20));
        assert_eq!(as_of("2026-13"), None);
        assert_eq!(as_of("2026-11-20-1"), None);
        assert_eq!(as_of(""), None);
    }

    #[test]
    fn a_fact_is_stale_only_after_120_days_and_then_no_longer_refuses() {
        let fact = Provenance { as_of: date(2026, 7, 1), source: "a page", certainty: Certainty::Documented };
        assert!(!fact.is_stale(date(2026, 10, 29)));
        assert!(fact.is_stale(date(2026, 10, 30)));
        assert!(fact.may_refuse(date(2026, 10, 29)));
        assert!(!fact.may_refuse(date(2026, 10, 30)));
        let recalled = Provenance { certainty: Certainty::Recalled, ..fact };
        assert!(!recalled.may_refuse(date(2026, 7, 2)));
    }
}

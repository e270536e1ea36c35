//! Amounts as screens show them: before → after, the mark of usage estimates, ranges, and what depends on usage.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::base::money::Usd;
use crate::model::estimate::Range;

/// What something costs in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monthly {
    /// US dollars, from low to high, of what is known.
    #[serde(deserialize_with = "range")]
    pub usd: Range,
    /// Whether usage that the user estimated is in it; marked `*`.
    pub from_usage: bool,
    /// Whether a part depends on usage that nobody gave; never shown as zero.
    pub depends_on_usage: bool,
}

/// A range as a document has it; what users write into their usage is read otherwise.
fn range<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Range, D::Error> {
    #[derive(Deserialize)]
    struct Written {
        low: Decimal,
        likely: Decimal,
        high: Decimal,
    }
    Written::deserialize(deserializer).map(|Written { low, likely, high }| Range { low, likely, high })
}

impl Monthly {
    /// Nothing, known.
    pub const ZERO: Self = Self { usd: Range::ZERO, from_usage: false, depends_on_usage: false };

    /// The likely amount.
    pub fn likely(&self) -> Usd {
        Usd(self.usd.likely)
    }

    /// `$41.20*`; `depends on usage`; `$41.20 + usage` when a part is known.
    pub(super) fn show(&self) -> String {
        let star = if self.from_usage { "*" } else { "" };
        match (self.depends_on_usage, self.usd.likely.is_zero()) {
            (true, true) => "depends on usage".to_owned(),
            (true, false) => format!("{}{star} + usage", self.likely()),
            (false, _) => format!("{}{star}", self.likely()),
        }
    }

    /// As [`Self::show`]; nothing when it costs nothing.
    pub fn words(&self) -> String {
        if self.is_free() { String::new() } else { self.show() }
    }

    /// Whether there is nothing to say: it costs nothing and does not depend on anything.
    pub(super) fn is_free(&self) -> bool {
        self.usd == Range::ZERO && !self.depends_on_usage
    }

    /// `$12.00 – $41.20`, when low and high differ in cents.
    pub(super) fn spread(&self) -> Option<String> {
        let (low, high) = (Usd(self.usd.low), Usd(self.usd.high));
        (low.cents() != high.cents()).then(|| format!("{low} – {high}"))
    }
}

/// `$41.20 → $68.90*`, or the one side that there is.
pub(super) fn transition(before: Option<&Monthly>, after: Option<&Monthly>) -> String {
    let before = before.filter(|cost| !cost.is_free());
    let after = after.filter(|cost| !cost.is_free());
    match (before, after) {
        (None, None) => String::new(),
        (None, Some(only)) => only.show(),
        (Some(only), None) => format!("{} → $0.00", only.show()),
        // What differs by less than can be seen does not differ.
        (Some(before), Some(after)) if before.show() == after.show() => after.show(),
        // The mark stands once, at the end.
        (Some(before), Some(after)) => {
            let unmarked = Monthly { from_usage: before.from_usage && !after.from_usage, ..*before };
            format!("{} → {}", unmarked.show(), after.show())
        }
    }
}

/// `+$27.70/mo`; nothing when nothing changes that is known.
pub(super) fn difference(before: Option<&Monthly>, after: Option<&Monthly>) -> String {
    let likely = |side: Option<&Monthly>| side.map_or(Usd::ZERO, Monthly::likely);
    let change = likely(after) - likely(before);
    if change.0.is_zero() { String::new() } else { format!("{}/mo", change.signed()) }
}

/// `+351%`, when there was something to compare with.
pub(super) fn percent(before: Usd, after: Usd) -> Option<String> {
    if before.shows_as_zero() {
        return None;
    }
    let share = ((after.0 - before.0) * Decimal::ONE_HUNDRED).checked_div(before.0)?.round();
    let sign = if share.is_sign_negative() { "" } else { "+" };
    Some(format!("{sign}{}%", crate::base::prose::group_digits(&share.normalize().to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(cents: i64, from_usage: bool) -> Monthly {
        Monthly { usd: Range::exact(Decimal::new(cents, 2)), from_usage, depends_on_usage: false }
    }

    #[test]
    fn before_and_after_stand_beside_each_other() {
        assert_eq!(transition(Some(&cost(4120, true)), Some(&cost(6890, true))), "$41.20 → $68.90*");
        assert_eq!(transition(None, Some(&cost(93_154, false))), "$931.54");
        assert_eq!(transition(Some(&cost(100, false)), None), "$1.00 → $0.00");
        assert_eq!(transition(Some(&cost(100, false)), Some(&cost(100, false))), "$1.00");
        assert_eq!(difference(Some(&cost(21_200, true)), Some(&cost(14_200, true))), "-$70.00/mo");
    }

    #[test]
    fn missing_usage_is_never_zero() {
        let unknown = Monthly { depends_on_usage: true, ..Monthly::ZERO };
        assert_eq!(transition(None, Some(&unknown)), "depends on usage");
        let partly = Monthly { depends_on_usage: true, ..cost(4120, true) };
        assert_eq!(partly.show(), "$41.20* + usage");
    }

    #[test]
    fn percent_needs_something_to_compare_with() {
        assert_eq!(percent(Usd(Decimal::new(25320, 2)), Usd(Decimal::new(114_244, 2))).as_deref(), Some("+351%"));
        assert_eq!(percent(Usd::ZERO, Usd(Decimal::ONE)), None);
    }
}

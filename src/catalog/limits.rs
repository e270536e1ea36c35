//! Quotas and ranges of the services by key, each with source, date and how sure it is.

use super::fact::Provenance;
use super::{nearest, table};
use rust_decimal::Decimal;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/limits.csv");

/// One quota or range.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// `lambda.function.memory`: service, thing, what is limited.
    pub key: &'static str,
    /// The smallest value, if there is a floor.
    pub min: Option<Decimal>,
    /// The largest value, if there is a ceiling.
    pub max: Option<Decimal>,
    /// What AWS takes when nothing is said.
    pub default: Option<Decimal>,
    /// The only values allowed, when they are a short list; ascending.
    pub allowed: Vec<Decimal>,
    /// What the numbers count: `MB`, `s`, `bytes`, `records` …
    pub unit: &'static str,
    /// Whether AWS raises it on request, so that an account may differ: such a limit warns only.
    pub adjustable: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Limit {
    /// Whether a value is within the range, or one of the allowed values.
    pub fn accepts(&self, value: Decimal) -> bool {
        let listed = self.allowed.is_empty() || self.allowed.contains(&value);
        listed && self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }

    /// The nearest value that is accepted.
    pub fn clamp(&self, value: Decimal) -> Decimal {
        let value = self.min.map_or(value, |min| value.max(min));
        let value = self.max.map_or(value, |max| value.min(max));
        self.allowed.iter().copied().min_by_key(|allowed| (*allowed - value).abs()).unwrap_or(value)
    }

    /// Whether breaking it may be an error rather than a warning: documented, and the same for every account.
    pub fn may_refuse(&self) -> bool {
        self.provenance.certainty.may_refuse() && !self.adjustable
    }
}

/// The limit with this key, exactly.
pub fn limit(key: &str) -> Option<&'static Limit> {
    let limits = limits();
    limits.binary_search_by(|limit| limit.key.cmp(key)).ok().map(|index| &limits[index])
}

/// The limit whose key is nearest to a mistyped one.
pub fn nearest_limit(key: &str) -> Option<&'static Limit> {
    nearest(key, limits().iter().map(|limit| limit.key)).and_then(limit)
}

/// All limits, by key.
pub fn limits() -> &'static [Limit] {
    static LIMITS: OnceLock<Vec<Limit>> = OnceLock::new();
    LIMITS.get_or_init(|| table::rows(TEXT, read))
}

fn read(row: &table::Row) -> Option<Limit> {
    Some(Limit {
        key: row.required(0)?,
        min: row.optional(1)?,
        max: row.optional(2)?,
        default: row.optional(3)?,
        allowed: row.words(4).into_iter().map(|word| word.parse().ok()).collect::<Option<_>>()?,
        unit: row.required(5)?,
        adjustable: row.flag(6)?,
        provenance: row.provenance(7)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_sourced() {
        assert_eq!(limits().len(), table::lines(TEXT));
        for pair in limits().windows(2) {
            assert!(pair[0].key < pair[1].key, "{} {}", pair[0].key, pair[1].key);
        }
        for limit in limits() {
            assert!(limit.min.is_none() || limit.max.is_none() || limit.min <= limit.max, "{}", limit.key);
            assert!(limit.default.is_none_or(|default| limit.accepts(default)), "{}", limit.key);
            assert!(limit.allowed.is_sorted(), "{}", limit.key);
            let says_something = limit.min.is_some() || limit.max.is_some() || limit.default.is_some() || !limit.allowed.is_empty();
            assert!(says_something, "{}", limit.key);
            let recalled = limit.provenance.source.contains("recall") || limit.provenance.source.contains("re:Post");
            assert_eq!(recalled, !limit.provenance.certainty.may_refuse(), "{}", limit.key);
        }
    }

    #[test]
    fn ranges_are_those_of_the_api() {
        let memory = limit("lambda.function.memory").unwrap();
        assert_eq!((memory.min, memory.max), (Some(Decimal::from(128)), Some(Decimal::from(10_240))));
        assert_eq!(memory.default, Some(Decimal::from(128)));
        assert!(!memory.accepts(Decimal::from(10_241)));
        assert_eq!(memory.clamp(Decimal::from(64)), Decimal::from(128));
        assert!(memory.may_refuse());
        assert_eq!(limit("lambda.function.timeout").unwrap().max, Some(Decimal::from(900)));
        assert_eq!(limit("stepfunctions.payload").unwrap().max, Some(Decimal::from(262_144)));
        assert_eq!(limit("glue.job.timeout").unwrap().max, Some(Decimal::from(10_080)));
    }

    #[test]
    fn listed_values_only() {
        let retention = limit("logs.retention").unwrap();
        assert!(retention.accepts(Decimal::from(14)));
        assert!(!retention.accepts(Decimal::from(15)));
        assert_eq!(retention.clamp(Decimal::from(15)), Decimal::from(14));
        assert_eq!(retention.clamp(Decimal::from(10_000)), Decimal::from(3653));
    }

    #[test]
    fn what_is_recalled_or_adjustable_never_refuses() {
        assert!(!limit("lambda.package.zipped").unwrap().may_refuse());
        assert!(!limit("lambda.account.concurrent_executions").unwrap().may_refuse());
    }

    #[test]
    fn a_mistyped_key_finds_its_neighbour() {
        assert_eq!(nearest_limit("lambda.function.memroy").unwrap().key, "lambda.function.memory");
        assert!(limit("lambda.function.memroy").is_none());
    }
}

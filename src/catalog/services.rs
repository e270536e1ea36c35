//! Service principals, and what AWS has ended: with dates and successors.

use super::fact::Provenance;
use super::table;
use jiff::civil::Date;
use std::sync::OnceLock;

const PRINCIPALS: &str = include_str!("data/principals.csv");
const RETIRED: &str = include_str!("data/retired.csv");

/// The principal that a role trusts, or that a permission is given to, by the service's name on this floor:
/// `stepfunctions` → `states.amazonaws.com`. Recalled: good for writing a policy, not for refusing one.
pub fn principal(service: &str) -> Option<&'static str> {
    let principals = principals();
    principals.binary_search_by(|(name, _)| name.cmp(&service)).ok().map(|index| principals[index].1)
}

/// The service whose principal this is: `states.amazonaws.com` → `stepfunctions`.
pub fn service_of_principal(principal: &str) -> Option<&'static str> {
    principals().iter().find(|(_, known)| *known == principal).map(|(name, _)| *name)
}

/// A service or feature that ended, or that takes no new customers.
#[derive(Debug, PartialEq, Eq)]
pub struct Retired {
    /// `datapipeline`, `glue.dev_endpoints`.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The day from which new customers are refused.
    pub closed: Option<Date>,
    /// The day from which it is gone.
    pub ended: Option<Date>,
    /// What to use instead.
    pub successor: &'static str,
    /// Where it comes from; recalled dates only warn.
    pub provenance: Provenance,
}

/// How far the retirement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retirement {
    /// Announced only.
    Announced,
    /// Closed to new customers since this day.
    Closed(Date),
    /// Gone since this day.
    Ended(Date),
}

impl Retired {
    /// How far it has come today.
    pub fn phase(&self, today: Date) -> Retirement {
        match (self.ended, self.closed) {
            (Some(date), _) if date <= today => Retirement::Ended(date),
            (_, Some(date)) if date <= today => Retirement::Closed(date),
            _ => Retirement::Announced,
        }
    }
}

/// What ended under this key.
pub fn retired(key: &str) -> Option<&'static Retired> {
    all_retired().iter().find(|retired| retired.key == key)
}

/// Everything that ended, by key.
pub fn all_retired() -> &'static [Retired] {
    static ALL: OnceLock<Vec<Retired>> = OnceLock::new();
    ALL.get_or_init(|| {
        table::rows(RETIRED, |row| {
            Some(Retired {
                key: row.required(0)?,
                name: row.required(1)?,
                closed: row.optional(2)?,
                ended: row.optional(3)?,
                successor: row.required(4)?,
                provenance: row.provenance(5)?,
            })
        })
    })
}

fn principals() -> &'static [(&'static str, &'static str)] {
    static ALL: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    ALL.get_or_init(|| table::rows(PRINCIPALS, |row| Some((row.required(0)?, row.required(1)?))))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_tables_are_whole_sorted_and_sourced() {
        assert_eq!(principals().len(), table::lines(PRINCIPALS));
        assert!(principals().windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(principals().iter().all(|(_, principal)| principal.ends_with(".amazonaws.com")));
        assert_eq!(all_retired().len(), table::lines(RETIRED));
        assert!(all_retired().windows(2).all(|pair| pair[0].key < pair[1].key));
        for retired in all_retired() {
            assert!(retired.closed.is_some() || retired.ended.is_some(), "{}", retired.key);
            assert!(retired.ended.is_none() || retired.closed <= retired.ended, "{}", retired.key);
        }
    }

    #[test]
    fn principals_are_found_both_ways() {
        assert_eq!(principal("stepfunctions"), Some("states.amazonaws.com"));
        assert_eq!(principal("emr"), Some("elasticmapreduce.amazonaws.com"));
        assert_eq!(service_of_principal("events.amazonaws.com"), Some("eventbridge"));
        assert_eq!(principal("nonsense"), None);
    }

    #[test]
    fn things_end_on_their_day() {
        let endpoints = retired("glue.dev_endpoints").unwrap();
        assert_eq!(endpoints.phase(date(2023, 3, 30)), Retirement::Announced);
        assert_eq!(endpoints.phase(date(2025, 1, 1)), Retirement::Closed(date(2023, 3, 31)));
        assert_eq!(endpoints.phase(date(2026, 4, 1)), Retirement::Ended(date(2026, 4, 1)));
        let pipeline = retired("datapipeline").unwrap();
        assert_eq!(pipeline.phase(date(2026, 11, 20)), Retirement::Closed(date(2024, 7, 25)));
        assert!(!pipeline.provenance.certainty.may_refuse());
        assert!(retired("lambda").is_none());
    }
}

//! EMR releases: their life, the instance types they take and the applications they carry.

use super::fact::{Certainty, Provenance};
use super::{nearest, table};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const RELEASES: &str = include_str!("data/emr_releases.csv");
const SUPPORT: &str = include_str!("data/emr_support.csv");
const APPLICATIONS: &str = include_str!("data/emr_applications.csv");

/// One EMR release.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// `emr-7.9.0`, `emr-spark-8.0.0`.
    pub label: &'static str,
    /// The day it came out.
    pub released: Option<Date>,
    /// The first day without standard support (about 24 months after the release).
    pub end_of_support: Option<Date>,
    /// The day from which it may vanish (about 36 months after the release).
    pub end_of_life: Option<Date>,
    /// Where the dates come from; recalled dates are bounds and only warn.
    pub provenance: Provenance,
    types_known: bool,
}

/// Where a release stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// In standard support.
    Supported,
    /// Standard support has ended, on this day.
    EndOfSupport(Date),
    /// Its life has ended, on this day.
    EndOfLife(Date),
    /// No dates are known.
    Unknown,
}

/// Whether a release carries an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inclusion {
    /// Whether it does.
    pub included: bool,
    /// Where we have it from.
    pub certainty: Certainty,
}

impl Release {
    /// The release with this label, exactly.
    pub fn parse(label: &str) -> Option<&'static Self> {
        position(label).map(|index| &releases()[index])
    }

    /// The release whose label is nearest to a mistyped one; a bare `7.9.0` means `emr-7.9.0`.
    pub fn nearest(label: &str) -> Option<&'static Self> {
        let wanted = label.trim().to_lowercase();
        let wanted = if wanted.starts_with(|letter: char| letter.is_ascii_digit()) { format!("emr-{wanted}") } else { wanted };
        if let Some(found) = Self::parse(&wanted) {
            return Some(found);
        }
        // Of equally near labels the newest is meant more often.
        nearest(&wanted, releases().iter().rev().map(|release| release.label)).and_then(Self::parse)
    }

    /// The newest release of the EMR 7 line, which is what a new cluster should use.
    pub fn newest() -> Option<&'static Self> {
        releases().iter().rev().find(|release| !release.label.contains("spark"))
    }

    /// Major, minor and patch number.
    pub fn version(&self) -> (u32, u32, u32) {
        version(self.label).unwrap_or_default()
    }

    /// Where it stands today.
    pub fn phase(&self, today: Date) -> Phase {
        match (self.end_of_life, self.end_of_support) {
            (Some(end), _) if end <= today => Phase::EndOfLife(end),
            (_, Some(end)) if end <= today => Phase::EndOfSupport(end),
            (None, None) => Phase::Unknown,
            _ => Phase::Supported,
        }
    }

    /// The instance types it takes, by name; empty when the list is not known.
    pub fn instance_types(&self) -> Vec<&'static str> {
        let Some(index) = position(self.label).filter(|_| self.types_known) else { return Vec::new() };
        support().iter().filter(|(_, ranges)| covers(ranges, index)).map(|(name, _)| *name).collect()
    }

    /// Whether it takes any Graviton type; `None` when its list is not known.
    pub fn supports_graviton(&self) -> Option<bool> {
        supports(self.label, "m6g.xlarge")
    }
}

/// All releases, oldest first within each line: 4.x, 5.x, 6.x, 7.x, spark-8.x.
pub fn releases() -> &'static [Release] {
    static ALL: OnceLock<Vec<Release>> = OnceLock::new();
    ALL.get_or_init(|| {
        table::rows(RELEASES, |row| {
            Some(Release {
                label: row.required(0)?,
                released: row.optional(1)?,
                end_of_support: row.optional(2)?,
                end_of_life: row.optional(3)?,
                types_known: row.flag(4)?,
                provenance: row.provenance(5)?,
            })
        })
    })
}

/// Whether a release takes an instance type. `None` when the release, or the list of its types, is not known. A type
/// that no release takes is `Some(false)`: ask `Table::Support` how old that is. Support is not monotonic:
/// m8i is in 6.15.0 but not in 7.0.0.
pub fn supports(release: &str, instance_type: &str) -> Option<bool> {
    let index = position(release).filter(|index| releases()[*index].types_known)?;
    Some(support().get(instance_type).is_some_and(|ranges| covers(ranges, index)))
}

/// Whether a release carries an application (any case). `None` when nobody knows: the release is unknown, or its list
/// was not read and neither its neighbours nor a page say so.
pub fn application_in(release: &str, application: &str) -> Option<Inclusion> {
    let index = position(release)?;
    let found =
        applications().iter().find(|row| row.name.eq_ignore_ascii_case(application) && row.range.0 <= index && index <= row.range.1);
    if let Some(row) = found {
        return Some(Inclusion { included: row.included, certainty: row.provenance.certainty });
    }
    complete(index).then_some(Inclusion { included: false, certainty: Certainty::Documented })
}

/// The applications that a release is known to carry, as EMR writes them, by name.
pub fn applications_of(release: &str) -> Vec<&'static str> {
    let Some(index) = position(release) else { return Vec::new() };
    applications().iter().filter(|row| row.included && row.range.0 <= index && index <= row.range.1).map(|row| row.name).collect()
}

/// The application of this release whose name is nearest to a mistyped one, sandboxes included.
pub fn nearest_application(release: &str, application: &str) -> Option<&'static str> {
    let known = applications_of(release);
    let sandbox = format!("{application}-sandbox");
    known.iter().find(|name| name.eq_ignore_ascii_case(&sandbox)).copied().or_else(|| nearest(application, known.iter().copied()))
}

/// Where the lists of instance types come from.
pub(super) fn support_provenance() -> Provenance {
    table::provenance(SUPPORT)
}

/// The origin of the newest facts on releases: how old the knowledge of their names is.
pub(super) fn provenance() -> Provenance {
    Release::newest().map_or(support_provenance(), |release| release.provenance)
}

struct Application {
    name: &'static str,
    included: bool,
    range: (usize, usize),
    provenance: Provenance,
}

fn applications() -> &'static [Application] {
    static ALL: OnceLock<Vec<Application>> = OnceLock::new();
    ALL.get_or_init(|| {
        table::rows(APPLICATIONS, |row| {
            Some(Application {
                name: row.required(0)?,
                included: row.flag(1)?,
                range: (position(row.text(2))?, position(row.text(3))?),
                provenance: row.provenance(4)?,
            })
        })
    })
}

/// Whether the table of applications is whole for this release.
fn complete(index: usize) -> bool {
    let ranges = table::head(APPLICATIONS, "complete").unwrap_or_default();
    ranges.split_whitespace().filter_map(range).any(|(first, last)| first <= index && index <= last)
}

fn support() -> &'static BTreeMap<&'static str, Vec<(usize, usize)>> {
    static SUPPORTED: OnceLock<BTreeMap<&'static str, Vec<(usize, usize)>>> = OnceLock::new();
    SUPPORTED.get_or_init(|| {
        let mut types = BTreeMap::new();
        for (ranges, names) in table::rows(SUPPORT, |row| Some((row.words(0), row.words(1)))) {
            let ranges: Vec<(usize, usize)> = ranges.into_iter().filter_map(range).collect();
            types.extend(names.into_iter().map(|name| (name, ranges.clone())));
        }
        types
    })
}

/// `7.0.0..7.9.0` or `7.14.0` as positions in [`releases`].
pub(super) fn range(text: &str) -> Option<(usize, usize)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Some((position(&format!("emr-{first}"))?, position(&format!("emr-{last}"))?))
}

pub(super) fn covers(ranges: &[(usize, usize)], index: usize) -> bool {
    ranges.iter().any(|(first, last)| *first <= index && index <= *last)
}

pub(super) fn position(label: &str) -> Option<usize> {
    static POSITIONS: OnceLock<BTreeMap<&'static str, usize>> = OnceLock::new();
    let positions = POSITIONS.get_or_init(|| releases().iter().enumerate().map(|(index, release)| (release.label, index)).collect());
    positions.get(label).copied()
}

fn version(label: &str) -> Option<(u32, u32, u32)> {
    let numbers = label.strip_prefix("emr-")?.trim_start_matches("spark-");
    let numbers = numbers.split('-').next()?;
    let mut parts = numbers.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
#[path = "releases_tests.rs"]
mod tests;

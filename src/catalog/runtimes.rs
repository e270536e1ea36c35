//! Lambda runtimes: their life, successors, architectures and SnapStart.

use super::fact::{Certainty, Provenance};
use super::instances::Architecture;
use super::{nearest, table};
use jiff::civil::Date;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/lambda_runtimes.csv");

/// How sure the architectures and the SnapStart column are; the dates carry their own provenance.
pub const RUNTIME_FEATURES: Certainty = Certainty::Recalled;

/// One Lambda runtime.
#[derive(Debug, PartialEq, Eq)]
pub struct Runtime {
    /// `python3.13`.
    pub name: &'static str,
    /// `python`, `node`, `java`, `dotnet`, `ruby`, `go`, or `custom` for those that bring their own (Go and Rust
    /// run on `provided.al2023`, PowerShell on dotnet).
    pub language: &'static str,
    /// The day its deprecation begins: no more security fixes.
    pub deprecated: Option<Date>,
    /// The day from which no function can be created with it.
    pub create_block: Option<Date>,
    /// The day from which no function that uses it can be updated.
    pub update_block: Option<Date>,
    /// What AWS names as its successor.
    pub successor: Option<&'static str>,
    /// Where it runs; recalled.
    pub architectures: Vec<Architecture>,
    /// Whether SnapStart works with it; recalled.
    pub snap_start: bool,
    /// Whether the API takes the name for a zip package. `dotnet9` exists as a container image only.
    pub zip: bool,
    /// Where the dates come from.
    pub provenance: Provenance,
}

/// Where a runtime stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimePhase {
    /// In support, or no dates are known.
    Supported,
    /// In support; its deprecation is announced for this day.
    Announced(Date),
    /// Deprecated on this day; functions can still be created and updated.
    Deprecated(Date),
    /// No new functions since this day; updates still work.
    CreateBlocked(Date),
    /// Neither creating nor updating since this day.
    UpdateBlocked(Date),
}

impl Runtime {
    /// The runtime with this name, exactly.
    pub fn parse(name: &str) -> Option<&'static Self> {
        let runtimes = runtimes();
        runtimes.binary_search_by(|runtime| runtime.name.cmp(name)).ok().map(|index| &runtimes[index])
    }

    /// The runtime meant by a mistyped or shortened name: `nodejs22` → `nodejs22.x`, `python313` → `python3.13`,
    /// `node24` → `nodejs24.x`, `go` → `provided.al2023`. Of equals the newest runtime still in support wins.
    pub fn nearest(name: &str) -> Option<&'static Self> {
        let wanted = name.trim().to_lowercase();
        let spoken = |name: &str| -> String {
            let plain = name.replace("nodejs", "node").replace(['.', '-', '_', ' '], "");
            plain.strip_suffix('x').unwrap_or(&plain).to_owned()
        };
        if let Some(found) = Self::parse(&wanted) {
            return Some(found);
        }
        if ["go", "golang", "rust"].contains(&wanted.as_str()) {
            return Self::parse("provided.al2023");
        }
        let key = spoken(&wanted);
        let usable = || runtimes().iter().filter(|runtime| runtime.zip);
        if let Some(found) = usable().find(|runtime| spoken(runtime.name) == key) {
            return Some(found);
        }
        let mut offered: Vec<&'static Self> = usable().collect();
        offered.sort_by_key(|runtime| (std::cmp::Reverse(runtime.deprecated), std::cmp::Reverse(runtime.name)));
        nearest(&wanted, offered.into_iter().map(|runtime| runtime.name)).and_then(Self::parse)
    }

    /// Where it stands today.
    pub fn phase(&self, today: Date) -> RuntimePhase {
        let passed = |date: Option<Date>| date.filter(|date| *date <= today);
        if let Some(date) = passed(self.update_block) {
            RuntimePhase::UpdateBlocked(date)
        } else if let Some(date) = passed(self.create_block) {
            RuntimePhase::CreateBlocked(date)
        } else if let Some(date) = passed(self.deprecated) {
            RuntimePhase::Deprecated(date)
        } else {
            self.deprecated.map_or(RuntimePhase::Supported, RuntimePhase::Announced)
        }
    }

    /// Whether it runs on this architecture; recalled.
    pub fn runs_on(&self, architecture: Architecture) -> bool {
        self.architectures.contains(&architecture)
    }
}

/// All runtimes, by name, long dead ones included.
pub fn runtimes() -> &'static [Runtime] {
    static RUNTIMES: OnceLock<Vec<Runtime>> = OnceLock::new();
    RUNTIMES.get_or_init(|| table::rows(TEXT, read))
}

/// The oldest documented row: how old the knowledge of runtime names is.
pub(super) fn provenance() -> Provenance {
    table::oldest(runtimes().iter().map(|runtime| runtime.provenance))
}

fn read(row: &table::Row) -> Option<Runtime> {
    Some(Runtime {
        name: row.required(0)?,
        language: row.required(1)?,
        deprecated: row.optional(2)?,
        create_block: row.optional(3)?,
        update_block: row.optional(4)?,
        successor: row.required(5),
        architectures: row.words(6).into_iter().map(Architecture::parse).collect::<Option<_>>()?,
        snap_start: row.flag(7)?,
        zip: row.flag(8)?,
        provenance: row.provenance(9)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_table_is_whole_sorted_and_sourced() {
        assert_eq!(runtimes().len(), table::lines(TEXT));
        assert!(runtimes().windows(2).all(|pair| pair[0].name < pair[1].name));
        for runtime in runtimes() {
            assert!(!runtime.architectures.is_empty(), "{}", runtime.name);
            assert!(runtime.create_block <= runtime.update_block || runtime.update_block.is_none(), "{}", runtime.name);
            let successor = runtime.successor.map(|name| Runtime::parse(name).unwrap());
            assert!(successor.is_none_or(|successor| successor.deprecated >= runtime.deprecated), "{}", runtime.name);
        }
    }

    #[test]
    fn a_runtime_dies_in_three_steps() {
        let python = Runtime::parse("python3.9").unwrap();
        assert_eq!(python.phase(date(2025, 12, 14)), RuntimePhase::Announced(date(2025, 12, 15)));
        assert_eq!(python.phase(date(2026, 11, 20)), RuntimePhase::Deprecated(date(2025, 12, 15)));
        assert_eq!(python.phase(date(2027, 2, 1)), RuntimePhase::CreateBlocked(date(2027, 2, 1)));
        assert_eq!(python.phase(date(2027, 3, 3)), RuntimePhase::UpdateBlocked(date(2027, 3, 3)));
        assert_eq!(python.successor, Some("python3.14"));
        assert_eq!(Runtime::parse("nodejs26.x").unwrap().phase(date(2030, 1, 1)), RuntimePhase::Supported);
    }

    #[test]
    fn names_as_people_say_them_are_understood() {
        let found = |name| Runtime::nearest(name).map(|runtime| runtime.name);
        assert_eq!(found("nodejs22"), Some("nodejs22.x"));
        assert_eq!(found("node24"), Some("nodejs24.x"));
        assert_eq!(found("python313"), Some("python3.13"));
        assert_eq!(found("Python3.12"), Some("python3.12"));
        assert_eq!(found("pyhton3.13"), Some("python3.13"));
        assert_eq!(found("rust"), Some("provided.al2023"));
        assert_eq!(found("fortran"), None);
    }

    #[test]
    fn old_runtimes_know_no_graviton_and_snap_start_begins_late() {
        assert!(!Runtime::parse("go1.x").unwrap().runs_on(Architecture::Arm64));
        assert!(Runtime::parse("python3.8").unwrap().runs_on(Architecture::Arm64));
        assert!(Runtime::parse("java11").unwrap().snap_start);
        assert!(!Runtime::parse("python3.11").unwrap().snap_start);
        assert!(!Runtime::parse("nodejs24.x").unwrap().snap_start);
        assert!(!Runtime::parse("dotnet9").unwrap().zip);
    }
}

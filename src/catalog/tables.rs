//! The tables whose age decides whether a name they do not know is a mistake or merely new.

use super::fact::Provenance;
use super::{glue_versions, instances, regions, releases, runtimes, workers};

/// A table of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// AWS regions.
    Regions,
    /// EC2 instance types.
    Instances,
    /// EMR releases.
    Releases,
    /// Which release takes which instance type.
    Support,
    /// Lambda runtimes.
    Runtimes,
    /// Glue versions.
    GlueVersions,
    /// Glue worker types.
    Workers,
}

impl Table {
    /// What the table holds, in the plural.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regions => "regions",
            Self::Instances => "instance types",
            Self::Releases => "EMR releases",
            Self::Support => "instance types per EMR release",
            Self::Runtimes => "Lambda runtimes",
            Self::GlueVersions => "Glue versions",
            Self::Workers => "Glue worker types",
        }
    }

    /// When and where its list of names was read. Ask [`Provenance::may_refuse`] before calling an unknown name an
    /// error: past 120 days it can only be a warning.
    pub fn provenance(self) -> Provenance {
        match self {
            Self::Regions => regions::provenance(),
            Self::Instances => instances::provenance(),
            Self::Releases => releases::provenance(),
            Self::Support => releases::support_provenance(),
            Self::Runtimes => runtimes::provenance(),
            Self::GlueVersions => glue_versions::provenance(),
            Self::Workers => workers::provenance(),
        }
    }
}

/// All tables of names.
pub fn tables() -> [Table; 7] {
    [Table::Regions, Table::Instances, Table::Releases, Table::Support, Table::Runtimes, Table::GlueVersions, Table::Workers]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_table_has_a_date_and_a_source_and_grows_old() {
        for table in tables() {
            let provenance = table.provenance();
            assert!(!provenance.source.is_empty(), "{}", table.name());
            assert!(provenance.as_of >= date(2026, 5, 1), "{}", table.name());
            assert!(provenance.is_stale(date(2027, 6, 1)), "{}", table.name());
        }
    }
}

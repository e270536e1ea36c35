//! AWS regions, their partitions and the services seen in them.

use super::fact::Provenance;
use super::{nearest, table};
use std::fmt;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/regions.csv");

/// A region that AWS has opened.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// `eu-west-1`.
    pub code: &'static str,
    /// The partition that begins its ARNs.
    pub partition: Partition,
    /// `Europe (Ireland)`.
    pub name: &'static str,
    /// Services with an endpoint there, by the names this floor uses, sorted.
    pub services: Vec<&'static str>,
}

impl Region {
    /// The region with this code, exactly.
    pub fn parse(code: &str) -> Option<&'static Self> {
        let regions = regions();
        regions.binary_search_by(|region| region.code.cmp(code)).ok().map(|index| &regions[index])
    }

    /// The region whose code is nearest to a mistyped one.
    pub fn nearest(code: &str) -> Option<&'static Self> {
        nearest(code, regions().iter().map(|region| region.code)).and_then(Self::parse)
    }

    /// Whether the service has a listed endpoint there. Absence may warn only: services come to regions all the time.
    pub fn lists(&self, service: &str) -> bool {
        self.services.binary_search(&service).is_ok()
    }

    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` for something that lives here.
    pub fn arn(&self, service: &str, account: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{account}:{resource}", self.partition, self.code)
    }
}

/// A group of regions with accounts and ARNs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// `aws`: the commercial regions.
    Commercial,
    /// `aws-us-gov`.
    GovCloud,
    /// `aws-cn`.
    China,
    /// `aws-eusc`: the European Sovereign Cloud.
    EuropeanSovereign,
}

impl Partition {
    const ALL: [Self; 4] = [Self::Commercial, Self::GovCloud, Self::China, Self::EuropeanSovereign];

    /// The second field of an ARN.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commercial => "aws",
            Self::GovCloud => "aws-us-gov",
            Self::China => "aws-cn",
            Self::EuropeanSovereign => "aws-eusc",
        }
    }

    /// Reads the second field of an ARN.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|partition| partition.name() == name)
    }

    /// What the names of hosts end in.
    pub fn domain(self) -> &'static str {
        match self {
            Self::Commercial | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
            Self::EuropeanSovereign => "amazonaws.eu",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// All regions, by code.
pub fn regions() -> &'static [Region] {
    static REGIONS: OnceLock<Vec<Region>> = OnceLock::new();
    REGIONS.get_or_init(|| {
        table::rows(TEXT, |row| {
            Some(Region {
                code: row.required(0)?,
                partition: Partition::parse(row.text(1))?,
                name: row.required(2)?,
                services: row.words(3),
            })
        })
    })
}

/// The partition of a region, guessed from its code when the table does not know it (a newer region).
pub fn partition_of(region: &str) -> Partition {
    Region::parse(region).map_or_else(
        || match region {
            code if code.starts_with("us-gov-") => Partition::GovCloud,
            code if code.starts_with("cn-") => Partition::China,
            code if code.starts_with("eusc-") => Partition::EuropeanSovereign,
            _ => Partition::Commercial,
        },
        |region| region.partition,
    )
}

/// Where the table comes from.
pub(super) fn provenance() -> Provenance {
    table::provenance(TEXT)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_sourced() {
        assert_eq!(regions().len(), table::lines(TEXT));
        assert!(regions().windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(regions().iter().all(|region| region.services.is_sorted() && region.lists("lambda")));
        assert!(!provenance().source.is_empty());
        assert!(provenance().as_of > jiff::civil::date(2026, 1, 1));
    }

    #[test]
    fn a_region_knows_its_partition_and_builds_arns() {
        let gov = Region::parse("us-gov-west-1").unwrap();
        assert_eq!(gov.arn("glue", "123456789012", "job/a"), "arn:aws-us-gov:glue:us-gov-west-1:123456789012:job/a");
        assert_eq!(Region::parse("cn-north-1").unwrap().partition, Partition::China);
        assert_eq!(partition_of("cn-south-9"), Partition::China);
        assert_eq!(partition_of("xx-new-1"), Partition::Commercial);
    }

    #[test]
    fn a_mistyped_region_finds_its_neighbour() {
        assert_eq!(Region::nearest("us-esat-1").unwrap().code, "us-east-1");
        assert_eq!(Region::nearest("eu-wset-3").unwrap().code, "eu-west-3");
        assert!(Region::nearest("mars").is_none());
        assert!(Region::parse("US-EAST-1").is_none());
    }

    #[test]
    fn data_pipeline_is_listed_in_five_regions_or_so_only() {
        assert!(Region::parse("us-east-1").unwrap().lists("datapipeline"));
        assert!(!Region::parse("eu-north-1").unwrap().lists("datapipeline"));
    }
}

//! EC2 instance types that EMR knows: size, architecture, memory, disks, generation and the regions that price them.

use super::fact::Provenance;
use super::{nearest, table};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/instances.csv");
const REGIONS: &str = include_str!("data/instance_regions.csv");
const PREVIOUS: &str = include_str!("data/previous_families.csv");

/// One instance type.
#[derive(Debug, PartialEq, Eq)]
pub struct Instance {
    /// `m7g.xlarge`.
    pub name: &'static str,
    /// `m7g`.
    pub family: &'static str,
    /// `xlarge`.
    pub size: &'static str,
    /// 7.
    pub generation: u8,
    /// What the family is made for.
    pub category: Category,
    /// The processor's instruction set.
    pub architecture: Architecture,
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in GiB.
    pub memory_gib: Decimal,
    /// Disks that come with it.
    pub storage: Storage,
    /// Memory that YARN gets by EMR's default, in MB; unknown for the smallest old types.
    pub yarn_memory_mb: Option<u32>,
    /// Whether AWS itself lists the type as current; see also [`is_previous_generation`].
    pub current_generation: bool,
}

/// What a family is made for, as EMR groups them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// m.
    General,
    /// c.
    Compute,
    /// r, x, z.
    Memory,
    /// i, d, h.
    Storage,
    /// p, g, f.
    Accelerated,
}

/// A processor's instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Intel and AMD.
    X86_64,
    /// Graviton.
    Arm64,
}

impl Architecture {
    /// The name that Lambda and EC2 use.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// Reads the name that Lambda and EC2 use.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::X86_64, Self::Arm64].into_iter().find(|architecture| architecture.name() == name)
    }
}

/// Disks that come with an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// None: every disk is an EBS volume.
    EbsOnly,
    /// Disks of the host, lost when the instance stops.
    InstanceStore {
        /// How many disks.
        disks: u32,
        /// The size of each in GB (10^9 bytes).
        gb_each: u32,
        /// Flash rather than spinning disks.
        ssd: bool,
    },
}

impl Storage {
    /// All disks together in GB; 0 when there are none.
    pub fn total_gb(self) -> u32 {
        match self {
            Self::EbsOnly => 0,
            Self::InstanceStore { disks, gb_each, .. } => disks * gb_each,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::EbsOnly);
        }
        let (size, medium) = text.split_once(' ')?;
        let (disks, gb_each) = size.split_once('x')?;
        let ssd = match medium {
            "ssd" => true,
            "hdd" => false,
            _ => return None,
        };
        Some(Self::InstanceStore { disks: disks.parse().ok()?, gb_each: gb_each.parse().ok()?, ssd })
    }
}

/// Whether a region's price file lists a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Whether the type has a price there.
    pub listed: bool,
    /// The day of the region's price file: a type younger than that may have come since.
    pub as_of: Date,
}

/// The type with this name, exactly.
pub fn instance(name: &str) -> Option<&'static Instance> {
    let instances = instances();
    instances.binary_search_by(|instance| instance.name.cmp(name)).ok().map(|index| &instances[index])
}

/// All types, by name.
pub fn instances() -> &'static [Instance] {
    static INSTANCES: OnceLock<Vec<Instance>> = OnceLock::new();
    INSTANCES.get_or_init(|| table::rows(TEXT, read))
}

/// The type meant by a mistyped name: the same family's nearest size when only the size is wrong
/// (`m5.large` → `m5.xlarge`), else the nearest spelling.
pub fn nearest_instance(name: &str) -> Option<&'static Instance> {
    let wanted = name.trim().to_lowercase();
    if let Some(rank) = size_rank(&wanted) {
        let family = family_of(&wanted);
        let sibling = instances()
            .iter()
            .filter(|instance| instance.family == family)
            .min_by_key(|instance| (size_rank(instance.name).map_or(u32::MAX, |other| other.abs_diff(rank)), instance.vcpu));
        if sibling.is_some() {
            return sibling;
        }
    }
    nearest(&wanted, instances().iter().map(|instance| instance.name)).and_then(instance)
}

/// What stands before the dot: `m7g` of `m7g.xlarge`; the whole text when there is no dot.
pub fn family_of(name: &str) -> &str {
    name.split_once('.').map_or(name, |(family, _)| family)
}

/// The size as a number that orders and compares: small 1, medium 2, large 4, xlarge 8, 2xlarge 16 … `None` for
/// `metal` and for what is no size.
pub fn size_rank(name: &str) -> Option<u32> {
    match name.split_once('.')?.1 {
        "small" => Some(1),
        "medium" => Some(2),
        "large" => Some(4),
        "xlarge" => Some(8),
        size => size.strip_suffix("xlarge")?.parse::<u32>().ok()?.checked_mul(8),
    }
}

/// Whether newer families do the same work for less: the families that the table `previous_families.csv` names.
/// The type itself need not be known.
pub fn is_previous_generation(name: &str) -> bool {
    static FAMILIES: OnceLock<Vec<&'static str>> = OnceLock::new();
    let families = FAMILIES.get_or_init(|| table::rows(PREVIOUS, |row| row.required(0)));
    families.binary_search(&family_of(name)).is_ok()
}

/// Whether a region's price file lists the type; `None` when we have no file of the region.
pub fn offered_in(name: &str, region: &str) -> Option<Offer> {
    type Offers = (BTreeMap<&'static str, Date>, BTreeMap<&'static str, Vec<&'static str>>);
    static OFFERS: OnceLock<Offers> = OnceLock::new();
    let (dates, offers) = OFFERS.get_or_init(|| {
        let date = table::provenance(REGIONS).as_of;
        let newer: Vec<(&str, Date)> = table::head(REGIONS, "newer")
            .into_iter()
            .flat_map(str::split_whitespace)
            .filter_map(|word| word.split_once(':'))
            .filter_map(|(region, date)| Some((region, super::fact::as_of(date)?)))
            .collect();
        let mut dates = BTreeMap::new();
        let mut offers = BTreeMap::new();
        for (regions, types) in table::rows(REGIONS, |row| Some((row.words(0), row.words(1)))) {
            dates.extend(regions.iter().map(|region| (*region, date)));
            offers.extend(types.into_iter().map(|name| (name, regions.clone())));
        }
        dates.extend(newer);
        (dates, offers)
    });
    let as_of = *dates.get(region)?;
    Some(Offer { listed: offers.get(name).is_some_and(|regions| regions.contains(&region)), as_of })
}

/// Where the table of types comes from.
pub(super) fn provenance() -> Provenance {
    table::provenance(TEXT)
}

fn read(row: &table::Row) -> Option<Instance> {
    let name = row.required(0)?;
    let (family, size) = name.split_once('.')?;
    Some(Instance {
        name,
        family,
        size,
        category: match row.text(1) {
            "general" => Category::General,
            "compute" => Category::Compute,
            "memory" => Category::Memory,
            "storage" => Category::Storage,
            "accelerated" => Category::Accelerated,
            _ => return None,
        },
        generation: row.text(2).parse().ok()?,
        current_generation: row.flag(3)?,
        architecture: Architecture::parse(row.text(4))?,
        vcpu: row.text(5).parse().ok()?,
        memory_gib: row.text(6).parse().ok()?,
        storage: Storage::parse(row.text(7))?,
        yarn_memory_mb: row.optional(8)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_tables_are_whole_sorted_and_sourced() {
        assert_eq!(instances().len(), table::lines(TEXT));
        assert_eq!(instances().len(), 737);
        assert!(instances().windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(!provenance().source.is_empty());
        assert!(provenance().certainty.may_refuse());
        let previous = table::rows(PREVIOUS, |row| row.required(0));
        assert_eq!(previous.len(), table::lines(PREVIOUS));
        assert!(previous.windows(2).all(|pair| pair[0] < pair[1]));
        let offered: usize = table::rows(REGIONS, |row| Some(row.words(1).len())).iter().sum();
        assert_eq!(offered, 737, "every type stands in exactly one row of the regions");
    }

    #[test]
    fn an_instance_is_read_whole() {
        let node = instance("i3en.6xlarge").unwrap();
        assert_eq!((node.family, node.size, node.generation, node.vcpu), ("i3en", "6xlarge", 3, 24));
        assert_eq!(node.storage, Storage::InstanceStore { disks: 2, gb_each: 7500, ssd: true });
        assert_eq!(node.storage.total_gb(), 15_000);
        assert_eq!(node.category, Category::Storage);
        assert_eq!(instance("m7g.xlarge").unwrap().architecture, Architecture::Arm64);
        assert_eq!(instance("m1.small").unwrap().memory_gib, Decimal::new(17, 1));
        assert!(instance("t3.large").is_none());
    }

    #[test]
    fn yarn_memory_follows_the_three_checked_types() {
        let yarn = |name| instance(name).unwrap().yarn_memory_mb.unwrap();
        assert_eq!(yarn("m5.xlarge"), 12_288);
        assert_eq!(yarn("r4.8xlarge"), 241_664);
        assert_eq!(yarn("r5.8xlarge"), 253_952);
    }

    #[test]
    fn a_wrong_size_stays_in_its_family() {
        assert!(instance("m5.large").is_none());
        assert_eq!(nearest_instance("m5.large").unwrap().name, "m5.xlarge");
        assert_eq!(nearest_instance("m7gxlarge").unwrap().name, "m7g.xlarge");
        assert!(nearest_instance("enormous").is_none());
    }

    #[test]
    fn sizes_have_an_order() {
        assert_eq!(size_rank("m4.large"), Some(4));
        assert_eq!(size_rank("m4.xlarge"), Some(8));
        assert_eq!(size_rank("m5.24xlarge"), Some(192));
        assert_eq!(size_rank("m5.metal"), None);
        assert_eq!(size_rank("m5"), None);
        assert_eq!(size_rank("m5.4294967295xlarge"), None);
    }

    #[test]
    fn old_families_are_previous_even_when_emr_no_longer_lists_the_type() {
        assert!(is_previous_generation("m4.large"));
        assert!(is_previous_generation("cc1.4xlarge"));
        assert!(!is_previous_generation("m5.xlarge"));
        assert!(!is_previous_generation("m6g.xlarge"));
    }

    #[test]
    fn a_region_says_what_it_prices_and_since_when_we_know() {
        assert_eq!(offered_in("m5.xlarge", "us-east-1"), Some(Offer { listed: true, as_of: date(2026, 7, 20) }));
        assert_eq!(offered_in("c1.medium", "af-south-1"), Some(Offer { listed: false, as_of: date(2025, 4, 4) }));
        assert_eq!(offered_in("m5.xlarge", "cn-north-1"), None);
    }
}

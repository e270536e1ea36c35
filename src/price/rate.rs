//! The price of one dimension in one region, and the prices of one instance type.

use rust_decimal::Decimal;
use serde::Serialize;

/// How sure a figure is. Ordered: the least sure is the smallest, so `min` of several is what their sum deserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// From memory, or standing in for a figure that nobody found. May warn, never refuse.
    Recalled,
    /// Computed from a published figure by a rule that was checked on others, or a rounded copy of uncertain age.
    Derived,
    /// As AWS printed it, or somebody's written copy; the source says whose.
    Published,
}

impl Confidence {
    /// The word used in the data files and in every output.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Recalled => "recalled",
            Self::Derived => "derived",
            Self::Published => "published",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Recalled, Self::Derived, Self::Published].into_iter().find(|confidence| confidence.label() == text)
    }
}

/// The price of one step of volume: each unit above `from` and up to `to` costs `usd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tier {
    /// Volume per month at which the tier begins, in the rate's unit.
    pub from: Decimal,
    /// Volume per month at which the tier ends; none for the last.
    pub to: Option<Decimal>,
    /// US dollars for one unit.
    pub usd: Decimal,
}

/// What one dimension costs in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// The price id, `service.dimension`.
    pub id: String,
    /// The region the figure is from; us-east-1 when it stands in, `global` for a price without a region.
    pub region: String,
    /// The base unit that one `usd` pays for, such as `request`, `GB-s` or `DPU-hour`.
    pub unit: String,
    /// Contiguous from zero to infinity, never empty. Free allowances are not in here: see `FreePool`.
    pub tiers: Vec<Tier>,
    /// The date of the figure as the source gives it (`2026-10-04`, `2026-10`, `2026`), or `recall`.
    /// With several tiers, that of the first.
    pub as_of: String,
    /// Who says so.
    pub source: String,
    /// How sure the figure is. With several tiers, that of the first: few accounts reach the others.
    pub confidence: Confidence,
    /// Whether the figure is us-east-1's because the region's own is not known.
    pub stand_in: bool,
}

impl Rate {
    /// US dollars for the first unit.
    pub fn first_usd(&self) -> Decimal {
        self.tiers.first().map_or(Decimal::ZERO, |tier| tier.usd)
    }
}

/// Everything the book knows about one instance type in one region. All rates are per instance-hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstancePrices {
    /// EC2 on demand, Linux.
    pub ondemand: Rate,
    /// What EMR adds on any market.
    pub emr_uplift: Option<Rate>,
    /// An estimate of the Spot price.
    pub spot: Option<Rate>,
    /// How often Spot takes such an instance back per month: `<5%`, `5-10%`, `10-15%`, `15-20%` or `>20%`.
    pub interruption_band: Option<String>,
    /// Standard reserved instance for one year, nothing upfront.
    pub reserved_1y: Option<Rate>,
    /// Standard reserved instance for three years, nothing upfront.
    pub reserved_3y: Option<Rate>,
}

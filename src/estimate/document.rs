//! The estimate as a document: every face prints this value and decides nothing.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::charge::Charge;
use crate::base::address::Address;
use crate::model::cost::Basis;
use crate::model::estimate::Range;
use crate::price::{Confidence, Rate};

/// What a set of resources costs. Amounts are exact US dollars; low, likely and high are three scenarios of use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The version of this document's form; fields are only added within one.
    pub format_version: u32,
    /// The region the prices are for.
    pub region: String,
    /// The day it was made for.
    pub today: Date,
    /// Whether the monthly allowances of an account were taken off.
    pub free_tier: bool,
    /// Where the prices are from.
    pub book: PriceBook,
    /// All resources, a month.
    pub monthly: Range,
    /// All resources, once.
    pub once: Range,
    /// Whether any of it follows from usage that the user gave; marked `*`.
    pub from_usage: bool,
    /// How many resources have lines that depend on usage nobody gave; those lines are in no sum.
    pub depends_on_usage: usize,
    /// Each resource, in the order of the project; a list in JSON.
    #[serde(serialize_with = "values")]
    pub resources: IndexMap<Address, ResourceCost>,
    /// What the account pays for each price, tiers and allowances applied; sorted by price.
    pub charges: Vec<Charge>,
    /// The prices that lines name, by id, each with date, source and confidence.
    pub prices: BTreeMap<String, Rate>,
    /// The prices among them that are from memory or stand in for a region's own.
    pub uncertain_prices: Vec<String>,
    /// What the quantities take for granted.
    pub assumptions: Vec<Assumption>,
}

/// The book the prices are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PriceBook {
    /// The newest date in it.
    pub as_of: Date,
    /// A sentence when it is too old to be trusted.
    pub stale: Option<String>,
}

/// Something that was taken for granted, and for which resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// The sentence.
    pub text: String,
    /// Whom it concerns, in the order of the project.
    pub resources: Vec<Address>,
}

/// What one resource costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceCost {
    /// Which.
    pub address: Address,
    /// A month: its share of what the account pays.
    pub monthly: Range,
    /// Once.
    pub once: Range,
    /// The weakest reason of its known quantities; `None` when no quantity is known.
    pub basis: Option<Basis>,
    /// Whether a line depends on usage that nobody gave; the sums then say "at least".
    pub depends_on_usage: bool,
    /// The usage keys that would make everything known.
    pub missing: Vec<&'static str>,
    /// How often a month other resources start it, when they do.
    pub starts: Option<Range>,
    /// Sentences about how its quantities came about.
    pub notes: Vec<String>,
    /// Line by line.
    pub lines: Vec<Line>,
}

/// One line of a resource's bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Its stable name within the kind.
    pub meter: String,
    /// What it is called.
    pub label: String,
    /// The id of its price, a key of [`Estimate::prices`].
    pub price: String,
    /// What the quantity counts.
    pub unit: String,
    /// How many; `None` when it depends on usage that nobody gave.
    pub quantity: Option<Range>,
    /// Its share of what the account pays for the price; `None` exactly when the quantity is.
    pub usd: Option<Range>,
    /// Why the quantity is what it is.
    pub basis: Basis,
    /// How the quantity came about.
    pub derivation: String,
    /// The usage keys that would make the quantity known.
    pub missing: Vec<&'static str>,
    /// What the quantity takes for granted.
    pub assumption: Option<String>,
    /// Paid once, and not every month.
    pub once: bool,
}

impl Estimate {
    /// The version of the form that this program writes.
    pub const FORMAT_VERSION: u32 = 1;

    /// The cost of a resource.
    pub fn resource(&self, address: &Address) -> Option<&ResourceCost> {
        self.resources.get(address)
    }

    /// What the account pays for the price of a line.
    pub fn charge(&self, line: &Line) -> Option<&Charge> {
        self.charges.iter().find(|charge| charge.price == line.price && charge.once == line.once)
    }

    /// The price of a line.
    pub fn price(&self, line: &Line) -> Option<&Rate> {
        self.prices.get(&line.price)
    }

    /// How sure the least sure of its prices is; `None` when there are no prices.
    pub fn confidence(&self) -> Option<Confidence> {
        self.prices.values().map(|rate| rate.confidence).min()
    }
}

impl ResourceCost {
    /// Whether the amount rests on usage that the user gave; marked `*`.
    pub fn is_from_usage(&self) -> bool {
        self.basis == Some(Basis::Usage)
    }

    /// Whether nothing at all is known of its cost: only "depends on usage" can be said.
    pub fn is_unknown(&self) -> bool {
        self.depends_on_usage && self.lines.iter().all(|line| line.quantity.is_none())
    }
}

/// A map whose values know their keys, as a list.
pub(super) fn values<T: Serialize, S: Serializer>(map: &IndexMap<Address, T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(map.values())
}

//! Prices resources: their meters, counted by their kinds, charged over the whole account.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::billed::Billed;
use super::charge::{Key, Sum, charge_all, split};
use super::document::{Assumption, Estimate, Line, PriceBook, ResourceCost};
use super::starts::{self, Start};
use crate::base::address::Address;
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::{Estimate as Three, Range};
use crate::model::kind::Erased;
use crate::price::{Book, Confidence, FreePool, PriceError, Rate};

/// What an estimate is made with.
#[derive(Clone, Copy)]
pub struct EstimateContext<'a> {
    /// The prices.
    pub book: &'a Book,
    /// The region.
    pub region: &'a str,
    /// The day it is made for.
    pub today: Date,
    /// Whether the account's monthly allowances are taken off; `--no-free-tier` leaves them on.
    pub free_tier: bool,
}

/// Why something has no price. It is never priced at zero instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstimateError {
    /// A meter names a price that the book does not have.
    #[error("could not price `{meter}` of {address} (`{price}`): {error}")]
    NoPrice {
        /// The resource.
        address: Address,
        /// Its meter.
        meter: String,
        /// The id of the price.
        price: String,
        /// Why there is none.
        error: Box<PriceError>,
    },
    /// The book has no prices of the region at all; said once, and not for each resource.
    #[error("could not price anything: {0}")]
    Region(Box<PriceError>),
    /// A recorded resource is not one that this version reads.
    #[error("could not read what was recorded of {address}: {reason}")]
    Unreadable {
        /// The resource.
        address: Address,
        /// Why.
        reason: String,
    },
    /// The allowances of an account could not be read.
    #[error("could not read the free allowances: {0}")]
    Allowances(Box<PriceError>),
}

/// The meters of one resource, counted and not yet priced.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// The resource.
    pub address: Address,
    /// Its meters.
    pub items: Vec<CostItem>,
    /// How often a month others start it.
    pub starts: Option<Range>,
    /// Sentences about how its quantities came about.
    pub notes: Vec<String>,
}

/// Prices `items` together: tiers and allowances are those of one account in one region.
pub fn estimate(items: &[Billed<'_>], cx: &EstimateContext<'_>) -> Result<Estimate, Vec<EstimateError>> {
    Account::of(items, cx).map(|account| account.estimate)
}

/// Resources with their estimate, of which one can be priced anew with a change applied.
pub struct Account<'a> {
    pub(super) items: &'a [Billed<'a>],
    pub(super) cx: EstimateContext<'a>,
    pub(super) places: BTreeMap<&'a Address, usize>,
    starts: Vec<Start>,
    pub(super) estimate: Estimate,
}

impl<'a> Account<'a> {
    /// Prices `items` and keeps what is needed to ask "what if".
    pub fn of(items: &'a [Billed<'a>], cx: &EstimateContext<'a>) -> Result<Self, Vec<EstimateError>> {
        let places: BTreeMap<&Address, usize> = items.iter().enumerate().map(|(at, item)| (item.address, at)).collect();
        let starts = starts::of(items, &places, cx.today);
        let estimate = Estimate::empty(cx);
        let mut account = Self { items, cx: *cx, places, starts, estimate };
        let bills = (0..items.len()).map(|at| Bill {
            address: items[at].address.clone(),
            items: account.meters(at, items[at].spec),
            starts: account.starts[at].runs,
            notes: account.starts[at].notes(items),
        });
        account.estimate = price(bills, cx)?;
        Ok(account)
    }

    /// The estimate.
    pub fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    /// What the resource at this place is billed for with `spec`.
    pub(super) fn meters(&self, at: usize, spec: &Erased) -> Vec<CostItem> {
        let item = &self.items[at];
        let other = |address: &Address| self.places.get(address).map(|at| &self.items[*at]);
        let context = CostContext {
            region: self.cx.region,
            today: self.cx.today,
            resource: &|address| other(address).map(|item| item.value),
            usage: &|address| other(address).map(|item| item.usage_value),
            starts: self.starts[at].runs,
        };
        item.entry.kind.cost(spec.as_ref(), item.usage.as_ref(), &context)
    }
}

impl EstimateContext<'_> {
    /// The allowances that apply.
    pub(super) fn pools(&self) -> Result<&[FreePool], EstimateError> {
        if self.free_tier { self.book.free_pools().map_err(|error| EstimateError::Allowances(Box::new(error))) } else { Ok(&[]) }
    }
}

impl Estimate {
    fn empty(cx: &EstimateContext<'_>) -> Self {
        let as_of = cx.book.as_of();
        let stale = cx
            .book
            .is_stale(cx.today)
            .then(|| format!("the newest price is of {as_of}, more than 180 days before {}: run `pipetoll prices update`", cx.today));
        Self {
            format_version: Self::FORMAT_VERSION,
            region: cx.region.to_owned(),
            today: cx.today,
            free_tier: cx.free_tier,
            book: PriceBook { as_of, stale },
            monthly: Range::ZERO,
            once: Range::ZERO,
            from_usage: false,
            depends_on_usage: 0,
            resources: IndexMap::default(),
            charges: Vec::new(),
            prices: BTreeMap::new(),
            uncertain_prices: Vec::new(),
            assumptions: Vec::new(),
        }
    }
}

/// Prices meters, a bill at a time: those of a large project are never all there at once. All that is wrong is reported together.
pub fn price(bills: impl IntoIterator<Item = Bill>, cx: &EstimateContext<'_>) -> Result<Estimate, Vec<EstimateError>> {
    let mut document = Estimate::empty(cx);
    let mut errors = Vec::new();
    let mut looked_up: BTreeMap<String, Result<Rate, PriceError>> = BTreeMap::new();
    let mut lines_of: BTreeMap<Key, Vec<(usize, usize)>> = BTreeMap::new();
    for bill in bills {
        // A second bill of an address goes on where the first ended.
        let (at, mut lines) = match document.resources.get_full_mut(&bill.address) {
            Some((at, _, known)) => (at, std::mem::take(&mut known.lines)),
            None => (document.resources.len(), Vec::with_capacity(bill.items.len())),
        };
        for item in bill.items {
            if !looked_up.contains_key(&item.price) {
                looked_up.insert(item.price.clone(), cx.book.rate(cx.region, &item.price));
            }
            let unit = match &looked_up[&item.price] {
                Ok(rate) => rate.unit.clone(),
                Err(error @ PriceError::UnknownRegion { .. }) => return Err(vec![EstimateError::Region(Box::new(error.clone()))]),
                Err(error) => {
                    let (address, error) = (bill.address.clone(), Box::new(error.clone()));
                    errors.push(EstimateError::NoPrice { address, meter: item.meter, price: item.price, error });
                    continue;
                }
            };
            let line = line(item, unit);
            if line.quantity.is_some() {
                let key = Key { price: line.price.clone(), once: line.once };
                lines_of.entry(key).or_default().push((at, lines.len()));
            }
            lines.push(line);
        }
        document.resources.insert(bill.address.clone(), resource(bill.address, bill.starts, bill.notes, lines));
    }
    let pools = cx.pools().map_err(|error| vec![error])?;
    if !errors.is_empty() {
        return Err(errors);
    }
    document.prices = looked_up.into_iter().filter_map(|(id, rate)| Some((id, rate.ok()?))).collect();

    let quantity =
        |resources: &IndexMap<Address, ResourceCost>, (at, line): (usize, usize)| resources[at].lines[line].quantity.unwrap_or(Range::ZERO);
    let sums = lines_of.iter().map(|(key, places)| {
        let sum = places.iter().fold(Range::ZERO, |sum, place| sum + quantity(&document.resources, *place));
        (key.clone(), Sum { quantity: sum, lines: places.len() })
    });
    let sums: BTreeMap<Key, Sum> = sums.collect();
    document.charges = charge_all(&sums, &|id| document.prices.get(id), pools);
    for (charge, places) in document.charges.iter().zip(lines_of.values()) {
        let Some(rate) = document.prices.get(&charge.price) else { continue };
        let quantities: Vec<Range> = places.iter().map(|place| quantity(&document.resources, *place)).collect();
        for ((at, line), usd) in places.iter().zip(split(charge, rate, &quantities)) {
            document.resources[*at].lines[*line].usd = Some(usd);
        }
    }
    document.sum_up();
    Ok(document)
}

fn line(item: CostItem, unit: String) -> Line {
    // Less than nothing is a slip of a kind; it must not pay for others.
    let quantity = item.quantity.map(|range| range.map(|units| units.max(Decimal::ZERO).normalize()));
    Line {
        meter: item.meter,
        label: item.label,
        price: item.price,
        unit,
        quantity,
        usd: None,
        basis: item.basis,
        derivation: item.derivation,
        missing: item.missing,
        assumption: item.assumption,
        once: item.once,
    }
}

fn resource(address: Address, starts: Option<Range>, notes: Vec<String>, lines: Vec<Line>) -> ResourceCost {
    let mut missing: Vec<&'static str> = Vec::new();
    for key in lines.iter().flat_map(|line| &line.missing) {
        if !missing.contains(key) {
            missing.push(key);
        }
    }
    ResourceCost {
        address,
        monthly: Range::ZERO,
        once: Range::ZERO,
        basis: lines.iter().filter(|line| line.quantity.is_some()).map(|line| line.basis).max(),
        depends_on_usage: lines.iter().any(|line| line.quantity.is_none()),
        missing,
        starts,
        notes,
        lines,
    }
}

impl Estimate {
    /// Fills the sums and the lists that follow from the lines.
    fn sum_up(&mut self) {
        let mut assumptions: IndexMap<&str, Vec<Address>> = IndexMap::default();
        for resource in self.resources.values_mut() {
            for line in &resource.lines {
                let sum = if line.once { &mut resource.once } else { &mut resource.monthly };
                *sum = *sum + line.usd.unwrap_or(Three::exact(Decimal::ZERO));
                if let Some(text) = &line.assumption {
                    let concerned = assumptions.entry(text).or_default();
                    if concerned.last() != Some(&resource.address) {
                        concerned.push(resource.address.clone());
                    }
                }
            }
            self.monthly = self.monthly + resource.monthly;
            self.once = self.once + resource.once;
            self.from_usage |= resource.is_from_usage();
            self.depends_on_usage += usize::from(resource.depends_on_usage);
        }
        self.assumptions = assumptions.into_iter().map(|(text, resources)| Assumption { text: text.to_owned(), resources }).collect();
        let uncertain = self.prices.iter().filter(|(_, rate)| rate.stand_in || rate.confidence == Confidence::Recalled);
        self.uncertain_prices = uncertain.map(|(id, _)| id.clone()).collect();
    }
}

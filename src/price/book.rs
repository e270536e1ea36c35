//! The price book: finds a rate by region and id, and says how old its figures are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::embedded;
use super::error::{PriceError, nearest};
use super::free::FreePool;
use super::instance::{self, Instances, Market};
use super::rate::{Confidence, InstancePrices, Rate};
use super::table::{self, Sources};

/// The region whose figures stand in where a region's own are not known: AWS's price pages open with it.
const HOME: &str = "us-east-1";

/// The region column of prices that are the same everywhere, such as those of Lambda@Edge.
const GLOBAL: &str = "global";

/// A book older than this is called stale.
const STALE_AFTER_DAYS: i64 = 180;

/// The texts that a book is read from; their columns are described in `data/README.md`.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// `code,as_of,confidence,text`.
    pub sources: Cow<'static, str>,
    /// `region,id,unit,from,to,usd,as_of,confidence,source`.
    pub services: Cow<'static, str>,
    /// `id,unit,quantity,covers,as_of,confidence,source`.
    pub free: Cow<'static, str>,
    /// Region, and `type,ondemand,emr,emr_basis,spot,interruption,reserved_1y,reserved_3y`.
    pub ec2: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

/// Prices of all regions. A region is read when its first price is asked for, the others stay text.
#[derive(Debug)]
pub struct Book {
    texts: Texts,
    sources: OnceLock<Result<Sources, PriceError>>,
    free: OnceLock<Result<Vec<FreePool>, PriceError>>,
    as_of: OnceLock<Date>,
    regions: BTreeMap<String, Region>,
}

/// What has been read of one region so far.
#[derive(Debug, Default)]
struct Region {
    services: OnceLock<Result<BTreeMap<String, Rate>, PriceError>>,
    instances: OnceLock<Result<Option<Instances>, PriceError>>,
}

impl Book {
    /// The book inside the program.
    pub fn embedded() -> &'static Self {
        static BOOK: OnceLock<Book> = OnceLock::new();
        BOOK.get_or_init(|| {
            Self::from_texts(Texts {
                sources: embedded::SOURCES.into(),
                services: embedded::SERVICES.into(),
                free: embedded::FREE.into(),
                ec2: embedded::EC2.iter().map(|(region, text)| ((*region).into(), (*text).into())).collect(),
            })
        })
    }

    /// A book from texts, for refreshed prices and for tests. Rows are read, and found wrong, when they are needed.
    pub fn from_texts(texts: Texts) -> Self {
        let of_services = table::rows("services.csv", &texts.services).filter_map(|(_, row)| row.split(',').next());
        let of_instances = texts.ec2.iter().map(|(region, _)| region.as_ref());
        let mut regions = BTreeMap::new();
        for region in of_services.chain(of_instances) {
            if !regions.contains_key(region) {
                regions.insert(region.to_owned(), Region::default());
            }
        }
        Self { texts, sources: OnceLock::new(), free: OnceLock::new(), as_of: OnceLock::new(), regions }
    }

    /// The date of the snapshot: the newest date of any figure in it. `2026-10` counts as its first day.
    /// A book without a single date answers with the earliest date there is.
    pub fn as_of(&self) -> Date {
        *self.as_of.get_or_init(|| {
            let of_services = table::rows("services.csv", &self.texts.services).filter_map(|(_, row)| row.rsplit(',').nth(2));
            let of_instances = self.texts.ec2.iter().flat_map(|(_, text)| {
                ["ondemand", "spot", "reserved"].into_iter().filter_map(|name| Some(instance::header(text, name)?.0))
            });
            // The text of a date sorts as the date does, so that only the newest needs to be read.
            let newest = of_services.chain(of_instances).filter(|as_of| *as_of != table::RECALL).max();
            newest.and_then(table::first_day).unwrap_or(Date::MIN)
        })
    }

    /// Whether the snapshot is more than 180 days old on `today`.
    pub fn is_stale(&self, today: Date) -> bool {
        let lasts: Span = STALE_AFTER_DAYS.days();
        self.as_of().checked_add(lasts).is_ok_and(|until| until < today)
    }

    /// The regions that have prices, sorted.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.keys().map(String::as_str).filter(|region| *region != GLOBAL)
    }

    /// The price of `id` in `region`; where the region has none, that of us-east-1 with `stand_in` set and confidence
    /// lowered to recalled.
    pub fn rate(&self, region: &str, id: &str) -> Result<Rate, PriceError> {
        if region == GLOBAL || !self.regions.contains_key(region) {
            let nearest = nearest(region, self.regions().map(str::to_owned));
            return Err(PriceError::UnknownRegion { region: region.to_owned(), nearest });
        }
        if let Some(rate) = self.own_rate(region, id)? {
            return Ok(rate);
        }
        if let Some(rate) = self.own_rate(GLOBAL, id)? {
            return Ok(rate);
        }
        if let Some(rate) = self.own_rate(HOME, id)? {
            return Ok(Rate { stand_in: true, confidence: Confidence::Recalled, ..rate });
        }
        Err(PriceError::Unknown { id: id.to_owned(), region: region.to_owned(), nearest: self.nearest_id(region, id) })
    }

    /// All prices of an instance type, each standing in from us-east-1 where the region has none.
    /// None when neither region knows the type, or the region is unknown.
    pub fn instance(&self, region: &str, instance_type: &str) -> Option<InstancePrices> {
        let rate = |market: Market| {
            // Asked for directly, because building a suggestion for each missing market would be wasted.
            self.own_rate(region, &market.id(instance_type)).ok().flatten().or_else(|| {
                let rate = self.own_rate(HOME, &market.id(instance_type)).ok().flatten()?;
                Some(Rate { stand_in: true, confidence: Confidence::Recalled, ..rate })
            })
        };
        if !self.regions.contains_key(region) {
            return None;
        }
        let spot = rate(Market::Spot);
        let band_of = spot.as_ref().map_or(region, |spot| spot.region.as_str());
        Some(InstancePrices {
            ondemand: rate(Market::OnDemand)?,
            emr_uplift: rate(Market::EmrUplift),
            interruption_band: self.instances(band_of).ok().flatten().and_then(|found| found.interruption(instance_type)),
            spot,
            reserved_1y: rate(Market::Reserved1y),
            reserved_3y: rate(Market::Reserved3y),
        })
    }

    /// The instance types with a price of the region's own, sorted; empty for an unknown region.
    pub fn instance_types(&self, region: &str) -> impl Iterator<Item = &str> {
        self.instances(region).ok().flatten().into_iter().flat_map(Instances::types)
    }

    /// The price ids of the region's own: services sorted by id, then instances by type. Prices that would stand in are
    /// not among them. Empty for an unknown region.
    pub fn ids(&self, region: &str) -> impl Iterator<Item = String> {
        let services = |region| self.services(region).ok().flatten().into_iter().flat_map(BTreeMap::keys).cloned();
        let global = if self.regions.contains_key(region) { GLOBAL } else { region };
        let instances = self.instances(region).ok().flatten().map_or_else(Vec::new, Instances::ids);
        services(region).chain(services(global)).chain(instances)
    }

    /// The monthly allowances of an account, sorted by id.
    pub fn free_pools(&self) -> Result<&[FreePool], PriceError> {
        let read = || table::free(&self.texts.free, self.sources()?);
        self.free.get_or_init(read).as_ref().map(Vec::as_slice).map_err(Clone::clone)
    }

    /// The allowance that a price draws on, if any.
    pub fn free_pool(&self, price_id: &str) -> Result<Option<&FreePool>, PriceError> {
        Ok(self.free_pools()?.iter().find(|pool| pool.covers.iter().any(|covered| covered == price_id)))
    }

    /// Compares an instance id with instance ids of the same market only, any other with services only: there are thousands.
    fn nearest_id(&self, region: &str, id: &str) -> Option<String> {
        if let Some((market, _)) = Market::split(id) {
            let types = self.instance_types(region).chain(self.instance_types(HOME));
            return nearest(id, types.map(|name| market.id(name)).filter(|candidate| candidate != id));
        }
        let services = [region, GLOBAL, HOME].into_iter().filter_map(|region| self.services(region).ok().flatten());
        nearest(id, services.flat_map(BTreeMap::keys).cloned())
    }

    fn own_rate(&self, region: &str, id: &str) -> Result<Option<Rate>, PriceError> {
        if let Some((market, instance_type)) = Market::split(id) {
            return match self.instances(region)? {
                Some(instances) => instances.rate(market, instance_type, self.sources()?),
                None => Ok(None),
            };
        }
        Ok(self.services(region)?.and_then(|rates| rates.get(id)).cloned())
    }

    fn sources(&self) -> Result<&Sources, PriceError> {
        self.sources.get_or_init(|| table::sources(&self.texts.sources)).as_ref().map_err(Clone::clone)
    }

    /// None for a region that the book does not have.
    fn services(&self, region: &str) -> Result<Option<&BTreeMap<String, Rate>>, PriceError> {
        let Some(state) = self.regions.get(region) else { return Ok(None) };
        let read = || table::services(&self.texts.services, region, self.sources()?);
        state.services.get_or_init(read).as_ref().map(Some).map_err(Clone::clone)
    }

    /// None for a region that has no instance prices.
    fn instances(&self, region: &str) -> Result<Option<&Instances>, PriceError> {
        let Some(state) = self.regions.get(region) else { return Ok(None) };
        let read = || {
            let Some((_, text)) = self.texts.ec2.iter().find(|(name, _)| name == region) else { return Ok(None) };
            Instances::index(region, text, self.sources()?).map(Some)
        };
        state.instances.get_or_init(read).as_ref().map(Option::as_ref).map_err(Clone::clone)
    }
}

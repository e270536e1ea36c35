//! The instance prices of one region: the text is indexed by type, and only the row asked for is read.

use rust_decimal::Decimal;

use super::error::PriceError;
use super::rate::{Confidence, Rate, Tier};
use super::table::{self, Place, Source, Sources};

/// What a price id of an instance type begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Market {
    OnDemand,
    EmrUplift,
    Spot,
    Reserved1y,
    Reserved3y,
}

impl Market {
    pub(super) const ALL: [Self; 5] = [Self::OnDemand, Self::EmrUplift, Self::Spot, Self::Reserved1y, Self::Reserved3y];

    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::OnDemand => "ec2",
            Self::EmrUplift => "emr",
            Self::Spot => "spot",
            Self::Reserved1y => "reserved-1y",
            Self::Reserved3y => "reserved-3y",
        }
    }

    /// Splits `spot.m5.xlarge` into the market and the type.
    pub(super) fn split(id: &str) -> Option<(Self, &str)> {
        let (prefix, instance_type) = id.split_once('.')?;
        let market = Self::ALL.into_iter().find(|market| market.prefix() == prefix)?;
        Some((market, instance_type))
    }

    pub(super) fn id(self, instance_type: &str) -> String {
        format!("{}.{instance_type}", self.prefix())
    }
}

/// The index of one region's text.
#[derive(Debug)]
pub(super) struct Instances {
    region: String,
    file: String,
    ondemand: Source,
    spot: Source,
    reserved: Source,
    /// Instance type, line, and the row; sorted by type.
    rows: Vec<(String, usize, String)>,
}

/// One row, its numbers still text.
#[derive(Debug)]
struct Row<'a> {
    place: Place<'a>,
    ondemand: &'a str,
    emr: &'a str,
    emr_basis: &'a str,
    spot: &'a str,
    interruption: &'a str,
    reserved_1y: &'a str,
    reserved_3y: &'a str,
}

/// The date in a `# ondemand 2026-07-20 source` line.
pub(super) fn header<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    text.lines().take_while(|line| line.starts_with('#')).find_map(|line| {
        let mut words = line.trim_start_matches('#').split_whitespace();
        if words.next() != Some(name) {
            return None;
        }
        Some((words.next()?, words.next()?))
    })
}

impl Instances {
    /// Indexes the text of a region; the numbers of its rows are not read yet.
    pub(super) fn index(region: &str, text: &str, sources: &Sources) -> Result<Self, PriceError> {
        let file = format!("ec2/{region}.csv");
        let top = Place { file: &file, line: 1 };
        let provenance = |name: &str| -> Result<Source, PriceError> {
            let (as_of, code) = header(text, name).ok_or_else(|| top.malformed(format!("the line `# {name} DATE SOURCE` is missing")))?;
            Ok(Source { as_of: as_of.to_owned(), ..top.source(sources, code)?.clone() })
        };
        let (ondemand, spot, reserved) = (provenance("ondemand")?, provenance("spot")?, provenance("reserved")?);
        let mut rows: Vec<(String, usize, String)> = table::rows(&file, text)
            .map(|(place, row)| {
                let name = row.split(',').next().unwrap_or(row);
                (name.to_owned(), place.line, row.to_owned())
            })
            .collect();
        rows.sort();
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let place = Place { file: &file, line: pair[1].1 };
            return Err(place.malformed(format!("`{}` is there twice", pair[1].0)));
        }
        Ok(Self { region: region.to_owned(), file, ondemand, spot, reserved, rows })
    }

    /// The instance types of the region, sorted.
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(name, _, _)| name.as_str())
    }

    fn row(&self, instance_type: &str) -> Result<Option<Row<'_>>, PriceError> {
        let Ok(found) = self.rows.binary_search_by(|(name, _, _)| name.as_str().cmp(instance_type)) else {
            return Ok(None);
        };
        let (_, line, row) = &self.rows[found];
        let place = Place { file: &self.file, line: *line };
        let [_, ondemand, emr, emr_basis, spot, interruption, reserved_1y, reserved_3y] = place.fields(row)?;
        Ok(Some(Row { place, ondemand, emr, emr_basis, spot, interruption, reserved_1y, reserved_3y }))
    }

    /// The price of a type on a market; none when the region has no such figure.
    pub(super) fn rate(&self, market: Market, instance_type: &str, sources: &Sources) -> Result<Option<Rate>, PriceError> {
        let Some(row) = self.row(instance_type)? else { return Ok(None) };
        let (text, source) = match market {
            Market::OnDemand => (row.ondemand, self.ondemand.clone()),
            Market::EmrUplift if row.emr.is_empty() => return Ok(None),
            Market::EmrUplift => (row.emr, self.uplift_source(&row, sources)?),
            Market::Spot => (row.spot, self.spot.clone()),
            Market::Reserved1y => (row.reserved_1y, self.reserved.clone()),
            Market::Reserved3y => (row.reserved_3y, self.reserved.clone()),
        };
        if text.is_empty() {
            return Ok(None);
        }
        Ok(Some(Rate {
            id: market.id(instance_type),
            region: self.region.clone(),
            unit: "instance-hour".to_owned(),
            tiers: vec![Tier { from: Decimal::ZERO, to: None, usd: row.place.number(text)? }],
            as_of: source.as_of,
            source: source.text,
            confidence: source.confidence,
            stand_in: false,
        }))
    }

    /// A computed uplift is as old as the on-demand prices that it was computed from.
    fn uplift_source(&self, row: &Row<'_>, sources: &Sources) -> Result<Source, PriceError> {
        let mut source = row.place.source(sources, row.emr_basis)?.clone();
        if source.as_of == table::RECALL && source.confidence != Confidence::Published {
            source.as_of.clone_from(&self.ondemand.as_of);
        }
        Ok(source)
    }

    /// How often Spot takes the type back per month; none when unknown.
    pub(super) fn interruption(&self, instance_type: &str) -> Option<String> {
        let row = self.row(instance_type).ok().flatten()?;
        if row.interruption.is_empty() { None } else { Some(row.interruption.to_owned()) }
    }

    /// The price ids of the region, type by type.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for name in self.types() {
            let Ok(Some(row)) = self.row(name) else { continue };
            for market in Market::ALL {
                let text = match market {
                    Market::OnDemand => row.ondemand,
                    Market::EmrUplift => row.emr,
                    Market::Spot => row.spot,
                    Market::Reserved1y => row.reserved_1y,
                    Market::Reserved3y => row.reserved_3y,
                };
                if !text.is_empty() {
                    ids.push(market.id(name));
                }
            }
        }
        ids
    }
}

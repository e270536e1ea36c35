//! Reads the rows of `services.csv`, `free.csv` and `sources.csv`: no quotes, no commas inside a field.

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::error::PriceError;
use super::free::FreePool;
use super::rate::{Confidence, Rate, Tier};

/// The word that stands for a date when a figure is from memory.
pub(super) const RECALL: &str = "recall";

/// One line of `sources.csv`: who says a figure, and for instance prices also when and how sure.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) as_of: String,
    pub(super) confidence: Confidence,
    pub(super) text: String,
}

/// The sources by their code.
pub(super) type Sources = BTreeMap<String, Source>;

/// Where a row stands, for the message when it cannot be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: usize,
}

impl Place<'_> {
    pub(super) fn malformed(self, reason: impl Into<String>) -> PriceError {
        PriceError::Malformed { file: self.file.to_owned(), line: self.line, reason: reason.into() }
    }

    /// The fields of a row, when it has exactly as many as the text's header.
    pub(super) fn fields<const N: usize>(self, row: &str) -> Result<[&str; N], PriceError> {
        let mut fields = [""; N];
        let mut count = 0;
        for field in row.split(',') {
            if let Some(slot) = fields.get_mut(count) {
                *slot = field;
            }
            count += 1;
        }
        if count == N { Ok(fields) } else { Err(self.malformed(format!("it has {count} fields instead of {N}"))) }
    }

    /// A figure that is not negative.
    pub(super) fn number(self, text: &str) -> Result<Decimal, PriceError> {
        match Decimal::from_str(text) {
            Ok(number) if !number.is_sign_negative() => Ok(number),
            _ => Err(self.malformed(format!("`{text}` is not an amount"))),
        }
    }

    fn confidence(self, text: &str) -> Result<Confidence, PriceError> {
        Confidence::parse(text).ok_or_else(|| self.malformed(format!("`{text}` is not a confidence")))
    }

    /// The source with this code.
    pub(super) fn source<'s>(self, sources: &'s Sources, code: &str) -> Result<&'s Source, PriceError> {
        sources.get(code).ok_or_else(|| self.malformed(format!("there is no source `{code}`")))
    }
}

/// The rows below the header, with their place; blank lines and lines that begin with `#` are left out.
pub(super) fn rows<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = (Place<'a>, &'a str)> {
    text.lines()
        .enumerate()
        .filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
        .skip(1)
        .map(move |(index, row)| (Place { file, line: index + 1 }, row))
}

/// Reads `sources.csv`.
pub(super) fn sources(text: &str) -> Result<Sources, PriceError> {
    let mut sources = Sources::new();
    for (place, row) in rows("sources.csv", text) {
        let [code, as_of, confidence, text] = place.fields(row)?;
        let source = Source {
            as_of: if as_of.is_empty() { RECALL } else { as_of }.to_owned(),
            // Services say in each row how sure it is; this is for a source whose rows do not.
            confidence: if confidence.is_empty() { Confidence::Recalled } else { place.confidence(confidence)? },
            text: text.to_owned(),
        };
        if sources.insert(code.to_owned(), source).is_some() {
            return Err(place.malformed(format!("the source `{code}` is there twice")));
        }
    }
    Ok(sources)
}

/// Reads the rates of one region from `services.csv`, without touching the numbers of other regions.
pub(super) fn services(text: &str, region: &str, sources: &Sources) -> Result<BTreeMap<String, Rate>, PriceError> {
    let mut rates: BTreeMap<String, Rate> = BTreeMap::new();
    for (place, row) in rows("services.csv", text) {
        if row.split(',').next() != Some(region) {
            continue;
        }
        let [_, id, unit, from, to, usd, as_of, confidence, source] = place.fields(row)?;
        let from = place.number(from)?;
        let to = if to.is_empty() { None } else { Some(place.number(to)?) };
        if to.is_some_and(|to| to <= from) {
            return Err(place.malformed("the tier ends before it begins"));
        }
        let tier = Tier { from, to, usd: place.number(usd)? };
        let expected = rates.get(id).map_or(Some(Decimal::ZERO), |rate| rate.tiers.last().and_then(|last| last.to));
        if expected != Some(from) {
            return Err(place.malformed(format!("the tier of `{id}` does not begin where the one before it ends")));
        }
        if let Some(rate) = rates.get_mut(id) {
            if rate.unit != unit {
                return Err(place.malformed(format!("`{id}` has two units")));
            }
            rate.tiers.push(tier);
            continue;
        }
        let rate = Rate {
            id: id.to_owned(),
            region: region.to_owned(),
            unit: unit.to_owned(),
            tiers: vec![tier],
            as_of: as_of.to_owned(),
            source: place.source(sources, source)?.text.clone(),
            confidence: place.confidence(confidence)?,
            stand_in: false,
        };
        rates.insert(id.to_owned(), rate);
    }
    for rate in rates.values() {
        if rate.tiers.last().is_some_and(|last| last.to.is_some()) {
            let place = Place { file: "services.csv", line: 0 };
            return Err(place.malformed(format!("the last tier of `{}` in {region} has an end", rate.id)));
        }
    }
    Ok(rates)
}

/// Reads `free.csv`.
pub(super) fn free(text: &str, sources: &Sources) -> Result<Vec<FreePool>, PriceError> {
    rows("free.csv", text)
        .map(|(place, row)| {
            let [id, unit, quantity, covers, as_of, confidence, source] = place.fields(row)?;
            Ok(FreePool {
                id: id.to_owned(),
                unit: unit.to_owned(),
                quantity: place.number(quantity)?,
                covers: covers.split_whitespace().map(str::to_owned).collect(),
                as_of: as_of.to_owned(),
                source: place.source(sources, source)?.text.clone(),
                confidence: place.confidence(confidence)?,
            })
        })
        .collect()
}

/// The first day that a date of the data can mean: `2026-10` is 2026-10-01. None for `recall` and for anything else.
pub(super) fn first_day(as_of: &str) -> Option<jiff::civil::Date> {
    match as_of.len() {
        4 => format!("{as_of}-01-01").parse().ok(),
        7 => format!("{as_of}-01").parse().ok(),
        10 => as_of.parse().ok(),
        _ => None,
    }
}

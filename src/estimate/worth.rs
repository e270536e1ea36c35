//! What a lint's fix is worth: a resource priced again with the change applied, everything else staying as it is.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::build::{Account, EstimateError};
use super::charge::{Key, Sum, charge_all};
use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::model::cost::CostItem;
use crate::model::estimate::Range;
use crate::model::finding::Fix;
use crate::model::value::Value;
use crate::price::Rate;

/// A resource's monthly cost before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Worth {
    /// Before.
    pub before: Range,
    /// After: before, and by how much the account's bill changes.
    pub after: Range,
}

impl Worth {
    /// How much less the likely cost is; negative when it is more.
    pub fn saving(&self) -> Decimal {
        self.before.likely.saturating_sub(self.after.likely)
    }
}

impl Account<'_> {
    /// What `fix` is worth at `address`; `None` when nothing can be said: the resource is not billed, a cost depends on usage that
    /// nobody gave, or the changed block is no longer a spec.
    pub fn worth(&self, address: &Address, fix: &Fix) -> Result<Option<Worth>, EstimateError> {
        let Some(&at) = self.places.get(address) else { return Ok(None) };
        let mut value = self.items[at].value.clone();
        if !apply(&mut value, &fix.path, fix.value.as_ref()) {
            return Ok(None);
        }
        let Ok(spec) = self.items[at].entry.kind.read_spec(value.to_literal_json()) else { return Ok(None) };
        self.worth_of(at, &self.meters(at, &spec))
    }

    fn worth_of(&self, at: usize, meters: &[CostItem]) -> Result<Option<Worth>, EstimateError> {
        let resource = &self.estimate.resources[at];
        if resource.depends_on_usage || meters.iter().any(|meter| meter.quantity.is_none()) {
            return Ok(None);
        }
        let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
        for charge in self.estimate.charges.iter().filter(|charge| !charge.once) {
            sums.insert(Key { price: charge.price.clone(), once: false }, Sum { quantity: charge.quantity, lines: charge.lines });
        }
        for line in resource.lines.iter().filter(|line| !line.once) {
            let sum = sums.get_mut(&Key { price: line.price.clone(), once: false });
            if let (Some(sum), Some(quantity)) = (sum, line.quantity) {
                sum.quantity = sum.quantity.with(quantity, |all, own| (all - own).max(Decimal::ZERO));
            }
        }
        let mut new: BTreeMap<String, Rate> = BTreeMap::new();
        for meter in meters.iter().filter(|meter| !meter.once) {
            if !self.estimate.prices.contains_key(&meter.price) && !new.contains_key(&meter.price) {
                let rate = self.cx.book.rate(self.cx.region, &meter.price).map_err(|error| EstimateError::NoPrice {
                    address: resource.address.clone(),
                    meter: meter.meter.clone(),
                    price: meter.price.clone(),
                    error: Box::new(error),
                })?;
                new.insert(meter.price.clone(), rate);
            }
            let sum = sums.entry(Key { price: meter.price.clone(), once: false }).or_insert(Sum { quantity: Range::ZERO, lines: 1 });
            sum.quantity = sum.quantity + meter.quantity.unwrap_or(Range::ZERO).map(|units| units.max(Decimal::ZERO));
        }
        let rate = |id: &str| self.estimate.prices.get(id).or_else(|| new.get(id));
        let charged = charge_all(&sums, &rate, self.cx.pools()?).iter().fold(Range::ZERO, |sum, charge| sum + charge.usd);
        let change = charged.with(self.estimate.monthly, Decimal::saturating_sub);
        Ok(Some(Worth { before: resource.monthly, after: resource.monthly + change }))
    }
}

/// Sets or removes the value at `path`; false when the path leads nowhere.
fn apply(value: &mut Value, path: &Path, new: Option<&Value>) -> bool {
    let Some((last, above)) = path.segments().split_last() else { return false };
    let Some(new) = new else { return value.take(path).is_some() };
    let mut place = value;
    for segment in above {
        let next = match (segment, place) {
            (Segment::Key(key), Value::Table(entries)) => Some(entries.entry(key.clone()).or_insert_with(Value::table)),
            (Segment::Index(index), Value::List(items)) => items.get_mut(*index),
            _ => None,
        };
        let Some(next) = next else { return false };
        place = next;
    }
    match (last, place) {
        (Segment::Key(key), Value::Table(entries)) => {
            entries.insert(key.clone(), new.clone());
            true
        }
        (Segment::Index(index), Value::List(items)) if *index < items.len() => {
            items[*index] = new.clone();
            true
        }
        _ => false,
    }
}

//! Every meter finds its price in every region; nothing costs less than nothing; what is not known is not zero.

use pipetoll::base::address::Address;
use pipetoll::estimate::{Billed, EstimateContext, EstimateError, billed, estimate};
use pipetoll::model::cost::{Basis, CostContext, CostItem};
use pipetoll::model::estimate::Range;
use pipetoll::model::kind::{Erased, KindEntry};
use pipetoll::model::value::Value;
use pipetoll::price::Book;
use rust_decimal::Decimal;

use super::{Example, Exemptions, TODAY, every_kind, with_example};

/// What is asked of the meters of each resource.
type Ask<'a> = dyn FnMut(&Address, &[CostItem], Option<&Value>) + 'a;

/// Prices that are known in some regions only; `ec2.`, `emr.` and `spot.` are not asked for outside us-east-1, where types differ.
const LOCAL: Exemptions = &[];

#[test]
fn every_meter_finds_a_price_in_every_region() {
    every_kind("prices:", LOCAL, |entry| {
        with_example(entry, |example| {
            let mut offences = Vec::new();
            let book = Book::embedded();
            let with_usage = billed(&example.architecture);
            let Ok(unused) = Unused::of(&example.architecture) else { return vec![("usage".into(), "cannot be empty".into())] };
            let without_usage = unused.over(&with_usage);
            for region in book.regions() {
                for items in [&with_usage, &without_usage] {
                    let cx = EstimateContext { book, region, today: TODAY, free_tier: true };
                    let Err(errors) = estimate(items, &cx) else { continue };
                    offences.extend(errors.into_iter().filter_map(|error| lacks(region, error)));
                }
            }
            offences.sort();
            offences.dedup();
            offences
        })
    });
}

/// What an error says of a price, unless it is one of an instance type that the region may not have.
fn lacks(region: &str, error: EstimateError) -> Option<(String, String)> {
    match error {
        EstimateError::NoPrice { price, .. }
            if region != "us-east-1" && ["ec2.", "emr.", "spot."].iter().any(|market| price.starts_with(market)) =>
        {
            None
        }
        EstimateError::NoPrice { price, error, .. } => Some((price, error.to_string())),
        other => Some((region.to_owned(), other.to_string())),
    }
}

/// The resources of an example with their usage taken away.
struct Unused(Vec<(Erased, Value)>);

impl Unused {
    fn of(architecture: &pipetoll::model::resource::Architecture) -> Result<Self, serde_json::Error> {
        let empty = |item: &Billed<'_>| Ok((item.entry.kind.read_usage(serde_json::json!({}))?, Value::table()));
        billed(architecture).iter().map(empty).collect::<Result<_, _>>().map(Self)
    }

    fn over<'a>(&'a self, items: &[Billed<'a>]) -> Vec<Billed<'a>> {
        let emptied = items.iter().zip(&self.0).map(|(item, (usage, usage_value))| Billed { usage, usage_value, ..*item });
        emptied.collect()
    }
}

/// The meters of an example's own resources, with and without usage, started by others or not.
fn meters(entry: &'static KindEntry, example: &Example, ask: &mut Ask<'_>) -> Result<(), serde_json::Error> {
    let architecture = &example.architecture;
    for resource in example.own(entry) {
        let nothing = entry.kind.read_usage(serde_json::json!({}))?;
        for (usage, given) in [(&resource.typed_usage, Some(&resource.usage_value)), (&nothing, None)] {
            for starts in [None, Some(Range::exact(Decimal::from(100)))] {
                let context = CostContext {
                    region: "us-east-1",
                    today: TODAY,
                    resource: &|address| architecture.get(address).map(|resource| &resource.desired),
                    usage: &|address| architecture.get(address).map(|resource| &resource.usage_value),
                    starts,
                };
                ask(&resource.address, &entry.kind.cost(resource.typed.as_ref(), usage.as_ref(), &context), given);
            }
        }
    }
    Ok(())
}

#[test]
fn meters_are_honest() {
    every_kind("meters:", &[], |entry| {
        with_example(entry, |example| {
            let mut offences = Vec::new();
            let asked = meters(entry, example, &mut |address, items, usage| {
                for (at, item) in items.iter().enumerate() {
                    let mut expect = |holds: bool, why: String| {
                        if !holds {
                            offences.push((item.meter.clone(), format!("{address}: {why}")));
                        }
                    };
                    expect(!items[..at].iter().any(|other| other.meter == item.meter), "two lines of one bill have this name".into());
                    expect(!item.label.is_empty() && !item.meter.is_empty(), "a line has a name and a label".into());
                    match item.quantity {
                        Some(Range { low, likely, high }) => {
                            expect(Decimal::ZERO <= low, format!("{low} is less than nothing"));
                            expect(low <= likely && likely <= high, format!("{low}, {likely}, {high} decrease"));
                            let guessed = usage.is_none() && item.basis == Basis::Usage && high.is_zero();
                            expect(!guessed, "nobody gave usage, and it is called zero".into());
                        }
                        None => expect(!item.missing.is_empty(), "it depends on usage, and does not say on which".into()),
                    }
                    for key in &item.missing {
                        let path = key.strip_prefix("usage.").unwrap_or(key);
                        let known = entry.usage_shape().at(&path.into()).is_some() || entry.shape().at(&path.into()).is_some();
                        expect(known, format!("`{key}` is no field of the usage"));
                    }
                }
            });
            if let Err(error) = asked {
                offences.push(("usage".into(), error.to_string()));
            }
            offences.sort();
            offences.dedup();
            offences
        })
    });
}

//! Whatever usage a user may write, it can be priced and judged: no product of large quantities overflows.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pipetoll::base::source::Sources;
use pipetoll::estimate::{EstimateContext, billed, estimate, explain};
use pipetoll::lint::{Options, Subject, lint};
use pipetoll::model::kind::KindEntry;
use pipetoll::model::rule::ProjectView;
use pipetoll::model::schema::{Form, Format, Shape};
use pipetoll::price::Book;
use pipetoll::rules;
use serde_json::{Map, Value as Json, json};

use super::{Example, TODAY, as_json, every_kind};

#[derive(Clone, Copy)]
enum Extreme {
    Least,
    Most,
}

#[test]
fn the_most_usage_can_be_priced_and_judged() {
    every_kind("the most usage:", &[], |entry| survives(entry, Extreme::Most));
}

#[test]
fn the_least_usage_can_be_priced_and_judged() {
    every_kind("the least usage:", &[], |entry| survives(entry, Extreme::Least));
}

/// Prices and judges the kind's example with all usage of all its blocks at an extreme.
fn survives(entry: &'static KindEntry, extreme: Extreme) -> Vec<(String, String)> {
    let tried = catch_unwind(AssertUnwindSafe(|| -> Result<(), String> {
        let mut project = as_json(entry.kind.example())?;
        for other in pipetoll::kinds::ALL {
            let usage = of(other.usage_shape(), extreme).unwrap_or_default();
            let blocks = project.get_mut(other.name()).and_then(Json::as_object_mut);
            for block in blocks.into_iter().flat_map(Map::values_mut).filter_map(Json::as_object_mut) {
                if block.get("managed") != Some(&Json::Bool(false)) {
                    block.insert("usage".into(), usage.clone());
                }
            }
        }
        let text = toml::to_string(&project).map_err(|error| error.to_string())?;
        let example = Example::of(&text)?;
        let cx = EstimateContext { book: Book::embedded(), region: "us-east-1", today: TODAY, free_tier: true };
        let items = billed(&example.architecture);
        let document = estimate(&items, &cx).map_err(|errors| format!("{errors:?}"))?;
        for resource in document.resources.keys() {
            explain(&document, resource);
        }
        let view = ProjectView { architecture: &example.architecture, today: TODAY };
        lint(&Subject { project: view, plan: None, sources: &Sources::default() }, &rules::all(), &Options::default());
        Ok(())
    }));
    match tried {
        Ok(Ok(())) => Vec::new(),
        Ok(Err(why)) => vec![("usage".into(), why)],
        Err(panic) => {
            let why = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            vec![("usage".into(), format!("a panic: {}", why.unwrap_or_default()))]
        }
    }
}

/// The least or most that a field of usage takes; what is not a quantity stays away.
fn of(shape: &Shape, extreme: Extreme) -> Option<Json> {
    let quantity = |word: &str| match (word, extreme) {
        ("duration", Extreme::Most) => json!("18446744073709551615ms"),
        ("duration", Extreme::Least) => json!("0ms"),
        ("size", Extreme::Most) => json!("18446744073709551615B"),
        ("size", Extreme::Least) => json!("0B"),
        ("rate", Extreme::Most) => json!("1000000000000000/s"),
        ("rate", Extreme::Least) => json!("0/s"),
        ("share", Extreme::Most) => json!(1),
        ("count", Extreme::Most) => json!("79228162514264337593543950335"),
        (_, _) => json!(0),
    };
    match (&shape.form, extreme) {
        (Form::Estimate(word), _) => Some(quantity(word)),
        (Form::Text(Format::Duration), _) => Some(quantity("duration")),
        (Form::Text(Format::Size), _) => Some(quantity("size")),
        (Form::Text(Format::Rate), _) => Some(quantity("rate")),
        (Form::Integer { max, .. }, Extreme::Most) => Some(json!(max.unwrap_or(i64::MAX))),
        (Form::Integer { min, .. }, Extreme::Least) => Some(json!(min.unwrap_or(0))),
        (Form::Table(fields), _) => {
            Some(fields.iter().filter_map(|(key, field)| Some((key.clone(), of(&field.shape, extreme)?))).collect())
        }
        _ => None,
    }
}

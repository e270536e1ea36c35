//! Bills that AWS and others published, priced from their quantities through the same tiers and allowances as a project.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::civil::date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Bill, EstimateContext, price};
use crate::base::address::Address;
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::Estimate as Three;
use crate::price::Book;

const EXAMPLES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/worked/examples.json"));

/// What is read of an example; the rest of it tells people where it is from, and kinds what went in.
#[derive(Debug, Deserialize)]
struct Example {
    id: String,
    region: String,
    published_usd: Option<String>,
    #[serde(default)]
    free_tier: bool,
    #[serde(default)]
    lines: Vec<Line>,
    /// How many amounts were rounded before they were added up.
    #[serde(default = "one")]
    rounded_parts: u32,
    expected_usd: Option<String>,
    why_different: Option<String>,
    left_out: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Line {
    price: String,
    quantity: Decimal,
}

fn one() -> u32 {
    1
}

fn examples() -> Vec<Example> {
    let document: serde_json::Value = serde_json::from_str(EXAMPLES).unwrap();
    serde_json::from_value(document["examples"].clone()).unwrap()
}

impl Example {
    fn priced(&self) -> Decimal {
        let items = self
            .lines
            .iter()
            .enumerate()
            .map(|(at, line)| CostItem::known(format!("line{at}"), "a line", &line.price, Three::exact(line.quantity), Basis::Usage));
        let bill = Bill { address: Address::of("example", "it"), items: items.collect(), starts: None, notes: Vec::new() };
        let context =
            EstimateContext { book: Book::embedded(), region: &self.region, today: date(2026, 11, 20), free_tier: self.free_tier };
        price(vec![bill], &context).unwrap().monthly.likely
    }

    /// Whether `usd` is `printed` within half a unit of its last digit for each amount that was rounded.
    fn rounds_to(&self, usd: Decimal, printed: &str) -> bool {
        let printed: Decimal = printed.parse().unwrap();
        let half = Decimal::new(5, printed.scale() + 1) * Decimal::from(self.rounded_parts);
        (usd - printed).abs() <= half
    }
}

#[test]
fn published_bills_come_out_as_published() {
    let mut wrong = Vec::new();
    for example in examples().iter().filter(|example| example.left_out.is_none()) {
        assert!(!example.lines.is_empty(), "{} has no lines", example.id);
        let usd = example.priced();
        let printed = example.expected_usd.as_ref().or(example.published_usd.as_ref()).unwrap();
        if !example.rounds_to(usd, printed) {
            wrong.push(format!("{}: {usd} instead of {printed}", example.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn where_we_differ_the_published_figure_does_not_hold() {
    let different: Vec<Example> =
        examples().into_iter().filter(|example| example.why_different.is_some() || example.expected_usd.is_some()).collect();
    for example in &different {
        assert!(example.why_different.as_ref().is_some_and(|why| !why.is_empty()), "{}", example.id);
        assert!(!example.rounds_to(example.priced(), example.published_usd.as_ref().unwrap()), "{}", example.id);
    }
    let ids: Vec<&str> = different.iter().map(|example| example.id.as_str()).collect();
    let known =
        ["ebs-04-io2-tier2", "emr-08-ebs-2000gb-12h", "lambda-08-esm-kafka", "lambda-17-legacy-512mb", "lambda-12-managed-instances"];
    assert_eq!(ids, known);
}

#[test]
fn what_is_left_out_is_known() {
    let left_out: Vec<String> = examples().into_iter().filter(|example| example.left_out.is_some()).map(|example| example.id).collect();
    // The first has made-up prices, the second no price at all.
    assert_eq!(left_out, ["emr-14-spot-mix", "lambda-18-init-billing"]);
    assert_eq!(examples().len(), 56);
}

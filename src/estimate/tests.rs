//! Estimates of a made-up kind: what is shared, what is unknown, what starts what.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;
use crate::base::address::Address;
use crate::base::path::Path;
use crate::base::units::Rate;
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::{Count, Estimate as Three, Range};
use crate::model::finding::Fix;
use crate::model::kind::{Erased, Idempotency, Kind, KindEntry, Of, Output};
use crate::model::reference::Ref;
use crate::model::resource::{Budget, Settings};
use crate::model::rule::Rule;
use crate::model::value::Value;
use crate::price::Book;

struct Machine;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MachineSpec {
    #[schemars(extend("x-name" = true))]
    name: Option<String>,
    /// DPUs of each run of an hour.
    #[serde(default)]
    size: u32,
    price: Option<String>,
    #[schemars(extend("x-schedule" = "eventbridge"))]
    schedule: Option<String>,
    #[serde(default)]
    task: Vec<Task>,
    #[schemars(extend("x-ref" = ["machine.name"], "x-use" = "follow"))]
    after: Option<Vec<Ref>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Task {
    #[schemars(extend("x-ref" = ["machine.name"], "x-use" = "run"))]
    machine: Ref,
    #[serde(default = "yes")]
    enabled: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MachineUsage {
    requests: Option<Three<Count>>,
    runs: Option<Three<Rate>>,
}

impl Kind for Machine {
    type Spec = MachineSpec;
    type Usage = MachineUsage;
    const NAME: &'static str = "machine";
    const TITLE: &'static str = "a machine";
    const DOC: &'static str = "";
    const EXAMPLE: &'static str = "";
    const RULES: &'static [&'static Rule] = &[];
    const OUTPUTS: &'static [Output] = &[];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;

    fn cost(spec: &MachineSpec, usage: &MachineUsage, context: &CostContext<'_>) -> Vec<CostItem> {
        let price = spec.price.clone().unwrap_or_else(|| "lambda.requests-x86".into());
        let mut items = Vec::new();
        if let Some(requests) = usage.requests {
            items.push(CostItem::known("requests", "Requests", price, requests.map(|count| count.0), Basis::Usage));
        } else if spec.size == 0 {
            items.push(CostItem::unknown("requests", "Requests", price, &["usage.requests"]));
        }
        if spec.size > 0 {
            let runs = usage.runs.map(|runs| runs.map(Rate::monthly)).or(context.starts);
            items.push(match runs {
                Some(runs) => {
                    CostItem::known("runs", "Runs", "glue.spark", runs * Decimal::from(spec.size), Basis::Schedule).assuming("an hour each")
                }
                None => CostItem::unknown("runs", "Runs", "glue.spark", &["usage.runs"]),
            });
        }
        items
    }
}

static MACHINE: KindEntry = KindEntry::new(&Of::<Machine>(std::marker::PhantomData));

struct Thing {
    address: Address,
    value: Value,
    usage_value: Value,
    spec: Erased,
    usage: Erased,
}

impl Thing {
    fn billed(&self) -> Billed<'_> {
        let Self { address, value, usage_value, spec, usage } = self;
        Billed { address, entry: &MACHINE, spec, usage, value, usage_value }
    }
}

fn thing(name: &str, spec: serde_json::Value, usage: serde_json::Value) -> Thing {
    let (value, usage_value) = (Value::from_json(spec).unwrap(), Value::from_json(usage).unwrap());
    Thing {
        address: Address::of("machine", name),
        spec: MACHINE.kind.read_spec(value.to_literal_json()).unwrap(),
        usage: MACHINE.kind.read_usage(usage_value.to_literal_json()).unwrap(),
        value,
        usage_value,
    }
}

fn billed_of(things: &[Thing]) -> Vec<Billed<'_>> {
    things.iter().map(Thing::billed).collect()
}

fn context() -> EstimateContext<'static> {
    EstimateContext { book: Book::embedded(), region: "us-east-1", today: date(2026, 11, 20), free_tier: true }
}

fn of(things: &[Thing]) -> Estimate {
    estimate(&billed_of(things), &context()).unwrap()
}

fn machine(name: &str) -> Address {
    Address::of("machine", name)
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn requests(name: &str, usage: impl Into<serde_json::Value>) -> Thing {
    thing(name, serde_json::json!({}), serde_json::json!({ "requests": usage.into() }))
}

#[test]
fn the_free_allowance_is_shared_by_all() {
    let document = of(&[requests("a", "3M"), requests("b", "1M")]);
    assert_eq!(document.monthly, Three::exact(decimal("0.6")));
    assert_eq!(document.resource(&machine("a")).unwrap().monthly.likely, decimal("0.45"));
    assert_eq!(document.resource(&machine("b")).unwrap().monthly.likely, decimal("0.15"));
    let free = document.charges[0].free.clone().unwrap();
    assert_eq!((free.pool.as_str(), free.used.likely), ("lambda.requests", Decimal::from(1_000_000)));

    let things = [requests("a", "3M"), requests("b", "1M")];
    let paid = estimate(&billed_of(&things), &EstimateContext { free_tier: false, ..context() }).unwrap();
    assert_eq!(paid.monthly, Three::exact(decimal("0.8")));
}

#[test]
fn an_allowance_is_shared_by_prices_too() {
    let arm = thing("arm", serde_json::json!({ "price": "lambda.requests-arm" }), serde_json::json!({ "requests": "3M" }));
    let document = of(&[requests("x86", "1M"), arm]);
    assert_eq!(document.monthly.likely, decimal("0.6"));
    assert_eq!(document.resource(&machine("arm")).unwrap().monthly.likely, decimal("0.45"));
}

#[test]
fn unknown_usage_is_never_zero() {
    let document = of(&[thing("a", serde_json::json!({}), serde_json::json!({})), requests("b", "2M")]);
    let unknown = document.resource(&machine("a")).unwrap();
    assert!(unknown.is_unknown() && unknown.depends_on_usage);
    assert_eq!((unknown.lines[0].quantity, unknown.lines[0].usd), (None, None));
    assert_eq!(unknown.missing, ["usage.requests"]);
    assert_eq!(document.depends_on_usage, 1);
    assert!(document.resource(&machine("b")).unwrap().is_from_usage());
}

#[test]
fn a_missing_price_is_an_error_that_names_everything() {
    let wrong = |name: &str| thing(name, serde_json::json!({ "price": "lambda.request-x86" }), serde_json::json!({}));
    let things = [wrong("a"), wrong("b"), requests("c", "1M")];
    let errors = estimate(&billed_of(&things), &context()).unwrap_err();
    assert_eq!(errors.len(), 2);
    let text = errors[0].to_string();
    for part in ["machine.a", "`requests`", "`lambda.request-x86`", "did you mean `lambda.requests-x86`?"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn an_unknown_region_is_said_once() {
    let things = [requests("a", "1M"), requests("b", "1M")];
    let errors = estimate(&billed_of(&things), &EstimateContext { region: "eu-west-9", ..context() }).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().starts_with("could not price anything: there are no prices for the region `eu-west-9`"), "{}", errors[0]);
}

#[test]
fn two_bills_of_one_address_are_one_resource() {
    let item = || CostItem::known("requests", "Requests", "sqs.fifo", Three::exact(Decimal::from(2_000_000)), Basis::Usage);
    let bill = || Bill { address: machine("a"), items: vec![item()], starts: None, notes: Vec::new() };
    let document = price(vec![bill(), bill()], &EstimateContext { free_tier: false, ..context() }).unwrap();
    assert_eq!(document.resources.len(), 1);
    assert_eq!((document.resources[0].lines.len(), document.monthly.likely), (2, decimal("2")));
}

#[test]
fn one_time_charges_stay_out_of_the_month() {
    let item = |once| CostItem {
        once,
        ..CostItem::known("requests", "Requests", "lambda.requests-x86", Three::exact(Decimal::from(2_000_000)), Basis::Usage)
    };
    let bill = Bill { address: machine("a"), items: vec![item(false), item(true)], starts: None, notes: Vec::new() };
    let document = price(vec![bill], &context()).unwrap();
    // The allowance is monthly: it is not taken off what is paid once.
    assert_eq!((document.monthly.likely, document.once.likely), (decimal("0.2"), decimal("0.4")));
}

#[test]
fn ranges_travel_through() {
    let document = of(&[requests("a", serde_json::json!({ "low": "1M", "likely": "2M", "high": "11M" }))]);
    assert_eq!(document.monthly, Three { low: decimal("0"), likely: decimal("0.2"), high: decimal("2") });
}

fn starter(name: &str, schedule: Option<&str>, tasks: &[&str]) -> Thing {
    let tasks: Vec<_> = tasks.iter().map(|name| serde_json::json!({ "machine": format!("${{machine.{name}.name}}") })).collect();
    let mut spec = serde_json::json!({ "size": 1, "name": name, "task": tasks });
    if let Some(schedule) = schedule {
        spec["schedule"] = schedule.into();
    }
    thing(name, spec, serde_json::json!({}))
}

#[test]
fn a_nightly_pipeline_starts_what_it_runs() {
    let nightly = Decimal::from(365) / Decimal::from(12);
    let things = [
        starter("job", None, &["inner"]),
        starter("pipeline", Some("cron(0 3 * * ? *)"), &["job", "job", "other"]),
        starter("inner", None, &[]),
        starter("other", None, &[]),
        thing("follower", serde_json::json!({ "size": 1, "after": ["${machine.other.name}"] }), serde_json::json!({})),
        starter("idle", None, &[]),
    ];
    let document = of(&things);
    let runs = |name: &str| document.resource(&machine(name)).unwrap().starts.map(|runs| runs.likely.round_dp(10));
    assert_eq!(runs("pipeline"), None);
    assert_eq!(runs("job"), Some((nightly * Decimal::TWO).round_dp(10)));
    assert_eq!(runs("inner"), runs("job"));
    assert_eq!(runs("other"), Some(nightly.round_dp(10)));
    assert_eq!(runs("follower"), runs("other"));
    assert_eq!(runs("idle"), None);
    assert!(document.resource(&machine("idle")).unwrap().is_unknown());
}

#[test]
fn usage_is_the_whole_count() {
    let mut pipeline = starter("pipeline", Some("cron(0 3 * * ? *)"), &["job"]);
    pipeline.usage_value =
        Value::from_json(serde_json::json!({ "runs": { "low": "10/month", "likely": "20/month", "high": "40/month" } })).unwrap();
    let document = of(&[pipeline, starter("job", None, &[])]);
    let runs = document.resource(&machine("job")).unwrap().starts.unwrap();
    assert_eq!(runs, Three { low: Decimal::from(10), likely: Decimal::from(20), high: Decimal::from(40) });
}

#[test]
fn recorded_names_are_followed_like_references() {
    let recorded =
        |target: &str| thing("p", serde_json::json!({ "schedule": "rate(1 day)", "task": [{ "machine": target }] }), serde_json::json!({}));
    for target in ["job", "arn:aws:glue:us-east-1:123456789012:job/job", r#"{"Name":"job","Instances":{}}"#] {
        let document = of(&[recorded(target), starter("job", None, &[])]);
        assert!(document.resource(&machine("job")).unwrap().starts.is_some(), "{target}");
    }
}

#[test]
fn what_is_switched_off_starts_nothing() {
    let task = serde_json::json!([{ "machine": "${machine.job.name}", "enabled": false }]);
    let off = thing("p", serde_json::json!({ "schedule": "rate(1 day)", "task": task }), serde_json::json!({}));
    let document = of(&[off, starter("job", None, &[])]);
    assert_eq!(document.resource(&machine("job")).unwrap().starts, None);
}

#[test]
fn a_circle_ends() {
    let things = [starter("a", Some("rate(1 day)"), &["b"]), starter("b", None, &["a", "b", "c"]), starter("c", None, &[])];
    let document = of(&things);
    assert!(document.resource(&machine("a")).unwrap().notes[0].contains("circle"));
    assert_eq!(document.resource(&machine("a")).unwrap().starts, None);
    // What leaves the circle is not known to run, and says so.
    assert!(document.resource(&machine("c")).unwrap().notes[0].contains("machine.b starts it too"));
}

#[test]
fn before_and_after_are_compared() {
    let before = of(&[requests("kept", "6M"), requests("gone", "5M")]);
    let after = of(&[requests("kept", "3M"), requests("new", "1M"), thing("open", serde_json::json!({}), serde_json::json!({}))]);
    let comparison = compare(&before, &after);
    assert_eq!(
        (comparison.before.likely, comparison.after.likely, comparison.change.likely),
        (decimal("2"), decimal("0.6"), decimal("-1.4"))
    );
    assert_eq!(comparison.percent, Some(decimal("-70")));
    let names: Vec<&str> = comparison.resources.keys().map(|address| address.name.as_str()).collect();
    assert_eq!(names, ["kept", "new", "open", "gone"]);
    assert_eq!(comparison.resource(&machine("gone")).unwrap().after, None);
    assert!(comparison.resource(&machine("open")).unwrap().unknown);
    assert_eq!(compare(&of(&[]), &after).percent, None);
}

fn settings(budget: Budget) -> Settings {
    Settings { name: "p".into(), environment: None, region: "us-east-1".into(), account: None, artifacts: None, budget, budget_span: None }
}

#[test]
fn a_budget_is_judged_by_the_likely_cost() {
    let after = of(&[
        requests("a", serde_json::json!({ "low": "1M", "likely": "6M", "high": "11M" })),
        thing("b", serde_json::json!({}), serde_json::json!({})),
    ]);
    let verdicts = judge(
        &settings(Budget { monthly_usd: Some(decimal("1.5")), max_increase_percent: Some(decimal("20")) }),
        Some(Three::exact(decimal("0.9"))),
        &after,
    );
    assert!(verdicts.iter().all(|verdict| !verdict.over || verdict.key == BudgetKey::MaxIncreasePercent));
    assert_eq!(verdicts[0].message, "within budget: [budget] monthly_usd = 1.5, and the estimate is $1.00 per month");
    assert_eq!(verdicts[0].notes[0], "the high estimate, $2.00 per month, is above it");
    assert_eq!(verdicts[0].notes[1], "1 resource depends on usage that is not given and may add to it");
    assert!(verdicts[0].diagnostic().is_none());
    assert_eq!(
        verdicts[1].message,
        "within budget: [budget] max_increase_percent = 20, and the cost goes $0.90 → $1.00 per month (+11.1%)"
    );
    let over = judge(
        &settings(Budget { monthly_usd: Some(decimal("0.25")), max_increase_percent: Some(decimal("10")) }),
        Some(Range::ZERO),
        &after,
    );
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].message, "over budget: [budget] monthly_usd = 0.25, and the estimate is $1.00 per month, $0.75 above it");
    assert!(over[0].diagnostic().is_some());
}

#[test]
fn a_line_is_explained_down_to_its_tier() {
    let document = of(&[requests("a", "3M"), requests("b", "1M")]);
    let explanation = explain(&document, &machine("a")).unwrap();
    let line = &explanation.lines[0];
    assert_eq!((line.price.as_of.as_str(), line.price.region.as_str(), line.price.stand_in), ("2026-06", "us-east-1", false));
    assert_eq!(line.share, Some(decimal("0.75")));
    let account = line.account.unwrap();
    assert_eq!(account.tiers.likely[0].quantity, Decimal::from(3_000_000));
    assert_eq!(account.usd.likely, decimal("0.6"));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["lines"][0]["line"]["usd"]["likely"], "0.45");
    assert!(explain(&document, &machine("z")).is_none());
}

#[test]
fn a_fix_is_worth_what_the_account_saves() {
    let things = [requests("a", "3M"), thing("big", serde_json::json!({ "size": 10 }), serde_json::json!({ "runs": "100/month" }))];
    let items = billed_of(&things);
    let account = Account::of(&items, &context()).unwrap();
    let fix = |path: &str, value: Option<Value>| Fix { path: Path::from(path), value, safe: true };
    let worth = account.worth(&machine("big"), &fix("size", Some(Value::Number(Decimal::from(4))))).unwrap().unwrap();
    assert_eq!((worth.before.likely, worth.after.likely, worth.saving()), (decimal("440"), decimal("176"), decimal("264")));
    // Another price, with the allowance still shared.
    let worth = account.worth(&machine("a"), &fix("price", Some(Value::Text("sqs.standard".into())))).unwrap().unwrap();
    assert_eq!((worth.before.likely, worth.after.likely), (decimal("0.4"), decimal("0.8")));
    for (address, fix) in [
        (machine("nobody"), fix("size", None)),
        (machine("big"), fix("size", Some(Value::Text("four".into())))),
        (machine("big"), fix("sizes", None)),
        (machine("a"), fix("size", Some(Value::Number(Decimal::ONE)))),
    ] {
        assert_eq!(account.worth(&address, &fix).unwrap(), None, "{fix:?}");
    }
}

#[test]
fn recorded_resources_are_read_back() {
    let value = Value::from_json(serde_json::json!({ "size": 2 })).unwrap();
    let usage = Value::from_json(serde_json::json!({ "runs": "10/month" })).unwrap();
    let recorded = Recorded::read(&machine("a"), &MACHINE, &value, Some(&usage)).unwrap();
    let document = estimate(&[recorded.billed()], &context()).unwrap();
    assert_eq!(document.monthly.likely, decimal("8.8"));
    assert_eq!(document.assumptions[0].text, "an hour each");
    let wrong = Value::from_json(serde_json::json!({ "sizes": 2 })).unwrap();
    let error = Recorded::read(&machine("a"), &MACHINE, &wrong, None).err().unwrap();
    assert!(error.to_string().starts_with("could not read what was recorded of machine.a: unknown field"));
}

#[test]
fn an_old_book_and_a_stand_in_are_told() {
    let late = EstimateContext { today: date(2027, 11, 20), ..context() };
    assert!(estimate(&[], &late).unwrap().book.stale.unwrap().contains("prices update"));
    assert_eq!(estimate(&[], &context()).unwrap().book.stale, None);
    let things = [thing("a", serde_json::json!({ "price": "logs.delivery-lambda" }), serde_json::json!({ "requests": 1 }))];
    assert_eq!(of(&things).uncertain_prices, ["logs.delivery-lambda"]);
}

#[test]
fn ten_thousand_resources_are_one_sum() {
    let things: Vec<Thing> = (0..10_000).map(|at| requests(&format!("m{at}"), serde_json::json!(at * 997))).collect();
    let document = of(&things);
    let sum: Decimal = document.resources.values().map(|resource| resource.monthly.likely).sum();
    assert_eq!(sum, document.monthly.likely);
    assert_eq!(sum, (decimal("997") * decimal("49995000") - decimal("1000000")) * decimal("0.0000002"));
    assert_eq!(document.charges.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_add_up_to_the_account_exactly(
        counts in proptest::collection::vec((0_u64..20_000_000_000, 0_u64..5_000_000, 0_u64..5_000_000, 0_usize..4), 1..12),
    ) {
        let ids = ["lambda.duration-x86", "lambda.duration-arm", "sqs.fifo", "s3.standard-storage"];
        let things: Vec<Thing> = counts.iter().enumerate().map(|(at, (low, more, most, id))| {
            let usage = serde_json::json!({ "requests": { "low": low, "likely": low + more, "high": low + more + most } });
            thing(&format!("m{at}"), serde_json::json!({ "price": ids[*id] }), usage)
        }).collect();
        let document = of(&things);
        for charge in &document.charges {
            let lines = document.resources.values().flat_map(|resource| &resource.lines).filter(|line| line.price == charge.price);
            let sum = lines.fold(Range::ZERO, |sum, line| sum + line.usd.unwrap());
            prop_assert_eq!(sum, charge.usd);
        }
        let resources = document.resources.values().fold(Range::ZERO, |sum, resource| sum + resource.monthly);
        let charges = document.charges.iter().fold(Range::ZERO, |sum, charge| sum + charge.usd);
        prop_assert_eq!(resources, document.monthly);
        prop_assert_eq!(charges, document.monthly);
        prop_assert!(document.monthly.low <= document.monthly.likely && document.monthly.likely <= document.monthly.high);
        let paid = estimate(&billed_of(&things), &EstimateContext { free_tier: false, ..context() }).unwrap();
        prop_assert!(paid.monthly.likely >= document.monthly.likely);
    }
}

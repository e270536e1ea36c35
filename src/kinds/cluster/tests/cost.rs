//! Quantities against AWS's published examples (`tests/worked/examples.json` prices the same).

use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::json;

use super::spec;
use crate::kinds::cluster::cost;
use crate::kinds::cluster::spec::{Spec, Usage};
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::{Estimate, Range};
use crate::price::Book;

fn items(spec: &Spec, usage: serde_json::Value, starts: Option<Range>) -> Vec<CostItem> {
    let usage: Usage = serde_json::from_value(usage).unwrap();
    let context = CostContext { region: "us-east-1", today: date(2026, 11, 20), resource: &|_| None, usage: &|_| None, starts };
    cost::items(spec, &usage, &context)
}

fn quantity(items: &[CostItem], meter: &str) -> Range {
    items.iter().find(|item| item.meter == meter).unwrap().quantity.unwrap()
}

/// What some meters cost in us-east-1.
fn dollars(items: &[CostItem], meters: &[&str]) -> Decimal {
    let priced = items.iter().filter(|item| meters.contains(&item.meter.as_str()));
    priced.map(|item| item.quantity.unwrap().likely * Book::embedded().rate("us-east-1", &item.price).unwrap().tiers[0].usd).sum()
}

/// One run an hour long, of one primary node.
fn for_an_hour(instance_type: &str) -> Vec<CostItem> {
    let spec = spec(json!({ "lifetime": "transient", "primary": { "type": instance_type } }));
    items(&spec, json!({ "runs": "1/month", "duration": "1h" }), None)
}

#[test]
fn an_hour_of_a_node_costs_what_aws_says() {
    // emr-01, emr-02 and emr-06.
    for (instance_type, ec2, emr) in
        [("m5.4xlarge", "0.768", "0.192"), ("m6g.4xlarge", "0.616", "0.154"), ("r8gd.xlarge", "0.29392", "0.07348")]
    {
        let items = for_an_hour(instance_type);
        assert_eq!(dollars(&items, &["primary.ec2"]).round_dp(5), ec2.parse().unwrap(), "{instance_type}");
        assert_eq!(dollars(&items, &["primary.emr"]).round_dp(5), emr.parse().unwrap(), "{instance_type}");
    }
}

#[test]
fn ten_nodes_for_two_hours_are_twenty_node_hours() {
    // emr-03: EC2 alone costs $3.84.
    let spec = spec(json!({ "lifetime": "transient", "core": { "type": "m5.xlarge", "count": 10 } }));
    let items = items(&spec, json!({ "runs": "1/month", "duration": "2h" }), None);
    assert_eq!(quantity(&items, "core.ec2"), Estimate::exact(Decimal::from(20)));
    assert_eq!(dollars(&items, &["core.ec2"]), "3.84".parse().unwrap());
}

#[test]
fn volumes_are_billed_by_the_hour() {
    // emr-08: 2,000 GB of gp2 for 12 hours; AWS counts months of 720 hours and we 730, so 720/730 of the published $3.33.
    let core = json!({ "type": "m5.xlarge", "volumes": [{ "type": "gp2", "size": "1000GB", "count": 2 }] });
    let spec = spec(json!({ "lifetime": "transient", "core": core }));
    let items = items(&spec, json!({ "runs": "1/month", "duration": "12h" }), None);
    let published = Decimal::new(3_333_333, 6);
    let ours = dollars(&items, &["core.ebs"]);
    assert_eq!((ours * Decimal::from(730) / Decimal::from(720)).round_dp(6), published);
}

#[test]
fn a_long_running_cluster_is_there_all_month() {
    let items = items(&spec(json!({ "core": { "type": "m7g.xlarge", "count": 2 } })), json!({}), None);
    assert_eq!(quantity(&items, "primary.ec2"), Estimate::exact(Decimal::from(730)));
    assert_eq!(quantity(&items, "core.emr"), Estimate::exact(Decimal::from(1460)));
    assert_eq!(quantity(&items, "core.root"), Estimate::exact(Decimal::from(30)));
    assert_eq!(quantity(&items, "core.ebs"), Estimate::exact(Decimal::from(128)), "an xlarge gets 64 GB when nothing is said");
}

#[test]
fn the_pipelines_schedule_says_how_often_a_transient_cluster_runs() {
    let spec = spec(json!({ "lifetime": "transient", "start": "pipeline" }));
    let items = items(&spec, json!({ "duration": "30m" }), Some(Estimate::exact(Decimal::from(30))));
    assert_eq!(quantity(&items, "primary.ec2"), Estimate::exact(Decimal::from(15)));
}

#[test]
fn less_than_a_minute_is_billed_as_one() {
    let spec = spec(json!({ "lifetime": "transient" }));
    let items = items(&spec, json!({ "runs": "60/month", "duration": "10s" }), None);
    assert_eq!(quantity(&items, "primary.ec2"), Estimate::exact(Decimal::ONE));
}

#[test]
fn without_usage_a_transient_cluster_is_unknown_and_not_free() {
    let items = items(&spec(json!({ "lifetime": "transient" })), json!({}), None);
    assert!(items.iter().all(|item| item.quantity.is_none()));
    assert_eq!(items[0].missing, ["usage.runs", "usage.duration"]);
}

#[test]
fn spot_is_cheaper_and_emrs_part_is_not() {
    let task = json!({ "types": ["m7g.xlarge", "m6g.xlarge"], "count": 4, "market": "spot" });
    let items = items(&spec(json!({ "task": task })), json!({}), None);
    assert_eq!(quantity(&items, "task.spot"), Estimate::exact(Decimal::from(2920)));
    assert_eq!(quantity(&items, "task.emr"), Estimate::exact(Decimal::from(2920)));
    assert!(items.iter().all(|item| item.meter != "task.ec2"));
}

#[test]
fn a_weighted_fleet_counts_instances_and_not_units() {
    let task = json!({ "spot": 12, "instance": [{ "type": "m7g.2xlarge", "weight": 2 }] });
    let items = items(&spec(json!({ "task": task })), json!({ "hours": 1 }), None);
    assert_eq!(quantity(&items, "task.spot"), Estimate::exact(Decimal::from(6)));
}

#[test]
fn managed_scaling_costs_between_its_bounds() {
    let spec = spec(json!({
        "core": { "type": "m7g.xlarge", "count": 2 },
        "task": { "type": "m7g.xlarge", "count": 0, "market": "spot" },
        "managed_scaling": { "min": 2, "max": 10, "max_core": 2 },
    }));
    let items = items(&spec, json!({ "hours": 1 }), None);
    assert_eq!(quantity(&items, "core.ec2"), Estimate::exact(Decimal::TWO));
    let task = quantity(&items, "task.spot");
    assert_eq!((task.low, task.likely, task.high), (Decimal::ZERO, Decimal::ZERO, Decimal::from(8)));
    let items = self::items(&spec, json!({ "hours": 1, "nodes": 6 }), None);
    assert_eq!(quantity(&items, "task.spot").likely, Decimal::from(4));
}

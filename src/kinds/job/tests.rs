//! What holds for jobs beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_decimal::Decimal;

use super::spec::Spec;
use super::usage::Usage;
use super::{arguments, cost, grants, validate};
use crate::model::access::Grant;
use crate::model::cost::{Basis, CostContext, CostItem};
use crate::model::estimate::Range;
use crate::model::kind::Problems;
use crate::price::Book;

fn read(json: serde_json::Value) -> Spec {
    serde_json::from_value(json).unwrap()
}

/// A job with the given fields beside those it must have.
#[expect(clippy::needless_pass_by_value, reason = "`json!` makes a value, and no call needs it afterwards")]
fn job(fields: serde_json::Value) -> Spec {
    let mut whole = serde_json::json!({ "name": "j", "script": "s3://code/j.py", "role": "arn:aws:iam::1:role/r" });
    for (key, value) in fields.as_object().unwrap() {
        whole[key] = value.clone();
    }
    read(whole)
}

fn items(spec: &Spec, usage: serde_json::Value, starts: Option<Range>) -> Vec<CostItem> {
    let usage: Usage = serde_json::from_value(usage).unwrap();
    let context = CostContext { region: "us-east-1", today: date(2026, 11, 20), resource: &|_| None, usage: &|_| None, starts };
    cost::items(spec, &usage, &context)
}

/// What the one line costs in us-east-1, in cents' precision, at the price book's rate.
fn dollars(item: &CostItem) -> Decimal {
    let rates =
        [("glue.spark", "0.44"), ("glue.spark-6", "0.308"), ("glue.flex", "0.29"), ("glue.flex-6", "0.203"), ("glue.python-shell", "0.44")];
    let rate: Decimal = rates.iter().find(|(id, _)| *id == item.price).unwrap().1.parse().unwrap();
    (item.quantity.unwrap().likely * rate).round_dp(2)
}

fn one_run(spec: &Spec, duration: &str) -> Decimal {
    dollars(&items(spec, serde_json::json!({ "runs": "1/month", "duration": duration }), None)[0])
}

#[test]
fn ten_g1x_workers_for_twenty_minutes_cost_what_aws_says() {
    for (version, class, expected) in
        [("5.1", "standard", "1.47"), ("6.0", "standard", "1.03"), ("6.0", "flex", "0.68"), ("5.1", "flex", "0.97")]
    {
        let spec = job(serde_json::json!({ "glue_version": version, "worker_type": "G.1X", "workers": 10, "execution_class": class }));
        assert_eq!(one_run(&spec, "20m").to_string(), expected, "{version} {class}");
    }
    let spec = job(serde_json::json!({ "glue_version": "5.1", "worker_type": "G.1X", "workers": 6, "execution_class": "flex" }));
    assert_eq!(one_run(&spec, "20m").to_string(), "0.58");
}

#[test]
fn the_same_capacity_costs_the_same_in_every_worker_size() {
    for (worker, count) in [("G.1X", 16), ("G.2X", 8), ("G.4X", 4), ("G.8X", 2), ("G.16X", 1)] {
        let spec = job(serde_json::json!({ "glue_version": "5.1", "worker_type": worker, "workers": count }));
        assert_eq!(one_run(&spec, "1h").to_string(), "7.04", "{worker}");
    }
}

#[test]
fn sixty_hours_of_ten_dpus_cost_264_dollars() {
    let spec = job(serde_json::json!({ "glue_version": "4.0", "worker_type": "G.1X", "workers": 10 }));
    assert_eq!(dollars(&items(&spec, serde_json::json!({ "runs": "60/month", "duration": "1h" }), None)[0]), Decimal::from(264));
}

#[test]
fn a_run_is_billed_for_a_minute_at_least() {
    let spec = job(serde_json::json!({ "glue_version": "5.1", "worker_type": "G.1X", "workers": 2 }));
    let quantity = |duration: &str| {
        items(&spec, serde_json::json!({ "runs": "30/month", "duration": duration }), None)[0].quantity.unwrap().likely.round_dp(6)
    };
    assert_eq!(quantity("5s"), Decimal::ONE);
    assert_eq!(quantity("5s"), quantity("60s"));
}

#[test]
fn each_family_has_its_own_price() {
    for (fields, price) in [
        (serde_json::json!({ "glue_version": "5.1", "worker_type": "R.1X", "workers": 2 }), "glue.memory-optimized"),
        (serde_json::json!({ "glue_version": "6.0", "worker_type": "R.8X", "workers": 2 }), "glue.memory-optimized-6"),
        (serde_json::json!({ "type": "ray", "glue_version": "4.0", "worker_type": "Z.2X", "workers": 2 }), "glue.ray"),
        (serde_json::json!({ "type": "python-shell" }), "glue.python-shell"),
        (serde_json::json!({ "type": "streaming", "glue_version": "4.0", "worker_type": "G.025X", "workers": 2 }), "glue.spark"),
        (serde_json::json!({}), "glue.spark-6"),
    ] {
        let found = items(&job(fields.clone()), serde_json::json!({ "runs": "1/day", "duration": "9m" }), None);
        assert_eq!(found[0].price, price, "{fields}");
    }
}

#[test]
fn every_price_is_in_the_book() {
    let book = Book::embedded();
    for id in [
        "glue.spark",
        "glue.spark-6",
        "glue.flex",
        "glue.flex-6",
        "glue.memory-optimized",
        "glue.memory-optimized-6",
        "glue.python-shell",
        "glue.ray",
    ] {
        assert!(book.rate("us-east-1", id).is_ok(), "{id}");
    }
}

#[test]
fn a_streaming_job_runs_all_month() {
    let spec = job(serde_json::json!({ "type": "streaming", "glue_version": "5.1", "worker_type": "G.1X", "workers": 2 }));
    let found = items(&spec, serde_json::json!({}), None);
    assert_eq!((found[0].quantity.unwrap().likely, found[0].basis), (Decimal::from(1460), Basis::Configuration));
}

#[test]
fn a_python_shell_job_takes_a_sixteenth() {
    let spec = job(serde_json::json!({ "type": "python-shell", "max_capacity": 0.0625 }));
    let found = items(&spec, serde_json::json!({ "runs": "16/month", "duration": "1h" }), None);
    assert_eq!(found[0].quantity.unwrap().likely, Decimal::ONE);
}

#[test]
fn schedules_triggers_and_starters_give_the_runs() {
    let spec = job(serde_json::json!({
        "glue_version": "5.1", "worker_type": "G.1X", "workers": 6, "schedule": "cron(0 3 1 * ? *)",
        "trigger": [{ "name": "mid", "schedule": "cron(0 3 15 * ? *)" }, { "name": "off", "schedule": "cron(0 3 20 * ? *)", "start_on_creation": false }],
    }));
    let usage = serde_json::json!({ "duration": "10m" });
    let own = items(&spec, usage.clone(), None)[0].clone();
    assert_eq!((own.quantity.unwrap().likely.round_dp(3), own.basis), (Decimal::from(2), Basis::Schedule));
    let started = items(&spec, usage, Some(Range::exact(Decimal::from(4))));
    assert_eq!(started[0].quantity.unwrap().likely.round_dp(3), Decimal::from(6));
}

#[test]
fn autoscaling_bills_the_share_that_was_used() {
    let usage = serde_json::json!({ "runs": "1/month", "duration": "1h", "autoscaled_share": "50%" });
    let fields = serde_json::json!({ "glue_version": "5.1", "worker_type": "G.1X", "workers": 10 });
    assert_eq!(items(&job(fields.clone()), usage.clone(), None)[0].quantity.unwrap().likely, Decimal::TEN);
    let mut scaled = job(fields);
    scaled.autoscaling = Some(true);
    assert_eq!(items(&scaled, usage, None)[0].quantity.unwrap().likely, Decimal::from(5));
}

#[test]
fn without_usage_the_cost_is_unknown_and_says_what_is_missing() {
    let found = items(&job(serde_json::json!({})), serde_json::json!({}), None);
    assert_eq!((found[0].quantity, found[0].missing.as_slice()), (None, ["usage.runs", "usage.duration"].as_slice()));
}

#[test]
fn fields_become_arguments_and_come_back() {
    let spec = job(serde_json::json!({
        "language": "scala", "main_class": "a.B", "bookmark": "pause", "metrics": true, "observability_metrics": false,
        "continuous_logging": true, "log_group": "/x", "spark_ui": false, "spark_event_logs": "s3://l/", "autoscaling": true,
        "insights": true, "data_catalog": true, "table_formats": ["iceberg", "hudi"], "extra_py_files": ["s3://c/a.zip", "s3://c/b.zip"],
        "extra_jars": ["s3://c/a.jar"], "extra_files": ["s3://c/r.json"], "python_modules": ["pyarrow==21.0.0"], "temp_dir": "s3://t/",
        "default_arguments": { "--day": "today" },
    }));
    let sent = arguments::of(&spec);
    assert_eq!(sent.len(), arguments::FIELDS.len() + 1);
    assert_eq!(sent["--job-bookmark-option"], "job-bookmark-pause");
    assert_eq!(sent["--datalake-formats"], "iceberg,hudi");
    let mut back = job(serde_json::json!({}));
    arguments::into_fields(sent, &mut back);
    assert_eq!(back, spec);
}

#[test]
fn an_unknown_bookmark_option_stays_an_argument() {
    let mut spec = job(serde_json::json!({}));
    arguments::into_fields(BTreeMap::from([("--job-bookmark-option".to_owned(), "job-bookmark-new".to_owned())]), &mut spec);
    assert_eq!((spec.bookmark, spec.default_arguments.len()), (None, 1));
}

fn messages(fields: serde_json::Value) -> Vec<(String, String)> {
    let mut problems = Problems::default();
    validate::check(&job(fields), &mut problems);
    problems.found.into_iter().map(|problem| (problem.path.to_string(), problem.message)).collect()
}

#[test]
fn an_argument_that_a_field_stands_for_is_refused() {
    let found = messages(serde_json::json!({ "default_arguments": { "--TempDir": "s3://t/", "day": "x" } }));
    assert_eq!(found.len(), 2);
    assert!(found.iter().any(|(_, message)| message == "`temp_dir` stands for the argument `--TempDir`"));
    assert!(found.iter().any(|(_, message)| message == "the argument `day` has no `--` before it"));
}

#[test]
fn a_condition_names_one_thing_that_can_end_so() {
    let found = messages(serde_json::json!({ "trigger": [
        { "name": "a", "after": [{ "crawler": "c", "state": "stopped" }, { "job": "j", "crawler": "c" }], "schedule": "cron(0 3 * * ? *)" },
        { "name": "a" },
    ] }));
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["trigger[0].after", "trigger[0].after[0].state", "trigger[0].after[1]", "trigger[1].name"]);
}

#[test]
fn a_time_of_half_a_minute_is_refused() {
    assert_eq!(
        messages(serde_json::json!({ "timeout": "90s" })),
        [("timeout".to_owned(), "Glue counts whole minutes, and 1m30s is none".to_owned())]
    );
}

#[test]
fn the_derived_role_reaches_only_what_is_named() {
    let spec =
        job(serde_json::json!({ "reads": ["database.lake"], "sinks": [{ "type": "catalog", "path": "${database.lake.name}.out" }] }));
    let resources: Vec<String> = grants::of(&spec)
        .into_iter()
        .flat_map(|grant| match grant {
            Grant::Actions { resources, .. } => resources,
            Grant::Use { .. } | Grant::PassRole { .. } => Vec::new(),
        })
        .collect();
    assert!(resources.contains(&"arn:{partition}:s3:::code/j.py".to_owned()));
    assert!(resources.contains(&"arn:{partition}:glue:{region}:{account}:table/${database.lake.name}/*".to_owned()));
    assert!(!resources.iter().any(|resource| resource == "*"), "{resources:?}");
}

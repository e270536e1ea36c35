//! What holds for pipelines beyond what every kind must hold.
#![expect(clippy::unwrap_used, reason = "a test")]

mod languages;
mod refused;

use jiff::civil::date;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::spec::{Spec, Usage};
use super::{Pipeline, asl, cost, definition, validate};
use crate::base::address::Address;
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::Range;
use crate::model::kind::{Kind, Problems};
use crate::model::value::Value;

fn read(json: &Json) -> Spec {
    let mut json = json.clone();
    json["role"] = "role.p".into();
    serde_json::from_value(json).unwrap()
}

fn problems(json: &Json) -> Vec<(String, String)> {
    let mut problems = Problems::default();
    validate::check(&read(json), &mut problems);
    problems.found.into_iter().map(|problem| (problem.path.to_string(), problem.message)).collect()
}

fn costs(spec: &Json, usage: Json, starts: Option<u32>) -> Vec<CostItem> {
    let usage: Usage = serde_json::from_value(usage).unwrap();
    let crawler = Value::from_json(json!({ "duration": "4m" })).unwrap();
    let of = |address: &Address| (address.kind == "crawler").then_some(&crawler);
    let context = CostContext {
        region: "us-east-1",
        today: date(2026, 11, 20),
        resource: &|_| None,
        usage: &of,
        starts: starts.map(|starts| Range::exact(starts.into())),
    };
    cost::items(&read(spec), &usage, &context)
}

/// The pipeline of the clickstream example.
fn clickstream() -> Json {
    json!({ "timeout": "4h", "task": [
        { "name": "crawl", "crawler": "crawler.raw", "retry": { "attempts": 2, "backoff": 2.0 }, "on_error": "topic.alerts" },
        { "name": "sessionize", "job": "job.sessionize", "after": ["crawl"], "retry": { "attempts": 3, "backoff": 2.0 }, "on_error": "topic.alerts" },
        { "name": "wanted", "after": ["sessionize"], "default": "aggregate",
          "choice": [{ "variable": "$$.Execution.Input.aggregate", "equals": false, "next": "finished" }] },
        { "name": "aggregate", "cluster": "cluster.nightly", "retry": { "attempts": 1, "backoff": 2.0 }, "on_error": "topic.alerts" },
        { "name": "finished", "succeed": true },
    ] })
}

#[test]
fn the_clickstream_pipeline_compiles_to_a_sound_definition() {
    assert_eq!(problems(&clickstream()), []);
    let json = definition::of(&read(&clickstream())).unwrap();
    let states = json["States"].as_object().unwrap();
    let names: Vec<&str> = states.keys().map(String::as_str).collect();
    assert_eq!(names, ["crawl", "sessionize", "wanted", "aggregate", "finished", "Tell of the failure", "Failed"]);
    assert_eq!((json["StartAt"].as_str(), json["TimeoutSeconds"].as_u64()), (Some("crawl"), Some(14_400)));
    assert_eq!(
        states["sessionize"],
        json!({
            "Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": { "JobName": "job.sessionize" },
            "ResultPath": "$.sessionize",
            "Retry": [{ "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 10, "MaxAttempts": 3, "BackoffRate": 2 }],
            "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Tell of the failure", "ResultPath": "$.error" }],
            "Next": "wanted",
        })
    );
    assert_eq!(
        states["wanted"],
        json!({
            "Type": "Choice", "Default": "aggregate",
            "Choices": [{ "Variable": "$$.Execution.Input.aggregate", "BooleanEquals": false, "Next": "finished" }],
        })
    );
    assert_eq!((&states["aggregate"]["Type"], &states["aggregate"]["End"]), (&json!("Parallel"), &json!(true)));
    assert_eq!(asl::check(&json), []);
}

#[test]
fn tasks_that_wait_for_the_same_run_together() {
    let spec = json!({ "task": [
        { "name": "a", "function": "function.a" },
        { "name": "b", "function": "function.b", "after": ["a"] },
        { "name": "c", "function": "function.c", "after": ["a"] },
        { "name": "d", "wait": { "time": "1m" }, "after": ["b", "c"] },
    ] });
    let json = definition::of(&read(&spec)).unwrap();
    assert_eq!(json["States"]["a"]["Next"], "b and c");
    assert_eq!(json["States"]["b and c"]["Next"], "d");
    assert_eq!(json["States"]["b and c"]["Branches"][1]["StartAt"], "c");
    assert_eq!(json["States"]["d"], json!({ "Type": "Wait", "Seconds": 60, "End": true }));
}

#[test]
fn steps_on_a_new_cluster_end_it_on_every_way() {
    let spec = json!({ "task": [{ "name": "run", "cluster": "cluster.c", "steps": [{ "name": "one", "script": "s3://a/b.py" }] }] });
    let json = definition::of(&read(&spec)).unwrap();
    let states = &json["States"]["run"]["Branches"][0]["States"];
    assert_eq!(states["run: one"]["Catch"][0]["Next"], "run: terminate after a failure");
    assert_eq!(states["run: one"]["Next"], "run: terminate");
    for end in ["run: terminate", "run: terminate after a failure"] {
        assert_eq!(states[end]["Resource"], "arn:aws:states:::elasticmapreduce:terminateCluster.sync");
    }
    assert_eq!(asl::check(&json), []);
}

#[test]
fn normal_form_holds_the_definition_and_is_the_same_twice() {
    let mut value = Value::from_json(json!({ "role": "${role.p.arn}", "enabled": true, "task": [
        { "name": "go", "job": "${job.a.name}", "retry": { "attempts": 1, "backoff": "1.5", "interval": "10s" } },
        { "name": "cluster", "cluster": "${cluster.c.request}", "after": ["go"] },
    ] }))
    .unwrap();
    Pipeline::normalize(&mut value);
    let first = value.clone();
    Pipeline::normalize(&mut value);
    assert_eq!(value, first);
    let Some(Value::Unknown(template)) = value.get("definition") else { panic!("{value}") };
    let text = template.to_string();
    assert!(text.contains(r#""JobName": "${job.a.name}""#), "{text}");
    assert!(text.contains(r#""Parameters": ${cluster.c.request}"#), "{text}");
    assert!(text.contains(r#""BackoffRate": 1.5"#), "{text}");

    // Once all is known, the text is what AWS would answer, and normalising the answer gives it again.
    value.resolve(&|address, _| Some(if address.kind == "cluster" { r#"{"Name":"c"}"# } else { "x" }.to_owned()));
    Pipeline::normalize(&mut value);
    let known = value.get("definition").and_then(Value::text).unwrap().to_owned();
    let mut real = Value::from_literal_json(json!({ "role": "x", "enabled": true, "definition": known })).unwrap();
    Pipeline::normalize(&mut real);
    assert_eq!(real.get("definition").and_then(Value::text), Some(known.as_str()));
    assert!(known.contains(r#""Name": "c""#), "{known}");
}

#[test]
fn what_aws_says_by_default_is_as_absent() {
    let json = json!({ "logging": { "level": "off" }, "timezone": "UTC", "definition": "{\"StartAt\":\"a\",\"States\":{}}" });
    let mut value = Value::from_literal_json(json).unwrap();
    Pipeline::normalize(&mut value);
    assert!(value.get("logging").is_none() && value.get("timezone").is_none());
}

#[test]
fn data_pipeline_is_refused_with_the_reason() {
    let said = problems(&json!({ "engine": "data-pipeline", "task": [] }));
    assert_eq!(said, [("engine".to_owned(), "Data Pipeline is not available yet, and AWS closed it to new customers".to_owned())]);
}

#[test]
fn mistakes_in_tasks_are_told_where_they_are() {
    let said = |tasks: Json| problems(&json!({ "task": tasks }));
    let path = |tasks: Json| said(tasks).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(said(json!([{ "name": "a" }])), [("task[0]".to_owned(), "the task `a` does nothing".to_owned())]);
    let two = json!([{ "name": "a", "job": "job.a", "crawler": "crawler.b" }]);
    assert_eq!(said(two)[0].1, "the task `a` does several things: `job` and `crawler`");
    assert_eq!(path(json!([{ "name": "a", "succeed": true }, { "name": "b", "succeed": true, "after": ["aa"] }])), ["task[1].after"]);
    assert_eq!(path(json!([{ "name": "a", "wait": {} }])), ["task[0].wait"]);
    assert_eq!(path(json!([{ "name": "a", "succeed": true }, { "name": "a", "succeed": true }])), ["task[1].name"]);
    assert_eq!(path(json!([{ "name": "a", "state": "{" }])), ["task[0].state"]);
    assert_eq!(path(json!([{ "name": "a", "wait": { "time": "1s" }, "retry": { "attempts": 1 } }])), ["task[0].retry"]);
    assert_eq!(path(json!([{ "name": "a", "choice": [{ "variable": "$.x", "next": "a" }] }])), ["task[0].choice[0]"]);
    assert_eq!(path(json!([{ "name": "p", "parallel": { "branches": [[{ "name": "x" }]] } }])), ["task[0].parallel.branches[0][0]"]);
}

#[test]
fn a_definition_is_held_against_the_language() {
    let definition = |text: &str| problems(&json!({ "definition": text }));
    assert!(definition("{").first().unwrap().1.starts_with("the definition is not JSON"));
    let dangling = definition(r#"{"StartAt":"a","States":{"a":{"Type":"Task","Resource":"${function.f.arn}","Next":"b"}}}"#);
    assert_eq!(dangling[0].1, "`a` leads to `b`, which is no state beside it");
    assert_eq!(definition(r#"{"StartAt":"a","States":{"a":{"Type":"Task","Resource":"${function.f.arn}","End":true}}}"#), []);
}

#[test]
fn fields_of_the_schedule_need_a_schedule() {
    let task = json!([{ "name": "a", "succeed": true }]);
    assert_eq!(problems(&json!({ "task": task, "deadline": "06:00" }))[0].0, "deadline");
    let wrong = json!({ "task": task, "schedule": "rate(1 day)", "schedule_role": "role.s", "deadline": "6 o'clock" });
    assert_eq!(problems(&wrong)[0].1, "`6 o'clock` is not a time of day");
}

#[test]
fn transitions_are_runs_times_states_with_retries() {
    // The course's example: nine transitions and three retries a run, ten thousand runs a day, thirty days.
    let chain: Vec<Json> = (0..9)
        .map(|at| json!({ "name": format!("s{at}"), "pass": {}, "after": if at == 0 { json!([]) } else { json!([format!("s{}", at - 1)]) } }))
        .collect();
    let items = costs(&json!({ "task": chain }), json!({ "runs": "300K/month", "retries": 3 }), None);
    assert_eq!((items.len(), items[0].price.as_str()), (1, "sfn.standard-transition"));
    assert_eq!(items[0].quantity.unwrap(), Range::exact(Decimal::from(3_600_000)));
}

#[test]
fn a_crawler_is_looked_at_every_half_minute() {
    let spec = json!({ "task": [{ "name": "crawl", "crawler": "crawler.raw" }] });
    let items = costs(&spec, json!({ "runs": "1/month" }), None);
    // The group, the start, eight times wait, look and choice for four minutes, and the end.
    assert_eq!(items[0].quantity.unwrap(), Range::exact(Decimal::from(1 + 1 + 8 * 3 + 1)));
    assert_eq!(items[0].assumption, None);
}

#[test]
fn a_schedule_and_starts_by_others_make_runs() {
    let spec = json!({ "task": [{ "name": "a", "succeed": true }], "schedule": "cron(0 3 * * ? *)", "schedule_role": "role.s" });
    let items = costs(&spec, json!({}), Some(10));
    let daily = Decimal::from(365) / Decimal::from(12);
    assert_eq!(items[0].quantity.unwrap().likely.round_dp(6), (daily + Decimal::TEN).round_dp(6));
    assert_eq!((items[1].price.as_str(), items[1].quantity.unwrap().likely.round_dp(6)), ("eventbridge.scheduler", daily.round_dp(6)));
    let mut off = spec;
    off["enabled"] = false.into();
    assert_eq!(costs(&off, json!({}), None)[0].missing, ["usage.runs"]);
}

#[test]
fn express_is_billed_in_steps_of_100_ms_and_64_mb() {
    let spec = json!({ "type": "express", "task": [{ "name": "a", "succeed": true }] });
    let small = costs(&spec, json!({ "runs": "100K/month", "duration": "123ms" }), None);
    assert_eq!(small[1].quantity.unwrap(), Range::exact(Decimal::from(1250)));
    let large = costs(&spec, json!({ "runs": "10M/month", "duration": "800ms", "memory": "512MB" }), None);
    assert_eq!(large[1].quantity.unwrap(), Range::exact(Decimal::from(4_000_000)));
    assert_eq!(costs(&spec, json!({ "runs": "1/day" }), None)[1].missing, ["usage.duration"]);
}

/// What is said of a definition of one state `a`, which ends the run.
fn said_of(state: &Json) -> Vec<String> {
    let mut state = state.clone();
    if !["Choice", "Succeed", "Fail"].contains(&state["Type"].as_str().unwrap_or_default()) {
        state["End"] = true.into();
    }
    let text = json!({ "StartAt": "a", "States": { "a": state, "b": { "Type": "Succeed" } } }).to_string();
    problems(&json!({ "definition": text })).into_iter().map(|(_, message)| message).collect()
}

#[test]
fn what_step_functions_refuses_in_a_state_is_said() {
    let task = |more: &str| {
        let mut state: Json =
            serde_json::from_str(&format!("{{ \"Type\": \"Task\", \"Resource\": \"arn:aws:states:::lambda:invoke\", {more} }}")).unwrap();
        state["Parameters"] = json!({ "FunctionName": "f" });
        state
    };
    let choice = |rule: &str| -> Json { serde_json::from_str(&format!("{{ \"Type\": \"Choice\", \"Choices\": [{rule}] }}")).unwrap() };
    let cases = [
        (task(r#""TimeoutSecond": 5"#), "cannot have `TimeoutSecond`"),
        (task(r#""TimeoutSeconds": 0"#), "has 0 as `TimeoutSeconds`"),
        (task(r#""TimeoutSeconds": "5""#), "has \"5\" as `TimeoutSeconds`"),
        (task(r#""ResultPath": "result""#), "which is no path"),
        (task(r#""ResultPath": "$$.result""#), "as `ResultPath`"),
        (task(r#""ResultSelector": { "day.$": "day" }"#), "has \"day\" as `day.$`"),
        (task(r#""Retry": [{ "ErrorEquals": [] }]"#), "names no errors"),
        (task(r#""Retry": [{ "ErrorEquals": ["States.ALL", "A"] }]"#), "beside or before other errors"),
        (task(r#""Retry": [{ "ErrorEquals": ["States.ALL"] }, { "ErrorEquals": ["A"] }]"#), "beside or before other errors"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "IntervalSeconds": 0 }]"#), "has 0 as `IntervalSeconds`"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "MaxAttempts": 100000000 }]"#), "as `MaxAttempts`"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "BackoffRate": 0.5 }]"#), "has 0.5 as `BackoffRate`"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "IntervalSeconds": 9, "MaxDelaySeconds": 9 }]"#), "begins with 9 s"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "JitterStrategy": "SOME" }]"#), "as `JitterStrategy`"),
        (task(r#""Retry": [{ "ErrorEquals": ["A"], "Attempts": 3 }]"#), "cannot have `Attempts`"),
        (task(r#""Retry": { "ErrorEquals": ["A"] }"#), "`Retry` of `a` is no list"),
        (task(r#""Catch": [{ "ErrorEquals": ["A"] }]"#), "does not say where it leads"),
        (json!({ "Type": "Wait", "Seconds": 5, "ResultPath": "$.a" }), "cannot have `ResultPath`"),
        (json!({ "Type": "Succeed", "Assign": { "a": 1 } }), "cannot have `Assign`"),
        (json!({ "Type": "Fail", "InputPath": "$.a" }), "cannot have `InputPath`"),
        (json!({ "Type": "Parallel", "Branches": [] }), "has no branches"),
        (json!({ "Type": "Choice", "Choices": [] }), "has no rules"),
        (choice(r#"{ "Variable": "$.a", "StringEquals": "x" }"#), "does not say where it leads"),
        (choice(r#"{ "Variable": "a", "StringEquals": "x", "Next": "b" }"#), "does not say what it compares"),
        (choice(r#"{ "Variable": "$.a", "Next": "b" }"#), "compares with nothing"),
        (choice(r#"{ "Variable": "$.a", "StringEqual": "x", "Next": "b" }"#), "`StringEqual` of a rule of `a` is no comparison"),
        (choice(r#"{ "Variable": "$.a", "BooleanLessThan": true, "Next": "b" }"#), "is no comparison"),
        (choice(r#"{ "Variable": "$.a", "NumericEquals": "1", "Next": "b" }"#), "`NumericEquals` of a rule of `a` has \"1\""),
        (choice(r#"{ "Variable": "$.a", "IsNull": true, "IsPresent": true, "Next": "b" }"#), "several comparisons"),
        (choice(r#"{ "And": [], "Next": "b" }"#), "`And` in a rule of `a` holds no rules"),
        (choice(r#"{ "Not": { "Variable": "$.a", "IsNull": true, "Next": "b" }, "Next": "b" }"#), "a rule within a rule"),
        (
            json!({ "Type": "Map", "ItemsPath": "$.a", "ToleratedFailureCount": 1,
                    "ItemProcessor": { "StartAt": "x", "States": { "x": { "Type": "Succeed" } } } }),
            "is not distributed",
        ),
        (
            json!({ "Type": "Map", "ItemsPath": "$.a",
                    "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED" }, "StartAt": "x", "States": { "x": { "Type": "Succeed" } } } }),
            "has no `ExecutionType`",
        ),
    ];
    for (state, expected) in cases {
        let said = said_of(&state);
        assert!(said.iter().any(|message| message.contains(expected)), "{state}\nexpected: {expected}\nsaid: {said:#?}");
    }
}

#[test]
fn what_step_functions_takes_is_let_through() {
    let processor = json!({ "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" },
        "StartAt": "x", "States": { "x": { "Type": "Pass", "Assign": { "a.$": "$.x" }, "End": true } } });
    let cases = [
        json!({ "Type": "Task", "Resource": "arn:aws:states:::http:invoke", "TimeoutSecondsPath": "$.limit", "HeartbeatSecondsPath": "$$.Execution.Input.silence",
            "Parameters": { "ApiEndpoint.$": "States.Format('https://{}/x', $.host)", "Authentication": { "ConnectionArn": "arn:c" } },
            "Credentials": { "RoleArn.$": "$.role" }, "InputPath": null, "OutputPath": "$", "ResultPath": null,
            "Retry": [
                { "ErrorEquals": ["A", "B"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 2, "JitterStrategy": "FULL" },
                { "ErrorEquals": ["States.ALL"], "Comment": "the rest" }],
            "Catch": [{ "ErrorEquals": ["States.Timeout"], "ResultPath": "$.error", "Next": "b" }, { "ErrorEquals": ["States.ALL"], "Assign": { "a": 1 }, "Next": "b" }] }),
        json!({ "Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::sqs:sendMessage", "TimeoutSeconds": "{% $states.input.limit %}",
            "Arguments": "{% $states.input %}", "Output": { "a": "{% $states.result %}" }, "Assign": { "n": "{% $n + 1 %}" },
            "Catch": [{ "ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "b" }] }),
        json!({ "Type": "Map", "Label": "each", "ItemReader": { "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": { "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" },
                "Parameters": { "Bucket": "b", "Key.$": "$.key" } }, "ItemSelector": { "item.$": "$$.Map.Item.Value" }, "ItemBatcher": { "MaxItemsPerBatch": 10 },
            "ResultWriter": { "Resource": "arn:aws:states:::s3:putObject", "Parameters": { "Bucket": "b" } }, "MaxConcurrencyPath": "$.most",
            "ToleratedFailurePercentagePath": "$.percent", "ItemProcessor": processor }),
        json!({ "Type": "Map", "ItemsPath": "$.a", "MaxConcurrency": 0, "Parameters": { "x.$": "$" }, "Iterator": { "StartAt": "x", "States": { "x": { "Type": "Succeed" } } } }),
        json!({ "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.a %}", "MaxConcurrency": "{% $most %}",
            "ItemProcessor": { "ProcessorConfig": { "Mode": "INLINE" }, "StartAt": "x", "States": { "x": { "Type": "Succeed" } } } }),
        json!({ "Type": "Choice", "Default": "b", "Choices": [
            { "Or": [{ "Not": { "Variable": "$.a", "IsPresent": true } }, { "And": [{ "Variable": "$$.State.RetryCount", "NumericGreaterThanEqualsPath": "$.n" }] }], "Next": "b" },
            { "Variable": "$a", "TimestampLessThan": "2026-01-01T00:00:00Z", "Next": "b", "Comment": "a variable" },
            { "Variable": "$.a[0].b", "StringMatches": "log-*.txt", "Next": "b", "Assign": { "x": 1 } }] }),
        json!({ "Type": "Choice", "QueryLanguage": "JSONata", "Choices": [{ "Condition": "{% $states.input.a = 1 %}", "Output": 1, "Next": "b" }], "Default": "b" }),
        json!({ "Type": "Pass", "Parameters": { "a.$": "States.Array($.x, 1)", "b": { "c.$": "$$.Execution.Id" } }, "ResultPath": "$['a b']" }),
        json!({ "Type": "Wait", "SecondsPath": "$.n", "InputPath": "$$.Execution.Input" }),
        json!({ "Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "States.Format('{}', $.error)" }),
        json!({ "Type": "Parallel", "Branches": [{ "StartAt": "x", "States": { "x": { "Type": "Succeed", "OutputPath": "$.a" } } }], "ResultSelector": { "a.$": "$[0]" }, "ResultPath": "$.r" }),
    ];
    for state in cases {
        assert_eq!(said_of(&state), Vec::<String>::new(), "{state}");
    }
}

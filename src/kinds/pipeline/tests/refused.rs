//! Tasks that Step Functions would refuse, or that say what can never be.

use serde_json::{Value as Json, json};

use super::problems;

/// A task that can fail, with something more.
fn call(more: &Json) -> Json {
    let mut task = json!({ "name": "a", "job": "job.a" });
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!([task, { "name": "b", "pass": {} }, { "name": "c", "pass": {} }])
}

#[test]
fn errors_that_cannot_be_told_apart_are_refused_where_they_stand() {
    let all = json!(["States.ALL"]);
    let cases = [
        (json!({ "on_error": "topic.t", "catch": [{ "next": "b" }] }), "task[0].catch[0]"),
        (json!({ "on_error": "topic.t", "catch": [{ "next": "b", "errors": all }] }), "task[0].catch[0]"),
        (json!({ "catch": [{ "next": "b" }, { "next": "c", "errors": ["A"] }] }), "task[0].catch[0]"),
        (json!({ "catch": [{ "next": "b", "errors": ["A", "States.ALL"] }] }), "task[0].catch[0].errors"),
        (json!({ "retry": { "attempts": 1, "errors": ["States.ALL", "A"] } }), "task[0].retry.errors"),
    ];
    for (more, place) in cases {
        let found = problems(&json!({ "task": call(&more) }));
        assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [place], "{more}: {found:?}");
    }
    let sound = [
        json!({ "on_error": "topic.t", "catch": [{ "next": "b", "errors": ["A"] }, { "next": "c", "errors": ["B", "States.Timeout"] }] }),
        json!({ "catch": [{ "next": "c", "errors": ["A"] }, { "next": "b" }] }),
        json!({ "retry": { "attempts": 1, "errors": all }, "catch": [{ "next": "b", "errors": all }, ] }),
    ];
    for more in sound {
        let task = call(&more);
        let unled = if more.to_string().contains("\"c\"") { task } else { json!([task[0], task[1]]) };
        assert_eq!(problems(&json!({ "task": unled })), [], "{more}");
    }
}

#[test]
fn pauses_between_tries_grow_and_last() {
    let cases = [
        (json!({ "attempts": 1, "interval": "0s" }), "task[0].retry.interval"),
        (json!({ "attempts": 1, "interval": "500ms" }), "task[0].retry.interval"),
        (json!({ "attempts": 1, "interval": "1m", "max_delay": "1m" }), "task[0].retry.max_delay"),
        (json!({ "attempts": 1, "interval": "1m", "max_delay": "30s" }), "task[0].retry.max_delay"),
        (json!({ "attempts": 1, "backoff": 0.5 }), "task[0].retry.backoff"),
    ];
    for (retry, place) in cases {
        let found = problems(&json!({ "task": [{ "name": "a", "job": "job.a", "retry": retry }] }));
        assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [place], "{retry}: {found:?}");
    }
    let sound = json!({ "attempts": 99_999_999, "interval": "1s", "max_delay": "2s", "backoff": 1.0 });
    assert_eq!(problems(&json!({ "task": [{ "name": "a", "job": "job.a", "retry": sound }] })), []);
}

#[test]
fn a_task_has_only_the_data_fields_of_its_state() {
    let cases = [
        (json!({ "name": "a", "wait": { "time": "1s" }, "result_path": "$.a" }), "task[0].result_path"),
        (json!({ "name": "a", "choice": [{ "variable": "$.x", "equals": 1, "next": "b" }], "result_path": "$.a" }), "task[0].result_path"),
        (json!({ "name": "a", "succeed": true, "result_path": "none" }), "task[0].result_path"),
        (json!({ "name": "a", "fail": {}, "result_path": "$.a" }), "task[0].result_path"),
        (json!({ "name": "a", "succeed": true, "assign": { "x": 1 } }), "task[0].assign"),
        (json!({ "name": "a", "fail": {}, "assign": { "x": 1 } }), "task[0].assign"),
        (json!({ "name": "a", "fail": {}, "output_path": "$" }), "task[0].output_path"),
        (json!({ "name": "a", "fail": {}, "query_language": "jsonata", "output": 1 }), "task[0].output"),
        (json!({ "name": "a", "pass": {}, "result_selector": { "a": 1 } }), "task[0].result_selector"),
        (json!({ "name": "a", "wait": { "time": "1s" }, "result_selector": { "a": 1 } }), "task[0].result_selector"),
    ];
    for (task, place) in cases {
        let found = problems(&json!({ "task": [task, { "name": "b", "pass": {} }] }));
        assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [place], "{task}: {found:?}");
    }
    let sound = json!({ "name": "a", "wait": { "time": "1s" }, "assign": { "x": 1 }, "input_path": "$", "output_path": "$" });
    assert_eq!(problems(&json!({ "task": [sound] })), []);
}

#[test]
fn fields_of_the_other_language_are_refused_where_they_stand() {
    let jsonata = [
        (json!({ "job": "job.a", "result_path": "$.a" }), "task[0].result_path"),
        (json!({ "job": "job.a", "result_path": "none" }), "task[0].result_path"),
        (json!({ "job": "job.a", "input_path": "$.a" }), "task[0].input_path"),
        (json!({ "job": "job.a", "output_path": "$.a" }), "task[0].output_path"),
        (json!({ "job": "job.a", "result_selector": { "a": 1 } }), "task[0].result_selector"),
        (json!({ "crawler": "crawler.a", "result_path": "$.a" }), "task[0].result_path"),
        (json!({ "job": "job.a", "catch": [{ "next": "b", "result_path": "$.e" }] }), "task[0].catch[0].result_path"),
        (json!({ "wait": { "time_path": "$.a" } }), "task[0].wait.time_path"),
        (json!({ "wait": { "until_path": "$.a" } }), "task[0].wait.until_path"),
        (json!({ "choice": [{ "variable": "$.a", "equals": 1, "next": "b" }] }), "task[0].choice[0]"),
    ];
    let json_path = [
        (json!({ "job": "job.a", "output": 1 }), "task[0].output"),
        (json!({ "crawler": "crawler.a", "output": "{% 1 %}" }), "task[0].output"),
        (json!({ "choice": [{ "condition": "{% true %}", "next": "b" }] }), "task[0].choice[0]"),
    ];
    for (language, cases) in [("jsonata", &jsonata[..]), ("jsonpath", &json_path[..])] {
        for (task, place) in cases {
            let mut task = task.clone();
            task["name"] = "a".into();
            let spec = json!({ "query_language": language, "task": [task, { "name": "b", "pass": {} }] });
            let found = problems(&spec);
            assert_eq!(found.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), [*place], "{task}: {found:?}");
        }
    }
}

#[test]
fn a_message_to_a_fifo_queue_or_topic_has_a_group() {
    let problem = |task: Json| problems(&json!({ "task": [task] })).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let queue = "https://sqs.us-east-1.amazonaws.com/123456789012/orders.fifo";
    assert_eq!(problem(json!({ "name": "a", "queue": queue })), ["task[0]"]);
    assert_eq!(problem(json!({ "name": "a", "topic": "arn:aws:sns:us-east-1:123456789012:news.fifo" })), ["task[0]"]);
    assert_eq!(problem(json!({ "name": "a", "queue": "queue.q", "message_id": "x" })), ["task[0]"]);
    assert_eq!(problem(json!({ "name": "a", "job": "job.j", "message_group": "x" })), ["task[0].message_group"]);
    assert!(problem(json!({ "name": "a", "queue": queue, "message_group": "$.customer", "message_id": "x" })).is_empty());
}

#[test]
fn a_group_and_an_id_are_taken_as_text_path_or_expression() {
    let sent = |task: Json| {
        let spec = super::read(&json!({ "task": [task] }));
        super::definition::of(&spec).unwrap()["States"]["a"].clone()
    };
    let plain = sent(json!({ "name": "a", "queue": "queue.q", "message_group": "all", "message_id": "$.id" }));
    assert_eq!((&plain["Parameters"]["MessageGroupId"], &plain["Parameters"]["MessageDeduplicationId.$"]), (&json!("all"), &json!("$.id")));
    let task = json!({ "name": "a", "query_language": "jsonata", "topic": "topic.t", "message_group": "{% $states.input.id %}" });
    assert_eq!(sent(task)["Arguments"]["MessageGroupId"], "{% $states.input.id %}");
    let named = sent(json!({ "name": "a", "topic": "topic.t", "message_group": "${queue.q.name}" }));
    assert_eq!(named["Parameters"]["MessageGroupId"], "${queue.q.name}");
}

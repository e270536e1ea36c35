//! Tasks in JSONata, whose states and branches each keep to one language.

use serde_json::{Value as Json, json};

use super::super::{asl, definition};
use super::read;

fn compiled(task: &Json) -> Json {
    let mut task = task.clone();
    task["name"] = "a".into();
    let spec = read(&json!({ "query_language": "jsonata", "task": [task, { "name": "b", "after": ["a"], "pass": {} }] }));
    let json = definition::of(&spec).unwrap();
    assert_eq!(asl::check(&json), []);
    json["States"]["a"].clone()
}

#[test]
fn the_group_around_a_crawler_or_cluster_speaks_jsonata() {
    let group = compiled(&json!({ "crawler": "crawler.raw", "on_error": "topic.t" }));
    assert_eq!((&group["QueryLanguage"], &group["Output"]), (&json!("JSONata"), &json!("{% $states.input %}")));
    assert!(group.get("ResultPath").is_none(), "{group}");
    assert_eq!(group["Catch"][0]["Output"], json!({ "error": "{% $states.errorOutput %}" }));
    assert!(group["Catch"][0].get("ResultPath").is_none());
    // The states within are in JSONPath, which is what the whole machine is in.
    let within = &group["Branches"][0]["States"]["a: look"];
    assert!(within.get("QueryLanguage").is_none() && within["Parameters"]["Name"] == "crawler.raw", "{within}");

    let said = compiled(&json!({ "cluster": "cluster.c", "output": { "day": "{% $states.input.day %}" }, "assign": { "x": 1 } }));
    assert_eq!((&said["Output"], &said["Assign"]), (&json!({ "day": "{% $states.input.day %}" }), &json!({ "x": 1 })));
    let steps = json!({ "running_cluster": "j-1", "steps": [{ "name": "s", "jar": "x.jar" }], "catch": [{ "next": "b" }] });
    assert!(compiled(&steps)["Catch"][0].get("ResultPath").is_none());
}

#[test]
fn a_raw_state_is_in_the_language_it_says_or_else_the_pipelines() {
    assert_eq!(compiled(&json!({ "state": r#"{"Type":"Pass","Output":1}"# }))["QueryLanguage"], "JSONata");
    let paths =
        json!({ "state": r#"{"Type":"Task","QueryLanguage":"JSONPath","Resource":"arn:aws:states:::x:y"}"#, "on_error": "topic.t" });
    let state = compiled(&paths);
    assert_eq!((&state["QueryLanguage"], &state["Catch"][0]["ResultPath"]), (&json!("JSONPath"), &json!("$.error")));
}

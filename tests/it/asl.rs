//! What tasks are compiled to, held against two authorities that are not ours: the grammar of Amazon States Language (its specification,
//! <https://states-language.net/spec.html>, read anew here) and botocore's models of the requests that the integrations send.

mod calls;
mod grammar;

use std::collections::BTreeSet;

use pipetoll::kinds;
use serde_json::Value as Json;

use crate::pipetoll::Pipetoll;

/// A pipeline's definition, and whose it is.
struct Compiled {
    owner: String,
    json: Json,
}

/// Every action in every way that the example of the kind does not show.
const EVERY: &str = include_str!("asl/every.toml");

/// The definitions of a project in this folder.
fn definitions(owner: &str, project: &Pipetoll) -> Vec<Compiled> {
    let run = project.args(["plan", "--offline", "--json", "--today", "2026-11-20"]).run();
    let plan: Json = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{owner}: {error}\n{}", run.stderr));
    let mut found = Vec::new();
    for step in plan["steps"].as_array().into_iter().flatten() {
        let address = step["address"].as_str().unwrap_or_default();
        for change in step["changes"].as_array().into_iter().flatten().filter(|change| change["path"] == "definition") {
            let Some(text) = change["after"].as_str().filter(|_| address.starts_with("pipeline.")) else { continue };
            let json = serde_json::from_str(&quoted(text)).unwrap_or_else(|error| panic!("{owner} {address}: {error}\n{text}"));
            found.push(Compiled { owner: format!("{owner} {address}"), json });
        }
    }
    assert!(!found.is_empty(), "{owner} has pipelines\n{}", run.stderr);
    found
}

/// The text with quotes around references that stand for whole values.
fn quoted(text: &str) -> String {
    let line = |line: &str| match line.split_once(": ${") {
        Some((key, rest)) => {
            let (reference, end) = rest.split_once('}').unwrap_or((rest, ""));
            format!("{key}: \"${{{reference}}}\"{end}")
        }
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn compiled() -> Vec<Compiled> {
    let mut all = Vec::new();
    for example in ["clickstream", "emr-nightly"] {
        let project = Pipetoll::new();
        crate::examples::copy_of(example, &project);
        all.extend(definitions(example, &project));
    }
    let example = kinds::find("pipeline").expect("there are pipelines").kind.example();
    for (owner, text) in [("the kind's example", example), ("every.toml", EVERY)] {
        let project = Pipetoll::new();
        project.write("pipetoll.toml", text);
        all.extend(definitions(owner, &project));
    }
    all
}

#[test]
fn what_tasks_become_keeps_the_grammar() {
    let offences: Vec<String> = compiled()
        .iter()
        .flat_map(|compiled| grammar::offences(&compiled.json).into_iter().map(|why| format!("{}: {why}", compiled.owner)))
        .collect();
    assert!(offences.is_empty(), "{} offences\n{}", offences.len(), offences.join("\n"));
}

#[test]
fn what_integrations_send_is_what_the_services_take() {
    let compiled = compiled();
    let sent: Vec<calls::Call> = compiled.iter().flat_map(|compiled| calls::of(&compiled.owner, &compiled.json)).collect();
    let requests = crate::apis::requests(sent.iter().filter_map(calls::Call::request).collect::<BTreeSet<_>>());
    let offences: Vec<String> = sent.iter().flat_map(|call| call.offences(&requests)).collect();
    assert!(offences.is_empty(), "{} offences\n{}", offences.len(), offences.join("\n"));
    let resources: BTreeSet<&str> = sent.iter().map(|call| call.resource.as_str()).collect();
    let expected = [
        "athena:startQueryExecution.sync",
        "aws-sdk:emr:describeCluster",
        "aws-sdk:emr:runJobFlow",
        "aws-sdk:glue:getCrawler",
        "aws-sdk:glue:startCrawler",
        "elasticmapreduce:addStep",
        "elasticmapreduce:addStep.sync",
        "elasticmapreduce:createCluster.sync",
        "elasticmapreduce:terminateCluster.sync",
        "glue:startJobRun",
        "glue:startJobRun.sync",
        "lambda:invoke",
        "lambda:invoke.waitForTaskToken",
        "sns:publish",
        "sns:publish.waitForTaskToken",
        "sqs:sendMessage",
        "sqs:sendMessage.waitForTaskToken",
        "states:startExecution",
        "states:startExecution.sync:2",
        "states:startExecution.waitForTaskToken",
    ];
    let missing: Vec<&str> = expected.into_iter().filter(|resource| !resources.contains(resource)).collect();
    assert!(missing.is_empty(), "no pipeline here calls {missing:?}");
}

#[test]
fn every_field_of_a_task_is_compiled_here() {
    let entry = kinds::find("pipeline").expect("there are pipelines");
    let mut used = BTreeSet::new();
    for text in [entry.kind.example(), EVERY] {
        let json: Json = toml::from_str(text).expect("the fixtures are TOML");
        for block in json["pipeline"].as_object().into_iter().flat_map(serde_json::Map::values) {
            keys("", &block["task"], &mut used);
        }
    }
    let task = &entry.shape().fields().expect("a block is a table")["task"].shape;
    let mut missing = Vec::new();
    // Tasks within tasks are the same again.
    let is_inner = |path: &str| path.starts_with("parallel.branches.") || path.starts_with("map.tasks.");
    crate::conformance::every_shape("", task, &mut |path, _| {
        if !path.is_empty() && !path.ends_with('*') && !is_inner(path) && !used.contains(path) {
            missing.push(path.to_owned());
        }
    });
    assert!(missing.is_empty(), "no task here has {missing:?}");
}

/// The paths of all keys; places in lists are left out.
fn keys(above: &str, json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::Object(entries) => {
            for (key, value) in entries {
                let path = crate::conformance::below(above, key);
                found.insert(path.clone());
                keys(&path, value, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| keys(above, item, found)),
        _ => {}
    }
}

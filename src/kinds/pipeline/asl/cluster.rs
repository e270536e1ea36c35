//! Actions that take several states: crawlers, which no integration waits for, and EMR clusters, which must not be left behind.

use serde_json::{Map, Value as Json, json};

use super::compile::Compiler;
use super::text::as_value;
use crate::kinds::pipeline::task::{Step, Task};

/// Seconds between two looks at a crawler; `count` reckons with them.
pub(in super::super) const CRAWLER_PAUSE: u64 = 30;
/// Seconds between two looks at a cluster.
pub(in super::super) const CLUSTER_PAUSE: u64 = 60;

type Branch = Map<String, Json>;

fn branch(start: &str, states: Vec<(String, Json)>) -> Branch {
    Map::from_iter([("StartAt".to_owned(), start.into()), ("States".to_owned(), Json::Object(states.into_iter().collect()))])
}

fn again() -> Json {
    json!([{ "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5, "MaxAttempts": 5, "BackoffRate": 2 }])
}

/// Starts a crawler and looks every half minute whether it is ready. One that is running already is waited for.
pub(super) fn crawl(compiler: &mut Compiler, task: &Task, crawler: &str) -> Branch {
    let [start, wait, look, ready, failed, done] =
        ["start", "wait", "look", "ready?", "failed", "done"].map(|part| compiler.name(&format!("{}: {part}", task.name)));
    let name = json!({ "Name": crawler });
    let states = vec![
        (
            start.clone(),
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:startCrawler", "Parameters": name,
                "Retry": [
                    { "ErrorEquals": ["Glue.CrawlerRunningException"], "MaxAttempts": 0 },
                    { "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5, "MaxAttempts": 3, "BackoffRate": 2 },
                ],
                "Catch": [{ "ErrorEquals": ["Glue.CrawlerRunningException"], "Next": wait }],
                "Next": wait,
            }),
        ),
        (wait.clone(), json!({ "Type": "Wait", "Seconds": CRAWLER_PAUSE, "Next": look })),
        (
            look,
            json!({ "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getCrawler", "Parameters": name, "Retry": again(), "Next": ready }),
        ),
        (
            ready,
            json!({
                "Type": "Choice",
                "Choices": [
                    { "Not": { "Variable": "$.Crawler.State", "StringEquals": "READY" }, "Next": wait },
                    {
                        "And": [
                            { "Variable": "$.Crawler.LastCrawl.Status", "IsPresent": true },
                            { "Variable": "$.Crawler.LastCrawl.Status", "StringEquals": "SUCCEEDED" },
                        ],
                        "Next": done,
                    },
                ],
                "Default": failed,
            }),
        ),
        (failed, json!({ "Type": "Fail", "Error": "Crawler.Failed", "Cause": format!("the crawler of `{}` did not succeed", task.name) })),
        (done, json!({ "Type": "Succeed" })),
    ];
    branch(&start, states)
}

/// Makes a cluster that runs its own steps and ends by itself, and looks every minute whether it has.
/// `createCluster` takes neither steps nor a cluster that ends by itself, so it is EMR's own call, and no integration waits for its end.
pub(super) fn transient(compiler: &mut Compiler, task: &Task, request: &str) -> Branch {
    let [create, wait, look, ended, failed, done] =
        ["create", "wait", "look", "ended?", "failed", "done"].map(|part| compiler.name(&format!("{}: {part}", task.name)));
    let state = |word: &str| json!({ "Variable": "$.Look.Cluster.Status.State", "StringEquals": word });
    let states = vec![
        (
            create.clone(),
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:emr:runJobFlow", "Parameters": as_value(request), "Next": wait,
            }),
        ),
        (wait.clone(), json!({ "Type": "Wait", "Seconds": CLUSTER_PAUSE, "Next": look })),
        (
            look,
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:emr:describeCluster", "Parameters": { "ClusterId.$": "$.JobFlowId" },
                "ResultPath": "$.Look", "Retry": again(), "Next": ended,
            }),
        ),
        (
            ended,
            json!({
                "Type": "Choice",
                "Choices": [
                    {
                        "And": [state("TERMINATED"), { "Variable": "$.Look.Cluster.Status.StateChangeReason.Code", "StringEquals": "ALL_STEPS_COMPLETED" }],
                        "Next": done,
                    },
                    { "Or": [state("TERMINATED"), state("TERMINATED_WITH_ERRORS")], "Next": failed },
                ],
                "Default": wait,
            }),
        ),
        (
            failed,
            json!({ "Type": "Fail", "Error": "Cluster.Failed", "Cause": format!("the cluster of `{}` ended before its steps were done", task.name) }),
        ),
        (done, json!({ "Type": "Succeed" })),
    ];
    branch(&create, states)
}

/// Makes a cluster that stays, runs steps on it, and terminates it: when they are done, and when one fails.
pub(super) fn with_steps(compiler: &mut Compiler, task: &Task, request: &str) -> Branch {
    let [describe, create, stop, failed, terminate] = ["description", "create", "terminate after a failure", "failed", "terminate"]
        .map(|part| compiler.name(&format!("{}: {part}", task.name)));
    let end = |next: Option<&str>| {
        let mut state = json!({
            "Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync",
            "Parameters": { "ClusterId.$": "$.ClusterId" }, "ResultPath": null, "Retry": again(),
        });
        match next {
            Some(next) => state["Next"] = next.into(),
            None => state["End"] = true.into(),
        }
        state
    };
    // The block's own steps and its wish to end when idle are of no use here: the steps of the task come later.
    let arguments = "{% $merge([$sift($states.input, function($value, $key) { $key != 'Steps' }), {'Instances': $merge([$states.input.Instances, {'KeepJobFlowAliveWhenNoSteps': true}])}]) %}";
    let mut states = vec![
        (describe.clone(), json!({ "Type": "Pass", "Result": as_value(request), "Next": create })),
        (
            create,
            json!({
                "Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync",
                "Arguments": arguments, "Output": { "ClusterId": "{% $states.result.ClusterId %}" },
            }),
        ),
    ];
    let catch = json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": stop }]);
    let names: Vec<String> = task.steps.iter().map(|step| compiler.name(&format!("{}: {}", task.name, step.name))).collect();
    let first = names.first().cloned().unwrap_or_else(|| terminate.clone());
    states[1].1["Next"] = first.into();
    for (at, step) in task.steps.iter().enumerate() {
        let next = names.get(at + 1).unwrap_or(&terminate).clone();
        let mut state = add_step(step, &json!({ "ClusterId.$": "$.ClusterId" }), true);
        state["Catch"] = catch.clone();
        state["Next"] = next.into();
        states.push((names[at].clone(), state));
    }
    states.push((terminate, end(None)));
    states.push((stop, end(Some(&failed))));
    states.push((failed, json!({ "Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause" })));
    branch(&describe, states)
}

/// Runs steps on a cluster that is there already.
pub(super) fn steps_on(compiler: &mut Compiler, task: &Task, id: &str) -> Branch {
    let names: Vec<String> = task.steps.iter().map(|step| compiler.name(&format!("{}: {}", task.name, step.name))).collect();
    let mut states = Vec::new();
    for (at, step) in task.steps.iter().enumerate() {
        let mut state = add_step(step, &json!({ "ClusterId": id }), task.wait_for_end != Some(false));
        match names.get(at + 1) {
            Some(next) => state["Next"] = next.as_str().into(),
            None => state["End"] = true.into(),
        }
        states.push((names[at].clone(), state));
    }
    branch(names.first().map_or("", String::as_str), states)
}

fn add_step(step: &Step, cluster: &Json, waits: bool) -> Json {
    let (jar, arguments) = match (&step.script, &step.jar) {
        (Some(script), _) => {
            let mut arguments = vec!["spark-submit".to_owned(), "--deploy-mode".to_owned(), "cluster".to_owned(), script.clone()];
            arguments.extend(step.arguments.iter().cloned());
            ("command-runner.jar".to_owned(), arguments)
        }
        (None, jar) => (jar.clone().unwrap_or_else(|| "command-runner.jar".to_owned()), step.arguments.clone()),
    };
    let mut hadoop = json!({ "Jar": jar, "Args": arguments });
    if let Some(class) = &step.main_class {
        hadoop["MainClass"] = class.as_str().into();
    }
    let mut parameters = cluster.clone();
    // The state decides what happens after a failure; the cluster must be there to be terminated.
    parameters["Step"] = json!({ "Name": step.name, "ActionOnFailure": "CONTINUE", "HadoopJarStep": hadoop });
    let suffix = if waits { ".sync" } else { "" };
    json!({
        "Type": "Task", "Resource": format!("arn:aws:states:::elasticmapreduce:addStep{suffix}"), "Parameters": parameters, "ResultPath": null,
    })
}

//! A pipeline's whole life at a server that runs Step Functions: made, unchanged, changed, without its schedule, gone.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

const PROJECT: &str = r#"
[project]
name = "demo"
region = "us-east-1"

[queue.work]

[pipeline.daily]
role = "auto"
timeout = "1h"
tracing = true
schedule = "cron(0 3 * * ? *)"

[pipeline.daily.tags]
team = "one"

[[pipeline.daily.task]]
name = "send"
queue = "queue.work"
retry = { attempts = 2 }

[[pipeline.daily.task]]
name = "crawl"
crawler = "raw"

[[pipeline.daily.task]]
name = "end"
after = ["send", "crawl"]
succeed = true
"#;

/// The exit code of `pipetoll` with these words.
fn code(project: &Pipetoll, words: &[&str]) -> (Option<i32>, String) {
    let run = project.args(words).run();
    (run.code, format!("{}{}", run.stdout, run.stderr))
}

fn is_settled(project: &Pipetoll, after: &str) {
    let (applied, said) = code(project, &["apply", "--yes"]);
    assert_eq!(applied, Some(0), "{after}: {said}");
    let (planned, said) = code(project, &["plan", "--detailed-exitcode"]);
    assert_eq!(planned, Some(0), "{after}, nothing is left to do: {said}");
}

#[test]
fn a_pipeline_is_made_changed_and_deleted() {
    let Some(server) = Emulator::fakecloud_fresh() else { return };
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", PROJECT);
    is_settled(&project, "made");
    let machines = || server.call("states", "AWSStepFunctions.ListStateMachines", &json!({})).json()["stateMachines"].clone();
    assert_eq!(machines()[0]["name"], "demo-daily");

    let changed =
        PROJECT.replace("attempts = 2", "attempts = 4").replace("cron(0 3", "cron(0 4").replace("tracing = true", "tracing = false");
    project.write("pipetoll.toml", &changed.replace("team = \"one\"", "owner = \"two\""));
    let (planned, said) = code(&project, &["plan", "--detailed-exitcode"]);
    assert!(planned == Some(2) && said.contains("\"MaxAttempts\": 4"), "the plan shows the line of the definition: {said}");
    is_settled(&project, "changed");

    let without = changed.replace("schedule = \"cron(0 4 * * ? *)\"\n", "");
    project.write("pipetoll.toml", &without);
    is_settled(&project, "without its schedule");
    let schedules = server.rest("scheduler", "GET", "/schedules", "").json()["Schedules"].clone();
    assert_eq!(schedules, json!([]));

    let (destroyed, said) = code(&project, &["destroy", "--yes", "--confirm", "demo"]);
    assert_eq!(destroyed, Some(0), "{said}");
    assert_eq!(machines(), json!([]));
}

//! The examples: what they plan, cost and lint, word for word, and their whole life against servers that nobody here wrote.

use std::path::{Path, PathBuf};

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

const EXAMPLES: [&str; 4] = ["clickstream", "emr-nightly", "etl-events", "minimal"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A project that holds a copy of an example.
pub(crate) fn copy_of(example: &str, project: &Pipetoll) {
    copy(&root().join("examples").join(example), &project.path(""));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the example can be listed") {
        let entry = entry.expect("the example can be listed");
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        if name == ".pipetoll" || name == "__pycache__" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("it can be copied");
        }
    }
}

#[test]
fn the_examples_plan_cost_and_lint_as_they_did() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut differing = Vec::new();
    for example in EXAMPLES {
        let project = Pipetoll::new();
        copy_of(example, &project);
        for (command, arguments) in [("plan", &["plan", "--offline"][..]), ("cost", &["cost"]), ("lint", &["lint"])] {
            let output = project.args(arguments.iter().copied().chain(["--today", "2026-11-20"])).run();
            let text = format!("{}{}? {}\n", output.stdout, output.stderr, output.code.unwrap_or(-1));
            let golden = root().join("tests/examples").join(format!("{example}.{command}.txt"));
            if update {
                std::fs::create_dir_all(golden.parent().expect("it has a folder")).expect("a folder can be made");
                std::fs::write(&golden, &text).expect("the golden file can be written");
            } else if std::fs::read_to_string(&golden).unwrap_or_default() != text {
                let before = std::fs::read_to_string(&golden).unwrap_or_default();
                differing.push(similar::TextDiff::from_lines(&before, &text).unified_diff().header(example, command).to_string());
            }
        }
    }
    assert!(differing.is_empty(), "{}\nUPDATE=1 cargo test rewrites them", differing.join("\n"));
}

/// From nothing to nothing: apply, no changes, a change of many kinds, no changes, drift, repair, destroy.
fn lives(server: &Emulator) {
    let project = Pipetoll::new().emulator(server);
    copy_of("clickstream", &project);
    project.args(["apply", "--yes"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().exits(0);

    let text = project.read("pipetoll.toml").expect("the project has its file");
    let edits = [
        ("memory = \"512MB\"", "memory = \"1024MB\""),
        ("description = \"Tells people about rejected clicks\"\n", ""),
        ("batch_size = 500", "batch_size = 250"),
        ("[queue.dead]\nretention = \"14d\"", "[queue.dead]\nvisibility_timeout = \"2m\""),
        ("shards = 4", "shards = 6"),
        ("table_prefix = \"raw_\"\n", ""),
        ("workers = 10\n", "workers = 12\n"),
        ("timeout = \"4h\"", "timeout = \"5h\""),
        ("[topic.alerts]", "[topic.alerts]\ndisplay_name = \"Alerts\""),
        ("[project.tags]\nteam = \"growth\"", "[project.tags]\nteam = \"data\""),
    ];
    let changed = edits.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the example no longer says {from:?}");
        text.replacen(from, to, 1)
    });
    project.write("pipetoll.toml", &changed);
    project.args(["plan", "--detailed-exitcode"]).run().exits(2);
    project.args(["apply", "--yes", "--confirm", "clickstream"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().exits(0);

    let url = format!("{}/{}/clickstream-dead", server.endpoint(), server.account());
    let attributes = serde_json::json!({ "QueueUrl": url, "Attributes": { "VisibilityTimeout": "77" } });
    server.call("sqs", "AmazonSQS.SetQueueAttributes", &attributes);
    let drift = project.args(["drift"]).run().exits(1);
    assert!(drift.stdout.contains("visibility_timeout = 2m -> 1m17s"), "{}", drift.stdout);
    project.args(["apply", "--yes"]).run().succeeds();
    project.args(["drift"]).run().exits(0);

    project.args(["destroy", "--yes"]).run().exits(5);
    project.args(["destroy", "--yes", "--confirm", "clickstream"]).run().succeeds();
    let queues = server.call("sqs", "AmazonSQS.ListQueues", &serde_json::json!({}));
    assert!(!queues.body.contains("clickstream"), "{}", queues.body);
    let tables = server.call("dynamodb", "DynamoDB_20120810.ListTables", &serde_json::json!({}));
    assert!(!tables.body.contains("clickstream"), "{}", tables.body);
    let jobs = server.call("glue", "AWSGlue.GetJobs", &serde_json::json!({}));
    assert!(!jobs.body.contains("clickstream"), "{}", jobs.body);
    let streams = server.call("kinesis", "Kinesis_20131202.ListStreams", &serde_json::json!({}));
    assert!(!streams.body.contains("clickstream"), "{}", streams.body);
}

#[test]
fn clickstream_lives_on_ministack() {
    lives(&Emulator::ministack_fresh());
}

#[test]
fn clickstream_lives_on_fakecloud() {
    if let Some(server) = Emulator::fakecloud_fresh() {
        lives(&server);
    }
}

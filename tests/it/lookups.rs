//! Blocks with `managed = false`: found where others have made them, used, never changed, and missed when they are not there.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::{Emulator, FaultProxy};
use crate::pipetoll::Pipetoll;

const PROJECT: &str = r#"
[project]
name = "ours"
region = "us-east-1"

[queue.theirs]
managed = false
name = "their-queue"

[bucket.theirs]
managed = false
name = "their-bucket"

[role.theirs]
managed = false
name = "their-role"

[function.lent]
code = "src"
runtime = "python3.13"
handler = "app.handler"
role = "role.theirs"
environment = { QUEUE = "${queue.theirs.url}", HIDDEN = "${queue.theirs.visibility_timeout}", BUCKET = "${bucket.theirs.arn}" }

[function.own]
code = "src"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
reads = ["bucket.theirs"]

[[function.own.trigger.sqs]]
queue = "queue.theirs"
"#;

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// A project beside which somebody has made a queue, a bucket and a role.
fn beside_others(server: &Emulator) -> Pipetoll {
    let attributes = json!({ "VisibilityTimeout": "45" });
    server.call("sqs", "AmazonSQS.CreateQueue", &json!({ "QueueName": "their-queue", "Attributes": attributes }));
    server.rest("s3", "PUT", "/their-bucket", "");
    server.query("iam", &format!("Action=CreateRole&Version=2010-05-08&RoleName=their-role&AssumeRolePolicyDocument={TRUST}"));
    let project = Pipetoll::new().emulator(server);
    project.write("pipetoll.toml", PROJECT);
    project.write("src/app.py", "def handler(event, context):\n    return None\n");
    project
}

/// moto answers nothing for the notifications of a bucket that has none.
fn server() -> Emulator {
    let server = Emulator::moto_fresh().with_faults();
    server.faults().rules(&FaultProxy::repairs());
    server
}

#[test]
fn what_others_made_is_found_used_and_left_alone() {
    let server = server();
    let project = beside_others(&server);
    let offline = project.args(["plan", "--offline"]).run().succeeds();
    assert!(offline.stdout.contains("Plan: 3 to add"), "{}", offline.stdout);

    // Before anything was applied, a plan looks them up all the same: their values are known.
    let planned = project.args(["plan", "--full"]).run().succeeds();
    assert!(planned.stdout.contains("environment.HIDDEN        = 45s"), "{}", planned.stdout);

    project.args(["apply", "--yes"]).run().succeeds();
    let lent = server.rest("lambda", "GET", "/2015-03-31/functions/ours-lent", "").json();
    let variables = &lent["Configuration"]["Environment"]["Variables"];
    assert!(variables["QUEUE"].as_str().is_some_and(|url| url.ends_with("/their-queue")), "{variables}");
    assert_eq!(variables["HIDDEN"], "45s");
    assert_eq!(variables["BUCKET"], "arn:aws:s3:::their-bucket");
    assert!(lent["Configuration"]["Role"].as_str().is_some_and(|role| role.ends_with("role/their-role")), "{lent}");
    let again = project.args(["plan", "--detailed-exitcode"]).run();
    assert_eq!(again.code, Some(0), "nothing is left to do: {}{}", again.stdout, again.stderr);

    project.args(["destroy", "--yes", "--confirm", "ours"]).run().succeeds();
    let queue = server.call("sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": "their-queue" })).json();
    assert!(queue["QueueUrl"].is_string(), "the queue is still there: {queue}");
}

#[test]
fn what_is_not_there_is_missed_before_anything_is_made() {
    let server = server();
    let project = beside_others(&server);
    project.write("pipetoll.toml", &PROJECT.replace("\"their-queue\"", "\"thier-queue\""));
    let refused = project.args(["apply", "--yes"]).run().exits(2);
    assert!(refused.stderr.contains("queue.theirs has `managed = false`, and AWS has no such thing"), "{}", refused.stderr);
    let functions = server.rest("lambda", "GET", "/2015-03-31/functions/", "").json();
    assert_eq!(functions["Functions"], json!([]));
}

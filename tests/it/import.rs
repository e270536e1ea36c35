//! What exists already comes under pipetoll's care: by `[[adopt]]`, by `import`, and by a scan.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

/// A queue that somebody else made.
fn with_queue(tags: &serde_json::Value) -> (Emulator, Pipetoll) {
    let server = Emulator::moto();
    let body = json!({ "QueueName": "old-orders", "Attributes": { "VisibilityTimeout": "45" }, "tags": tags });
    assert_eq!(server.call("sqs", "AmazonSQS.CreateQueue", &body).status, 200);
    let project = Pipetoll::new().emulator(&server);
    (server, project)
}

fn adopting(timeout: &str, more: &str) -> String {
    format!(
        "[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n[queue.orders]\nname = \"old-orders\"\n\
         visibility_timeout = \"{timeout}\"\n\n[[adopt]]\naddress = \"queue.orders\"\nid = \"old-orders\"\n{more}"
    )
}

#[test]
fn what_is_adopted_is_compared_tagged_and_remembered() {
    let (server, project) = with_queue(&json!({ "team": "theirs" }));
    project.write("pipetoll.toml", &adopting("60s", ""));
    let planned = project.args(["plan"]).run().succeeds();
    assert!(planned.stdout.contains("1 to adopt") && planned.stdout.contains("45s -> 1m"), "{}", planned.stdout);
    assert!(planned.stdout.contains("0 to add"), "{}", planned.stdout);

    project.args(["apply", "--yes"]).run().succeeds();
    let url = server.call("sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": "old-orders" })).json()["QueueUrl"].clone();
    let tags = server.call("sqs", "AmazonSQS.ListQueueTags", &json!({ "QueueUrl": url })).json();
    assert_eq!(tags["Tags"]["pipetoll:address"], "queue.orders");
    assert_eq!(tags["Tags"]["team"], "theirs", "what others tagged stays");
    let attributes = json!({ "QueueUrl": url, "AttributeNames": ["VisibilityTimeout"] });
    assert_eq!(server.call("sqs", "AmazonSQS.GetQueueAttributes", &attributes).json()["Attributes"]["VisibilityTimeout"], "60");

    let again = project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    assert!(again.stderr.contains("`[[adopt]]` at pipetoll.toml:11 has no effect any more"), "{}", again.stderr);
    let record = project.args(["state", "show", "queue.orders", "--json"]).run().succeeds();
    assert!(record.stdout.contains("\"id\": \"old-orders\""), "{}", record.stdout);
}

#[test]
fn what_is_not_there_is_missed_and_nothing_is_made_in_its_place() {
    let server = Emulator::moto();
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", &adopting("60s", ""));
    let refused = project.args(["apply", "--yes"]).run().exits(2);
    assert!(refused.stderr.contains("queue.orders is to adopt an SQS queue that is not there"), "{}", refused.stderr);
    assert!(refused.stderr.contains("nothing of this id is in us-east-1"), "{}", refused.stderr);
    let queues = server.call("sqs", "AmazonSQS.ListQueues", &json!({})).json();
    assert!(queues["QueueUrls"].as_array().is_none_or(Vec::is_empty), "{queues}");
}

#[test]
fn what_belongs_to_another_project_is_adopted_by_force_alone() {
    let theirs = json!({ "pipetoll:project": "store", "pipetoll:environment": "default", "pipetoll:address": "queue.orders" });
    let (_server, project) = with_queue(&theirs);
    project.write("pipetoll.toml", &adopting("45s", ""));
    let refused = project.args(["plan"]).run().exits(2);
    assert!(refused.stderr.contains("which belongs to project store, environment default"), "{}", refused.stderr);
    project.write("pipetoll.toml", &adopting("45s", "force = true\n"));
    project.args(["apply", "--yes"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

#[test]
fn what_would_have_to_be_replaced_is_not_adopted() {
    let (_server, project) = with_queue(&json!({}));
    project.write("pipetoll.toml", &adopting("45s", "").replace("name = \"old-orders\"\n", ""));
    let refused = project.args(["plan"]).run().exits(2);
    assert!(refused.stderr.contains("it would have to be replaced"), "{}", refused.stderr);
    assert!(refused.stderr.contains("write `name = \"old-orders\"`"), "{}", refused.stderr);
}

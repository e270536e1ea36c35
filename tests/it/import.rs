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

fn toml(project: &Pipetoll) -> String {
    project.read("pipetoll.toml").expect("the file is there")
}

const HEAD: &str = "[project]\nname = \"shop\"\nregion = \"us-east-1\"\n";

#[test]
fn one_thing_without_a_block_is_written_and_remembered() {
    let (_server, project) = with_queue(&json!({ "team": "theirs" }));
    project.write("pipetoll.toml", HEAD);
    let shown = project.args(["import", "queue.orders", "old-orders"]).run().succeeds();
    assert!(shown.stdout.contains("[queue.orders]\nname = \"old-orders\""), "{}", shown.stdout);
    assert!(shown.stdout.contains("visibility_timeout = \"45s\""), "{}", shown.stdout);
    assert_eq!(toml(&project), HEAD, "without --write nothing is written");

    project.args(["import", "queue.orders", "old-orders", "--write", "--yes"]).run().succeeds();
    let written = toml(&project);
    assert!(written.starts_with(HEAD) && written.contains("[queue.orders]") && !written.contains("[[adopt]]"), "{written}");
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();

    let missing = project.args(["import", "queue.other", "no-such-queue"]).run().exits(2);
    assert!(missing.stderr.contains("an SQS queue of the id \"no-such-queue\" is not in us-east-1"), "{}", missing.stderr);
}

#[test]
fn one_thing_with_a_block_is_compared_and_remembered() {
    let (_server, project) = with_queue(&json!({}));
    let text = adopting("45s", "");
    let text = text.split("\n[[adopt]]").next().unwrap_or_default();
    project.write("pipetoll.toml", text);
    let declined = project.args(["import", "queue.orders", "old-orders"]).run().exits(5);
    assert!(declined.stdout.contains("1 to adopt"), "{}", declined.stdout);
    project.args(["import", "queue.orders", "old-orders", "--yes"]).run().succeeds();
    assert_eq!(toml(&project), text);
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// One of each kind that moto reads back as it was made, joined by references.
const ALL: &str = r#"
[queue.dead]

[queue.orders]
redrive = { dead_letter = "queue.dead", max_receive_count = 3 }

[topic.alerts]

[stream.clicks]
shards = 1

[log_group.audit]
retention_days = 7

[database.lake]

[role.worker]
assumed_by = ["glue.amazonaws.com"]

[crawler.raw]
role = "role.worker"
database = "database.lake"
targets = { s3 = [{ path = "s3://data/raw/" }] }

[job.nightly]
script = "s3://code/j.py"
role = "role.worker"
glue_version = "5.1"

[function.ingest]
code = "src"
runtime = "python3.13"
handler = "app.handler"
role = "auto"
environment = { QUEUE = "${queue.dead.url}" }

[[function.ingest.trigger.sqs]]
queue = "queue.orders"
"#;

#[test]
fn a_lost_state_is_made_again_by_a_scan() {
    let server = Emulator::moto_fresh();
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", &format!("{HEAD}{ALL}"));
    project.write("src/app.py", "def handler(event, context):\n    return None\n");
    project.args(["apply", "--yes"]).run().succeeds();

    let again = Pipetoll::new().emulator(&server);
    again.write("pipetoll.toml", HEAD);
    let kinds = "queue,topic,stream,log_group,database,role,crawler,job,function";
    let shown = again.args(["import", "--scan", "--service", kinds]).run().succeeds();
    for text in ["[function.ingest]", "role = \"role.function-ingest\"", "queue = \"queue.orders\"", "database = \"database.lake\""] {
        assert!(shown.stdout.contains(text), "{text} is not in {}\n{}", shown.stdout, shown.stderr);
    }
    assert!(shown.stdout.contains("QUEUE = \"${queue.dead.url}\""), "{}", shown.stdout);
    assert_eq!(toml(&again), HEAD);

    let written = again.args(["import", "--scan", "--service", kinds, "--write", "--yes"]).run().succeeds();
    assert!(!written.stderr.contains("not imported: of"), "{}", written.stderr);
    again.args(["plan", "--detailed-exitcode"]).run().succeeds();
    let nothing = again.args(["import", "--scan", "--service", kinds]).run().succeeds();
    assert!(nothing.stdout.trim().is_empty() && nothing.stderr.contains("in the state as queue.orders"), "{}", nothing.stderr);
}

#[test]
fn a_scan_leaves_what_belongs_to_others() {
    let theirs = json!({ "pipetoll:project": "store", "pipetoll:environment": "default", "pipetoll:address": "queue.orders" });
    let (server, project) = with_queue(&theirs);
    for (name, team) in [("new-a", "growth"), ("new-b", "other"), ("else", "growth")] {
        server.call("sqs", "AmazonSQS.CreateQueue", &json!({ "QueueName": name, "tags": { "team": team } }));
    }
    project.write("pipetoll.toml", HEAD);
    let all = project.args(["import", "--scan", "--service", "sqs"]).run().succeeds();
    assert!(all.stderr.contains("skipped: queue old-orders: belongs to project store"), "{}", all.stderr);
    assert!(
        all.stdout.contains("[queue.new-a]") && all.stdout.contains("[queue.else]") && !all.stdout.contains("old-orders"),
        "{}",
        all.stdout
    );
    let some = project.args(["import", "--scan", "--service", "sqs", "--prefix", "new-", "--tag", "team=growth"]).run().succeeds();
    assert!(some.stdout.contains("new-a") && !some.stdout.contains("new-b") && !some.stdout.contains("else"), "{}", some.stdout);
}

#[test]
fn a_scan_lists_by_pages_and_reads_each_thing_once() {
    const MANY: usize = 60;
    let server = Emulator::moto().with_faults();
    for number in 0..MANY {
        server.call("sqs", "AmazonSQS.CreateQueue", &json!({ "QueueName": format!("q{number}") }));
    }
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", HEAD);
    server.faults().clear();
    let shown = project.args(["import", "--scan", "--service", "sqs"]).run().succeeds();
    assert_eq!(shown.stdout.matches("[queue.q").count(), MANY);
    let calls = server.faults().calls();
    let of = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((of("sqs.ListQueues"), of("sqs.GetQueueAttributes")), (1, MANY));
    assert!(calls.len() <= 3 * MANY + 2, "{}", calls.len());
}

#[test]
fn a_renamed_block_keeps_what_it_describes_and_what_is_taken_out_stays() {
    let server = Emulator::moto();
    let project = Pipetoll::new().emulator(&server);
    let urls = || server.call("sqs", "AmazonSQS.ListQueues", &json!({})).json()["QueueUrls"].clone();
    project.write("pipetoll.toml", &format!("{HEAD}\n[queue.old]\nname = \"orders\"\n\n[queue.dead]\nname = \"dead\"\n"));
    project.args(["apply", "--yes"]).run().succeeds();
    let before = urls();
    assert_eq!(before.as_array().map(Vec::len), Some(2), "{before}");

    let moved = "[[moved]]\nfrom = \"queue.old\"\nto = \"queue.orders\"\n\n[[removed]]\naddress = \"queue.dead\"\n";
    project.write("pipetoll.toml", &format!("{HEAD}\n[queue.orders]\nname = \"orders\"\n\n{moved}"));
    let planned = project.args(["plan", "--out", "next.plan"]).run().succeeds();
    let counts = "0 to add, 1 to change, 0 to replace, 0 to destroy, 1 to forget, 1 to move in the state";
    assert!(planned.stdout.contains(counts), "{}", planned.stdout);
    project.args(["apply", "next.plan"]).run().succeeds();
    assert_eq!(urls(), before, "nothing was made anew, nothing deleted");
    let listed = project.args(["state", "list"]).run().succeeds();
    assert!(listed.stdout.starts_with("queue.orders ") && !listed.stdout.contains("queue.dead"), "{}", listed.stdout);
    let again = project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    assert!(again.stdout.contains("1 resource matches"), "{}", again.stdout);
    project.args(["destroy", "--confirm", "shop"]).run().succeeds();
    assert_eq!(urls().as_array().map(Vec::len), Some(1), "what was taken out is nobody's any more");
}

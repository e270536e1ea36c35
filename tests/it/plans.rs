//! Saved plans: carried out as they are, or refused with what moved, before anything is written.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

fn declared(timeout: &str) -> String {
    format!("[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n[queue.orders]\nname = \"orders\"\nvisibility_timeout = \"{timeout}\"\n")
}

/// A queue that was applied, and a plan of a change that was saved.
fn planned() -> (Emulator, Pipetoll) {
    let server = Emulator::moto().with_faults();
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", &declared("45s"));
    project.args(["apply", "--yes"]).run().succeeds();
    project.write("pipetoll.toml", &declared("60s"));
    project.args(["plan", "--out", "next.plan"]).run().succeeds();
    server.faults().clear();
    (server, project)
}

fn set(server: &Emulator, attribute: &str, value: &str) {
    let url = server.call("sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": "orders" })).json()["QueueUrl"].clone();
    let body = json!({ "QueueUrl": url, "Attributes": { attribute: value } });
    assert_eq!(server.call("sqs", "AmazonSQS.SetQueueAttributes", &body).status, 200);
}

/// The calls that could have changed something.
fn writes(server: &Emulator) -> Vec<String> {
    let reads = |name: &str| name.contains(".Get") || name.contains(".List") || name.contains(".Describe");
    server.faults().calls().into_iter().map(|call| call.operation).filter(|name| !reads(name)).collect()
}

#[test]
fn what_holds_is_carried_out_without_a_question() {
    let (server, project) = planned();
    project.args(["apply", "next.plan"]).run().succeeds();
    assert!(writes(&server).iter().any(|name| name == "sqs.SetQueueAttributes"), "{:?}", writes(&server));
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// F12: what the plan relies on was changed behind its back.
#[test]
fn what_was_changed_since_is_named_and_nothing_is_written() {
    let (server, project) = planned();
    set(&server, "DelaySeconds", "5");
    server.faults().clear();
    let refused = project.args(["apply", "next.plan"]).run().exits(6);
    assert!(refused.stderr.contains("delay of queue.orders was \"0s\" and is \"5s\" now"), "{}", refused.stderr);
    assert_eq!(writes(&server), Vec::<String>::new());
    // What differs from the configuration all the same is no reason to refuse when it is as the plan saw it.
    project.args(["plan", "--out", "next.plan"]).run().succeeds();
    project.args(["apply", "next.plan"]).run().succeeds();
}

/// F12: and what is gone.
#[test]
fn what_is_gone_since_is_named() {
    let (server, project) = planned();
    let url = server.call("sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": "orders" })).json()["QueueUrl"].clone();
    assert_eq!(server.call("sqs", "AmazonSQS.DeleteQueue", &json!({ "QueueUrl": url })).status, 200);
    server.faults().clear();
    let refused = project.args(["apply", "next.plan"]).run().exits(6);
    assert!(refused.stderr.contains("queue.orders is gone from AWS"), "{}", refused.stderr);
    assert_eq!(writes(&server), Vec::<String>::new());
}

/// F11: the state moved on.
#[test]
fn a_plan_of_an_older_state_is_refused() {
    let (server, project) = planned();
    project.args(["apply", "--yes"]).run().succeeds();
    server.faults().clear();
    let refused = project.args(["apply", "next.plan"]).run().exits(6);
    assert!(refused.stderr.contains("the state's serial was 1 and is 2 now"), "{}", refused.stderr);
    assert_eq!(writes(&server), Vec::<String>::new());
}

/// F13: a plan that was changed, or is for something else.
#[test]
fn a_plan_that_is_not_this_one_is_refused_before_any_call() {
    let (server, project) = planned();
    let whole = project.read("next.plan").expect("it is there");
    for (text, said) in [
        (whole[..whole.len() / 2].to_owned(), "it was cut off"),
        (whole.replacen("orders", "0rders", 1), "it was changed or cut off since it was written"),
        (whole.replacen("\"format_version\":1", "\"format_version\":9", 1), "of format 9"),
    ] {
        project.write("broken.plan", &text);
        let refused = project.args(["apply", "broken.plan"]).run().exits(2);
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    let other = project.args(["apply", "next.plan", "--env", "prod"]).run().exits(2);
    assert!(other.stderr.contains("`--env prod`: the saved plan is for no environment"), "{}", other.stderr);
    let given = project.args(["apply", "next.plan", "--var", "size=2"]).run().exits(2);
    assert!(given.stderr.contains("`--var size=…` cannot change a saved plan"), "{}", given.stderr);
    assert_eq!(server.faults().calls().len(), 0, "nobody was asked");
    project.write("pipetoll.toml", &declared("90s"));
    let moved = project.args(["apply", "next.plan"]).run().exits(6);
    assert!(moved.stderr.contains("the configuration, or a file it names, has changed"), "{}", moved.stderr);
    assert_eq!(writes(&server).iter().filter(|name| !name.starts_with("sts.")).count(), 0);
}

/// F29: applied again, nothing is changed; planned again, the plan is the same to the letter.
#[test]
fn again_is_nothing_new() {
    let server = Emulator::moto().with_faults();
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", &declared("45s"));
    let plans = [(); 2].map(|()| project.args(["plan", "--json"]).run().succeeds().stdout);
    assert_eq!(plans[0], plans[1]);
    project.args(["apply", "--yes"]).run().succeeds();
    let state = project.args(["state", "pull"]).run().succeeds().stdout;
    server.faults().clear();
    project.args(["apply", "--yes"]).run().succeeds();
    assert_eq!(writes(&server), Vec::<String>::new());
    assert_eq!(project.args(["state", "pull"]).run().succeeds().stdout, state, "the state is not written either");
}

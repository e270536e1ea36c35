//! State that is shared in a bucket: two who want it at once, one who dies, one who is pushed aside, answers that are lost.
#![cfg(all(feature = "aws", unix))]

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

/// A project whose state lies in a bucket of moto, and whose queue takes a while to be made.
fn shared(queue: &str) -> (Emulator, Pipetoll) {
    let server = Emulator::moto().with_faults();
    assert_eq!(server.rest("s3", "PUT", &format!("/{}", bucket(&server)), "").status, 200);
    let project = member(&server, queue);
    (server, project)
}

fn bucket(server: &Emulator) -> String {
    format!("state-{}", server.account())
}

/// Another machine with the same project. Its lease is renewed every three seconds: a machine that is busy with other tests must manage that.
fn member(server: &Emulator, queue: &str) -> Pipetoll {
    let project = Pipetoll::new().emulator(server).env("PIPETOLL_LEASE_SECONDS", "12").env("USER", "ada").env("HOSTNAME", "desk");
    let state = format!("[state]\nbackend = \"s3\"\nbucket = \"{}\"\nprefix = \"team\"\n", bucket(server));
    project.write("pipetoll.toml", &format!("[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n{state}\n{queue}"));
    project
}

const QUEUE: &str = "[queue.orders]\nname = \"orders\"\n";

fn slow_queues(server: &Emulator, seconds: u32) {
    server.faults().rules(&json!([{ "op": "sqs.CreateQueue", "fault": "latency", "seconds": seconds }]));
}

fn made(server: &Emulator) -> usize {
    server.faults().calls().iter().filter(|call| call.operation == "sqs.CreateQueue").count()
}

/// Waits until the proxy saw a call that ends so.
fn until_called(server: &Emulator, end: &str) {
    let begun = Instant::now();
    while !server.faults().calls().iter().any(|call| call.operation.ends_with(end)) {
        assert!(begun.elapsed() < Duration::from_mins(1), "no call of {end}: {:?}", server.faults().calls());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn what_one_applies_another_sees() {
    let (server, first) = shared(QUEUE);
    first.args(["apply", "--yes"]).run().succeeds();
    let second = member(&server, QUEUE);
    let planned = second.args(["plan", "--detailed-exitcode"]).run().succeeds();
    assert!(planned.stdout.contains("1 resource matches"), "{}", planned.stdout);
    second.args(["state", "mv", "queue.orders", "queue.sales", "--yes"]).run().succeeds();
    assert!(first.args(["state", "list"]).run().succeeds().stdout.starts_with("queue.sales "));
    let history = first.args(["state", "history"]).run().succeeds();
    assert!(history.stdout.starts_with("     1  ") && history.stdout.contains("1 resource"), "{}", history.stdout);
    assert!(!first.path(".pipetoll/state").exists(), "nothing of it lies here");
    second.args(["state", "mv", "queue.sales", "queue.orders", "--yes"]).run().succeeds();
    first.args(["destroy", "--confirm", "shop"]).run().succeeds();
    assert_eq!(second.args(["state", "list"]).run().succeeds().stdout, "");
}

/// F6: of two at once one works; the other sees that it lives, and makes no write.
#[test]
fn of_two_at_once_one_works() {
    let (server, first) = shared(QUEUE);
    slow_queues(&server, 14);
    let running = first.args(["apply", "--yes"]).spawn();
    until_called(&server, "CreateQueue");
    let second = member(&server, "[queue.orders]\nname = \"others\"\n");
    let refused = second.args(["apply", "--yes"]).run().exits(6);
    assert!(refused.stderr.contains("Waiting for the state's lock, held by ada@desk (process "), "{}", refused.stderr);
    assert!(refused.stderr.contains("the state is locked by ada@desk"), "{}", refused.stderr);
    // Who has patience waits for the first to end.
    let waited = second.args(["apply", "--yes", "--lock-timeout", "60s", "--confirm", "shop"]).run().succeeds();
    assert!(waited.stdout.contains("1 to replace"), "it planned on what the first had made: {}", waited.stdout);
    let (code, text) = end(running);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(made(&server), 2);
}

/// F7: a holder that was killed is taken over once its lease is over, and what it was doing is looked up.
#[test]
fn a_holder_that_was_killed_is_taken_over() {
    let (server, first) = shared(QUEUE);
    slow_queues(&server, 3);
    let running = first.args(["apply", "--yes"]).spawn();
    until_called(&server, "CreateQueue");
    signal(&running, "KILL");
    assert_eq!(end(running).0, None);
    // The answer came to nobody; the queue is made.
    std::thread::sleep(Duration::from_secs(3));
    let second = member(&server, QUEUE);
    let taken = second.args(["apply", "--yes"]).run().succeeds();
    assert!(taken.stderr.contains("took the state's lock over from ada@desk"), "{}", taken.stderr);
    assert!(taken.stderr.contains("queue.orders was made by a run that was cut off"), "{}", taken.stderr);
    assert_eq!(made(&server), 1, "it is not made twice");
    second.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// F8: a holder that was pushed aside lands nothing any more, keeps what it did and says so.
#[test]
fn a_holder_that_was_pushed_aside_lands_nothing() {
    let (server, first) = shared(&format!("{QUEUE}\n[queue.later]\nname = \"later\"\ndepends_on = [\"queue.orders\"]\n"));
    slow_queues(&server, 16);
    let running = first.args(["apply", "--yes"]).spawn();
    until_called(&server, "CreateQueue");
    let second = member(&server, "[topic.news]\nname = \"news\"\n");
    let alive = second.args(["state", "unlock"]).run().exits(6);
    assert!(alive.stderr.contains("is held by ada@desk") && alive.stderr.contains("who is there"), "{}", alive.stderr);
    let ended = second.args(["state", "unlock", "--force", "--yes"]).run().succeeds();
    assert!(ended.stderr.contains("The lock of ada@desk"), "{}", ended.stderr);
    second.args(["state", "unlock"]).run().succeeds();
    let (code, text) = end(running);
    assert_eq!(code, Some(6), "{text}");
    assert!(text.contains("unlock --force` ended it") && text.contains("recovered-"), "{text}");
    assert_eq!(made(&server), 1, "it started nothing any more");
    let kept = server.rest("s3", "GET", &format!("/{}?list-type=2&prefix=team/shop/default/recovered", bucket(&server)), "");
    assert!(kept.body.contains("recovered-"), "{}", kept.body);
    // What it was doing stands in the journal, and the next run goes on from there.
    server.faults().clear();
    let healed = first.args(["apply", "--yes"]).run().succeeds();
    assert!(healed.stdout.contains("1 to add"), "only the later one is missing: {}{}", healed.stdout, healed.stderr);
    first.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// F9: a write that S3 made although it answered with an error is not made twice.
#[test]
fn a_write_whose_answer_was_lost_counts_once() {
    let (server, project) = shared(QUEUE);
    let lost = |end: &str, fault: &str| json!({ "op": format!("s3.PUT */{end}"), "fault": fault, "count": 1 });
    server.faults().rules(&json!([
        lost("snapshot.json", "500_after"),
        lost("000001.jsonl", "reset_after"),
        lost("lock.json", "500_after"),
        lost("000002.jsonl", "500"),
    ]));
    project.args(["apply", "--yes"]).run().succeeds();
    let faults = server.faults().calls().iter().filter(|call| call.fault.is_some()).count();
    assert_eq!(faults, 4, "{:?}", server.faults().calls());
    let pulled = project.args(["state", "pull"]).run().succeeds();
    assert_eq!((&pulled.json()["serial"], pulled.json()["records"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    assert_eq!(made(&server), 1);
}

/// F14, F15: Ctrl-C lets what runs end, starts nothing, saves and gives the lock back; also while it waits for an answer from S3.
#[test]
fn a_run_that_is_stopped_saves_and_gives_the_lock_back() {
    let (server, project) = shared(&format!("{QUEUE}\n[queue.later]\nname = \"later\"\ndepends_on = [\"queue.orders\"]\n"));
    slow_queues(&server, 2);
    let running = project.args(["apply", "--yes"]).spawn();
    until_called(&server, "CreateQueue");
    let begun = Instant::now();
    signal(&running, "INT");
    let (code, text) = end(running);
    assert_eq!(code, Some(130), "{text}");
    assert!(begun.elapsed() < Duration::from_mins(1));
    assert_eq!(made(&server), 1);
    server.faults().clear();
    let unlocked = project.args(["state", "unlock"]).run().succeeds();
    assert!(unlocked.stderr.contains("Nobody holds"), "{}", unlocked.stderr);
    let listed = project.args(["state", "list"]).run().succeeds();
    assert!(listed.stdout.contains("queue.orders") && !listed.stdout.contains("queue.later"), "{}", listed.stdout);
    let rest = project.args(["apply", "--yes"]).run().succeeds();
    assert!(rest.stdout.contains("1 to add"), "{}", rest.stdout);
}

#[test]
fn what_is_wrong_with_the_bucket_is_told() {
    let server = Emulator::moto();
    let project = member(&server, QUEUE);
    let missing = project.args(["plan"]).run().exits(2);
    assert!(missing.stderr.contains("could not read s3://state-[ACCOUNT]/team/shop/default/snapshot.json"), "{}", missing.stderr);
    assert!(missing.stderr.contains("NoSuchBucket"), "{}", missing.stderr);
    let nobody = project.args(["plan"]).env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "").run().exits(4);
    assert!(nobody.stderr.contains("could not read s3://"), "{}", nobody.stderr);
}

//! The real program, killed at every call it makes: before it is done, and after it is done but before the answer came. Whatever was cut off, the next
//! run ends with what was wanted, once.
#![cfg(all(feature = "aws", unix))]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

/// A lease of six seconds: the next run need not wait long for that of the one that was killed, and a busy machine can renew it.
const LEASE: &str = "6";

/// Where the state lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Folder,
    Bucket,
}

fn project(server: &Emulator, place: Place) -> Pipetoll {
    let bucket = format!("state-{}", server.account());
    let state = match place {
        Place::Folder => String::new(),
        Place::Bucket => {
            assert_eq!(server.rest("s3", "PUT", &format!("/{bucket}"), "").status, 200);
            format!("[state]\nbackend = \"s3\"\nbucket = \"{bucket}\"\n\n")
        }
    };
    let project = Pipetoll::new().emulator(server).env("PIPETOLL_LEASE_SECONDS", LEASE);
    let blocks = "[queue.orders]\nname = \"orders\"\nvisibility_timeout = \"45s\"\n\n[topic.news]\nname = \"news\"\ndepends_on = [\"queue.orders\"]\n";
    project.write("pipetoll.toml", &format!("[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n{state}{blocks}"));
    project
}

/// Kills an apply at its call of this number; `false` when it ended before that.
fn killed_at(server: &Emulator, project: &Pipetoll, number: usize, fault: &str) -> bool {
    server.faults().clear();
    server.faults().rules(&json!([{ "op": "*", "fault": fault, "seconds": 0.4, "skip": number - 1, "count": 1 }]));
    let mut running = project.args(["apply", "--yes"]).spawn();
    let begun = Instant::now();
    while server.faults().calls().len() < number {
        if running.try_wait().expect("it can be asked").is_some() {
            return false;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "it makes no call of number {number}");
        std::thread::sleep(Duration::from_millis(10));
    }
    running.kill().expect("it can be killed");
    running.wait().expect("it ends");
    // What was on its way arrives, or is given up.
    std::thread::sleep(Duration::from_millis(500));
    server.faults().clear();
    true
}

fn loops(place: Place, fault: &str) {
    let mut number = 0;
    loop {
        number += 1;
        let server = Emulator::moto().with_faults();
        let project = project(&server, place);
        if !killed_at(&server, &project, number, fault) {
            break;
        }
        let name = server.faults().calls().last().map(|call| call.operation.clone());
        let healed = project.args(["apply", "--yes"]).run();
        assert_eq!(healed.code, Some(0), "killed at call {number} ({name:?}), {fault}\n{}{}", healed.stdout, healed.stderr);
        let settled = project.args(["plan", "--detailed-exitcode"]).run();
        assert_eq!(settled.code, Some(0), "killed at call {number}, {fault}\n{}{}", settled.stdout, settled.stderr);
        let queues = server.call("sqs", "AmazonSQS.ListQueues", &json!({})).json()["QueueUrls"].as_array().map_or(0, Vec::len);
        let topics = server.query("sns", "Action=ListTopics&Version=2010-03-31").body.matches("<TopicArn>").count();
        assert_eq!((queues, topics), (1, 1), "killed at call {number}, {fault}");
        let pulled = project.args(["state", "pull"]).run().succeeds().json();
        let records: BTreeMap<_, _> =
            pulled["records"].as_array().into_iter().flatten().map(|record| (record["address"].to_string(), &record["status"])).collect();
        assert_eq!(records.len(), 2, "killed at call {number}, {fault}: {pulled}");
        assert!(records.values().all(|status| *status == "ready"), "{pulled}");
        assert_eq!(pulled["intents"], json!([]), "nothing is left open");
    }
    assert!(number > 6, "it was killed {number} times");
}

#[test]
fn with_state_in_a_folder_after_each_call() {
    loops(Place::Folder, "latency");
}

#[test]
fn with_state_in_a_folder_before_each_call() {
    loops(Place::Folder, "timeout");
}

#[test]
fn with_state_in_a_bucket_after_each_call() {
    loops(Place::Bucket, "latency");
}

#[test]
fn with_state_in_a_bucket_before_each_call() {
    loops(Place::Bucket, "timeout");
}

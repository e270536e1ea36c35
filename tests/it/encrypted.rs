//! A state that is encrypted before it is written: what lies there tells nothing, here and in a bucket, by passphrase and by a key of KMS.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

const QUEUE: &str = "[queue.orders]\nname = \"orders\"\n";
/// What stands in every state of the project, and may stand nowhere in an encrypted one.
const WORDS: [&str; 3] = ["queue.orders", "\"records\"", "correct horse battery"];

fn write(project: &Pipetoll, state: &str) {
    project.write("pipetoll.toml", &format!("[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n{state}\n{QUEUE}"));
}

fn tells(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

fn key(server: &Emulator) -> String {
    let made = server.call("kms", "TrentService.CreateKey", &json!({}));
    assert_eq!(made.status, 200, "{}", made.body);
    made.json()["KeyMetadata"]["KeyId"].as_str().expect("a key has an id").to_owned()
}

#[test]
fn state_and_saved_plan_are_encrypted_with_a_passphrase() {
    let server = Emulator::moto();
    let project = Pipetoll::new().emulator(&server).env("STATE_PASSPHRASE", "correct horse battery");
    write(&project, "[state.encryption]\npassphrase_env = \"STATE_PASSPHRASE\"\n");
    project.args(["plan", "--out", "next.plan"]).run().succeeds();
    assert!(!tells(&project.read("next.plan").expect("the plan is there")));
    assert!(project.args(["show", "next.plan"]).run().succeeds().stdout.contains("queue.orders"));
    let refused = project.args(["apply", "next.plan", "--env", "prod"]).run().exits(2);
    assert!(refused.stderr.contains("the saved plan is for no environment"), "{}", refused.stderr);
    project.args(["apply", "next.plan"]).run().succeeds();
    let snapshot = project.read(".pipetoll/state/default/snapshot.json").expect("the state is there");
    assert!(!tells(&snapshot), "{snapshot}");
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    // Whoever does not know it reads nothing, and whoever knows a wrong one neither.
    for passphrase in ["", "another horse entirely"] {
        let refused = project.args(["state", "list"]).env("STATE_PASSPHRASE", passphrase).run().exits(2);
        assert!(refused.stderr.contains("is encrypted, and"), "{}", refused.stderr);
        project.args(["show", "next.plan"]).env("STATE_PASSPHRASE", passphrase).run().exits(2);
    }
}

#[test]
fn a_key_of_kms_encrypts_a_state_in_a_bucket_and_is_exchanged() {
    let server = Emulator::moto();
    let bucket = format!("sealed-{}", server.account());
    assert_eq!(server.rest("s3", "PUT", &format!("/{bucket}"), "").status, 200);
    let project = Pipetoll::new().emulator(&server);
    let (old, new) = (key(&server), key(&server));
    let state = format!("[state]\nbackend = \"s3\"\nbucket = \"{bucket}\"\n\n[state.encryption]\n");
    write(&project, &format!("{state}kms_key = \"{old}\"\n"));
    project.args(["apply", "--yes"]).run().succeeds();
    let lies = |name: &str| server.rest("s3", "GET", &format!("/{bucket}/pipetoll/shop/default/{name}"), "");
    assert!(lies("snapshot.json").body.contains("\"kms\":") && !tells(&lies("snapshot.json").body));
    // The new key alone opens nothing before the state was encrypted anew, and everything afterwards.
    write(&project, &format!("{state}kms_key = \"{new}\"\n"));
    let refused = project.args(["state", "list"]).run().exits(2);
    assert!(refused.stderr.contains("snapshot.json is encrypted, and"), "{}", refused.stderr);
    write(&project, &format!("{state}kms_key = \"{new}\"\nprevious = [{{ kms_key = \"{old}\" }}]\n"));
    project.args(["state", "rekey", "--yes"]).run().succeeds();
    write(&project, &format!("{state}kms_key = \"{new}\"\n"));
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    project.args(["state", "history"]).run().succeeds();
    project.args(["state", "restore", "1", "--yes"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    // Without encryption again.
    write(&project, &format!("{state}previous = [{{ kms_key = \"{new}\" }}]\n"));
    project.args(["state", "rekey", "--yes"]).run().succeeds();
    assert!(tells(&lies("snapshot.json").body));
}

/// A run that could not write its state keeps what it did encrypted, and `state push` takes it back.
#[test]
fn what_could_not_be_written_is_kept_encrypted() {
    let server = Emulator::moto().with_faults();
    let bucket = format!("aside-{}", server.account());
    assert_eq!(server.rest("s3", "PUT", &format!("/{bucket}"), "").status, 200);
    // The lease cannot be given back either, and is waited for.
    let project = Pipetoll::new().emulator(&server).env("STATE_PASSPHRASE", "correct horse battery").env("PIPETOLL_LEASE_SECONDS", "6");
    write(
        &project,
        &format!("[state]\nbackend = \"s3\"\nbucket = \"{bucket}\"\n\n[state.encryption]\npassphrase_env = \"STATE_PASSPHRASE\"\n"),
    );
    // The lease and the intent of the create are written, and nothing after it.
    server.faults().rules(&json!([{ "op": "s3.PUT *", "fault": "denied", "skip": 2 }]));
    project.args(["apply", "--yes"]).run().exits(3);
    server.faults().rules(&json!([]));
    let kept = project.read(".pipetoll/state/default/recovered-1.json").expect("what was done is kept");
    assert!(!tells(&kept), "{kept}");
    project.args(["state", "push", ".pipetoll/state/default/recovered-1.json", "--yes"]).run().succeeds();
    project.args(["apply", "--yes"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

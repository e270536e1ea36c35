//! Proves the harness itself: servers answer, are isolated, fail on demand and go away.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;

use serde_json::json;

use super::{Emulator, FaultProxy, install};
use crate::http;

fn is_gone(port: u16, pid: u32) -> bool {
    let listens = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    let lives = Path::new("/proc/self").exists() && Path::new(&format!("/proc/{pid}")).exists();
    !listens && !lives
}

#[test]
fn moto_answers_and_is_gone_after_its_guard_drops() {
    let moto = Emulator::moto_fresh();
    let answer = http::request(moto.port(), "GET", "/moto-api/data.json", &[], "").expect("moto answers");
    assert_eq!(answer.status, 200);
    assert!(answer.json().is_object());
    assert!(moto.log().contains("Running on"), "{}", moto.log());
    let (port, pid) = (moto.port(), moto.server.pid);
    assert!(!is_gone(port, pid));
    drop(moto);
    assert!(is_gone(port, pid), "process {pid} or port {port} is still there");
}

#[test]
fn accounts_in_the_shared_moto_do_not_see_each_other() {
    let (first, second) = (Emulator::moto(), Emulator::moto());
    assert_ne!(first.account(), second.account());
    let database = json!({"DatabaseInput": {"Name": "lake"}});
    let target = "AWSGlue.CreateDatabase";
    assert_eq!(first.call("glue", target, &database).status, 200);
    assert_eq!(second.call("glue", target, &database).status, 200, "the name is free in the other account");
    assert_eq!(first.call("glue", target, &database).status, 400, "and taken in its own");
    let listed = second.call("glue", "AWSGlue.GetDatabases", &json!({})).json();
    assert_eq!(listed["DatabaseList"][0]["CatalogId"], second.account());
}

#[test]
fn moto_lists_functions_over_rest_and_knows_managed_policies() {
    let moto = Emulator::moto();
    let functions = moto.rest("lambda", "GET", "/2015-03-31/functions/", "");
    assert_eq!((functions.status, functions.json()["Functions"].clone()), (200, json!([])));
    let policy = "Action=GetPolicy&Version=2010-05-08&PolicyArn=arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole";
    assert_eq!(moto.query("iam", policy).status, 200);
}

#[test]
fn ministack_keeps_to_the_loopback_and_knows_revision_ids() {
    let ministack = Emulator::ministack_fresh();
    let identity = ministack.query("sts", "Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(identity.status, 200);
    assert!(identity.body.contains(ministack.account()), "{}", identity.body);
    assert!(!ministack.log().contains("8883"), "the MQTT port stays shut: {}", ministack.log());
    let (port, pid) = (ministack.port(), ministack.server.pid);
    drop(ministack);
    assert!(is_gone(port, pid));
}

#[test]
fn fakecloud_updates_a_glue_trigger() {
    let Some(fakecloud) = Emulator::fakecloud_fresh() else {
        return;
    };
    let trigger = json!({"Name": "t", "Type": "ON_DEMAND", "Actions": [{"JobName": "j"}]});
    let created = fakecloud.call("glue", "AWSGlue.CreateTrigger", &trigger);
    assert_eq!(created.status, 200, "{}", created.body);
    let update = json!({"Name": "t", "TriggerUpdate": {"Description": "changed", "Actions": [{"JobName": "j"}]}});
    let updated = fakecloud.call("glue", "AWSGlue.UpdateTrigger", &update);
    assert_eq!(updated.status, 200, "{}", updated.body);
    let read = fakecloud.call("glue", "AWSGlue.GetTrigger", &json!({"Name": "t"})).json();
    assert_eq!(read["Trigger"]["Description"], "changed");
}

#[test]
fn the_proxy_strikes_as_often_as_told_and_keeps_a_log() {
    let moto = Emulator::moto().with_faults();
    assert_eq!(moto.endpoint(), format!("http://127.0.0.1:{}", moto.faults().port()));
    moto.faults().rules(&json!([{"op": "glue.GetJob", "count": 1, "fault": "throttle"}]));
    let ask = || moto.call("glue", "AWSGlue.GetJob", &json!({"JobName": "absent"}));
    let struck = ask();
    assert_eq!((struck.status, struck.header("x-amzn-errortype")), (400, Some("ThrottlingException")));
    let passed = ask();
    assert!(passed.body.contains("EntityNotFoundException"), "{}", passed.body);
    let calls = moto.faults().calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].operation.as_str(), calls[0].fault.as_deref()), ("glue.GetJob", Some("throttle")));
    assert_eq!((calls[1].fault.as_deref(), calls[1].status), (None, Some(400)));
    moto.faults().clear();
    assert_eq!(moto.faults().calls(), []);
}

#[test]
fn an_answer_can_be_lost_after_the_work_was_done() {
    let moto = Emulator::moto().with_faults();
    moto.faults().rules(&json!([{"op": "glue.CreateDatabase", "count": 1, "fault": "reset_after"}]));
    let headers = moto.environment();
    assert_eq!(headers[0], ("AWS_ENDPOINT_URL", moto.endpoint()));
    let body = json!({"DatabaseInput": {"Name": "lake"}}).to_string();
    let authorization = super::authorization(&headers[2].1, "glue");
    let signed = [
        ("Authorization", authorization.as_str()),
        ("X-Amz-Target", "AWSGlue.CreateDatabase"),
        ("Content-Type", "application/x-amz-json-1.1"),
    ];
    assert!(http::request(moto.port(), "POST", "/", &signed, &body).is_err(), "the connection breaks");
    let again = moto.call("glue", "AWSGlue.CreateDatabase", &json!({"DatabaseInput": {"Name": "lake"}}));
    assert!(again.body.contains("AlreadyExistsException"), "{}", again.body);
}

#[test]
fn what_an_emulator_lacks_is_named_and_never_looks_like_an_aws_fault() {
    let moto = Emulator::moto().with_faults();
    moto.faults().rules(&FaultProxy::repairs());
    moto.faults().assert_all_implemented();
    let answer = moto.call("glue", "AWSGlue.UpdateTrigger", &json!({"Name": "t", "TriggerUpdate": {}}));
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (501, Some("NotImplementedByEmulator")));
    let calls = moto.faults().calls();
    assert!(calls[0].unimplemented && calls[0].operation == "glue.UpdateTrigger", "{calls:?}");
}

#[test]
fn emulators_live_in_the_target_folder() {
    assert!(install::python().starts_with(install::folder()));
}

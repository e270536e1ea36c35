//! What a kind sends that writes its requests itself: AWS's client, which would know no wrong member, has not formed them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::emulator::{self, Emulator, support};

/// Kinds that write their requests as JSON, the name of the service that signs them, and that of its model.
const HAND_WRITTEN: &[(&str, &str, &str)] = &[("cluster", "elasticmapreduce", "emr")];

/// Whether a kind writes its requests itself, so that its server must stand behind a proxy that remembers them.
pub(super) fn is_hand_written(kind: &str) -> bool {
    HAND_WRITTEN.iter().any(|(name, ..)| *name == kind)
}

/// Holds all that a kind sent against AWS's model of the service.
pub(super) fn judge(kind: &str, server: &Emulator) -> Result<(), String> {
    let Some((_, signer, service)) = HAND_WRITTEN.iter().find(|(name, ..)| *name == kind) else { return Ok(()) };
    let calls = server.faults().calls();
    let requests = calls.iter().filter_map(|call| {
        let (by, operation) = call.operation.split_once('.')?;
        (by == *signer).then(|| json!([service, operation, call.body]))
    });
    let requests: Vec<Json> = requests.collect();
    let refused = refused(&requests);
    if requests.is_empty() {
        return Err(format!("nothing was sent to {service}"));
    }
    if refused.is_empty() { Ok(()) } else { Err(format!("AWS would refuse\n{}", refused.join("\n"))) }
}

/// What AWS's service models would refuse of `[service, operation, body]`.
fn refused(requests: &[Json]) -> Vec<String> {
    let mut python = Command::new(emulator::python())
        .arg(support("refused.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let text = json!(requests).to_string();
    python.stdin.take().expect("it has an input").write_all(text.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("Python runs");
    assert!(output.status.success(), "refused.py fails");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

#[test]
fn a_request_that_aws_would_refuse_is_told() {
    let group = |role: &str| json!({ "InstanceRole": role, "InstanceType": "m7g.xlarge", "InstanceCount": 1 });
    let request = |member: &str, role: &str| json!(["emr", "RunJobFlow", { "Name": "a", "Instances": { member: [group(role)] } }]);
    assert_eq!(refused(&[request("InstanceGroups", "TASK")]), Vec::<String>::new());
    let told = refused(&[request("InstanceGroup", "TASK"), request("InstanceGroups", "WORKER")]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("Unknown parameter in Instances: \"InstanceGroup\""), "{told:?}");
    assert!(told[1].contains("`WORKER` is none of MASTER, CORE, TASK"), "{told:?}");
}

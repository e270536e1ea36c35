//! The proxy that makes an emulator fail on purpose.

use serde_json::Value;

use super::install;
use super::server::{Recipe, Server, support};
use crate::http;

/// A fault-injecting proxy before one emulator; `support/fault_proxy.py` describes its rules.
#[derive(Debug)]
pub(crate) struct FaultProxy {
    server: Server,
}

/// One call that the proxy saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// `glue.GetJob`, or `lambda.GET /2015-03-31/functions/x`.
    pub(crate) operation: String,
    /// What was done to it, if anything.
    pub(crate) fault: Option<String>,
    /// The status that was answered; none when the connection was broken before an answer.
    pub(crate) status: Option<u64>,
    /// The emulator does not know this operation.
    pub(crate) unimplemented: bool,
    /// What was sent, in a protocol of JSON.
    pub(crate) body: Value,
}

impl FaultProxy {
    pub(crate) fn before(port: u16) -> Self {
        let script = support("fault_proxy.py").display().to_string();
        let python = install::python().display().to_string();
        let command = vec![python, script, "{port}".into(), port.to_string()];
        let server = Server::start(&Recipe { name: "fault proxy", command, environment: &[], ready_path: "/_fault/log" });
        Self { server }
    }

    pub(crate) fn port(&self) -> u16 {
        self.server.port
    }

    /// Replaces the rules.
    pub(crate) fn rules(&self, rules: &Value) {
        self.control("POST", "rules", &rules.to_string());
    }

    /// Rules that mend answers which moto gives and the Rust SDK cannot read (DataBrew times, bucket versioning, Firehose).
    pub(crate) fn repairs() -> Value {
        serde_json::from_str(include_str!("../support/repairs.json")).expect("repairs.json is JSON")
    }

    /// Removes every rule and forgets the calls.
    pub(crate) fn clear(&self) {
        self.control("POST", "clear", "");
    }

    /// The calls seen since the last `clear`, in order.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let log = self.control("GET", "log", "");
        let calls = log.as_array().into_iter().flatten().map(|entry| Call {
            operation: entry["operation"].as_str().unwrap_or_default().to_owned(),
            fault: entry["fault"].as_str().map(str::to_owned),
            status: entry["status"].as_u64(),
            unimplemented: entry["unimplemented"] == true,
            body: entry["body"].clone(),
        });
        calls.collect()
    }

    /// Fails, naming the operations, when the emulator was asked for what it does not implement.
    pub(crate) fn assert_all_implemented(&self) {
        let missing: Vec<String> = self.calls().into_iter().filter(|call| call.unimplemented).map(|call| call.operation).collect();
        assert!(missing.is_empty(), "this emulator does not implement {}: test it elsewhere", missing.join(", "));
    }

    fn control(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = http::request(self.port(), method, &format!("/_fault/{path}"), &[], body);
        answer.expect("the fault proxy answers").json()
    }
}

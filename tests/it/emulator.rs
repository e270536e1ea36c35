//! Servers that answer like AWS, installed and started by the test run itself, on 127.0.0.1 only.
//!
//! moto is widest for create, read and delete; ministack applies Lambda and Glue updates and really runs code; fakecloud has all of Glue,
//! EMR fleets and scaling, Step Functions checks and Lake Formation. None of them proves that AWS accepts a request.

mod fault;
mod install;
mod server;
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

pub(crate) use fault::FaultProxy;
pub(crate) use install::python;
#[cfg(feature = "aws")]
pub(crate) use server::support;
use server::{Recipe, Server};

use crate::http;

/// The region that tests use unless they say otherwise.
pub(crate) const REGION: &str = "us-east-1";

/// One AWS account in an emulator, with the credentials that lead to it.
#[derive(Debug)]
pub(crate) struct Emulator {
    server: Arc<Server>,
    proxy: Option<FaultProxy>,
    account: String,
    access_key: String,
    secret_key: String,
}

impl Emulator {
    /// An empty account in the moto server that all tests share. Bucket names are common to all accounts, as in AWS.
    pub(crate) fn moto() -> Self {
        static SHARED: OnceLock<Arc<Server>> = OnceLock::new();
        static ACCOUNTS: AtomicU64 = AtomicU64::new(200_000_000_001);
        let server = Arc::clone(SHARED.get_or_init(|| Arc::new(start_moto())));
        let account = ACCOUNTS.fetch_add(1, Ordering::Relaxed).to_string();
        let (access_key, secret_key) = moto_access_key(server.port, &account);
        Self { server, proxy: None, account, access_key, secret_key }
    }

    /// A moto server of its own: for tests that reset it, change its configuration or need the default account.
    pub(crate) fn moto_fresh() -> Self {
        Self::alone(start_moto(), "123456789012")
    }

    /// A ministack server of its own.
    pub(crate) fn ministack_fresh() -> Self {
        let command = [install::python().display().to_string(), "-m".into(), "ministack".into()];
        let server = Server::start(&Recipe {
            name: "ministack",
            command: command.into(),
            // Left alone it listens on every interface, and beside its gateway on fixed ports for MQTT and SFTP.
            environment: &[
                ("BIND_HOST", "127.0.0.1"),
                ("GATEWAY_PORT", "{port}"),
                ("IOT_MTLS_ENABLED", "false"),
                ("SFTP_ENABLED", "false"),
            ],
            ready_path: "/_ministack/health",
        });
        // ministack reads an access key of twelve digits as the account.
        Self { access_key: "123456789012".into(), ..Self::alone(server, "123456789012") }
    }

    /// A fakecloud server of its own, or nothing where it is not installed (said aloud; a failure in CI).
    pub(crate) fn fakecloud_fresh() -> Option<Self> {
        let command = [install::fakecloud()?.display().to_string(), "--addr".into(), "127.0.0.1:{port}".into()];
        let server =
            Server::start(&Recipe { name: "fakecloud", command: command.into(), environment: &[], ready_path: "/_fakecloud/health" });
        Some(Self::alone(server, "123456789012"))
    }

    fn alone(server: Server, account: &str) -> Self {
        Self {
            server: Arc::new(server),
            proxy: None,
            account: account.to_owned(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: "emulator".to_owned(),
        }
    }

    /// The same account behind a fault proxy of its own, without rules yet.
    pub(crate) fn with_faults(mut self) -> Self {
        self.proxy = Some(FaultProxy::before(self.server.port));
        self
    }

    /// The proxy of `with_faults`.
    pub(crate) fn faults(&self) -> &FaultProxy {
        self.proxy.as_ref().expect("this emulator was made `with_faults`")
    }

    /// Where a client connects: the proxy if there is one.
    pub(crate) fn port(&self) -> u16 {
        self.proxy.as_ref().map_or(self.server.port, FaultProxy::port)
    }

    /// For `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// The account id, twelve digits.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The variables that lead any AWS client to this account.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ACCESS_KEY_ID", self.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.clone()),
        ]
    }

    /// A call behind the program's back, in the JSON protocol (Glue, EMR, DynamoDB, Kinesis, Step Functions, ...): `target` is
    /// `AWSGlue.GetJob`, `service` the signing name. Signed in form only; no emulator checks.
    pub(crate) fn call(&self, service: &str, target: &str, body: &serde_json::Value) -> http::Answer {
        let authorization = authorization(&self.access_key, service);
        let headers = [("Authorization", authorization.as_str()), ("X-Amz-Target", target), ("Content-Type", "application/x-amz-json-1.1")];
        http::request(self.port(), "POST", "/", &headers, &body.to_string()).expect("the emulator answers")
    }

    /// A call behind the program's back in the REST protocols (Lambda, S3, EMR Serverless, Scheduler).
    pub(crate) fn rest(&self, service: &str, method: &str, path: &str, body: &str) -> http::Answer {
        let authorization = authorization(&self.access_key, service);
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        http::request(self.port(), method, path, &headers, body).expect("the emulator answers")
    }

    /// A call behind the program's back in the query protocol (IAM, STS, SNS, EC2): `Action=GetPolicy&Version=…`.
    pub(crate) fn query(&self, service: &str, form: &str) -> http::Answer {
        let authorization = authorization(&self.access_key, service);
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        http::request(self.port(), "POST", "/", &headers, form).expect("the emulator answers")
    }

    /// What the server has printed so far.
    pub(crate) fn log(&self) -> String {
        self.server.log()
    }
}

fn start_moto() -> Server {
    let command = ["{python}", "-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"];
    let python = install::python().display().to_string();
    let server = Server::start(&Recipe {
        name: "moto",
        command: command.map(|word| word.replace("{python}", &python)).into(),
        // Without it a role cannot have AWS's own policies attached.
        environment: &[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")],
        ready_path: "/moto-api/data.json",
    });
    // Functions would need Docker to be invoked. The switch changes the backend, so it comes before any function is made.
    let config = r#"{"lambda":{"use_docker":false}}"#;
    let headers = [("Content-Type", "application/json")];
    let answer = http::request(server.port, "POST", "/moto-api/config", &headers, config);
    let status = answer.expect("moto answers").status;
    assert_eq!(status, 201, "moto takes its configuration");
    server
}

/// An access key that leads to an account: moto finds the account of a call by its key, and a header says where the key is made.
fn moto_access_key(port: u16, account: &str) -> (String, String) {
    let authorization = authorization("AKIAIOSFODNN7EXAMPLE", "iam");
    let headers =
        [("Authorization", authorization.as_str()), ("Content-Type", "application/x-www-form-urlencoded"), ("x-moto-account-id", account)];
    let send = |form: &str| {
        let answer = http::request(port, "POST", "/", &headers, form).expect("moto answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    send("Action=CreateUser&UserName=pipetoll-test&Version=2010-05-08");
    let key = send("Action=CreateAccessKey&UserName=pipetoll-test&Version=2010-05-08");
    let field = |name: &str| {
        let (_, rest) = key.split_once(&format!("<{name}>")).expect("moto answers with the key");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    (field("AccessKeyId"), field("SecretAccessKey"))
}

fn authorization(access_key: &str, service: &str) -> String {
    format!("AWS4-HMAC-SHA256 Credential={access_key}/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0")
}

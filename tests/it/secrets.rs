//! F27: secrets reach AWS, and nothing else that the program writes or says.
#![cfg(feature = "aws")]

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::pipetoll::{Output, Pipetoll};

/// With what must be escaped in JSON and in a URL.
const TOKEN: &str = "planted-t0k\"en /+9f3kQ";
const ROTATED: &str = "planted-r0tated-77=Zx&1";
const PASSWORD: &str = "planted-pa55-Qz/+wort";

const DECLARED: &str = r#"
[project]
name = "vault"
region = "us-east-1"

[role.worker]
assumed_by = ["lambda.amazonaws.com"]

[function.worker]
runtime = "python3.13"
handler = "main.handler"
code = "main.py"
role = "role.worker"

[function.worker.environment]
TOKEN = "${secret('ssm:/vault/token')}"
URL = "db://app:${secret('secretsmanager:vault/db#password')}@host"
PLAIN = "x"
"#;

struct World {
    server: Emulator,
    project: Pipetoll,
    said: RefCell<String>,
}

impl World {
    fn new() -> Self {
        let server = Emulator::moto().with_faults();
        let project = Pipetoll::new().emulator(&server);
        project.write("main.py", "def handler(event, context):\n    return 1\n").write("pipetoll.toml", DECLARED);
        let world = Self { server, project, said: RefCell::default() };
        world.parameter("/vault/token", TOKEN);
        let document = json!({ "user": "app", "password": PASSWORD }).to_string();
        let body = json!({ "Name": "vault/db", "SecretString": document, "ClientRequestToken": "0".repeat(36) });
        assert_eq!(world.server.call("secretsmanager", "secretsmanager.CreateSecret", &body).status, 200);
        world.server.faults().clear();
        world
    }

    fn parameter(&self, name: &str, value: &str) {
        let body = json!({ "Name": name, "Value": value, "Type": "SecureString", "Overwrite": true });
        assert_eq!(self.server.call("ssm", "AmazonSSM.PutParameter", &body).status, 200);
    }

    /// Runs a command, and keeps what it says for the search at the end.
    fn run(&self, args: &[&str]) -> Output {
        let output = self.project.args(args).run();
        let mut said = self.said.borrow_mut();
        said.push_str(&output.stdout);
        said.push_str(&output.stderr);
        drop(said);
        output
    }

    fn environment(&self) -> Value {
        let answer = self.server.rest("lambda", "GET", "/2015-03-31/functions/vault-worker/configuration", "");
        answer.json()["Environment"]["Variables"].clone()
    }

    fn calls(&self) -> Vec<String> {
        self.server.faults().calls().into_iter().map(|call| call.operation).collect()
    }

    /// Whether any call asked for what a secret is worth.
    fn asked_for_values(&self) -> bool {
        self.server.faults().calls().iter().any(|call| {
            call.operation == "secretsmanager.GetSecretValue" || call.operation == "ssm.GetParameter" && call.body["WithDecryption"] == true
        })
    }

    /// Searches everything that was written and said, byte by byte.
    #[track_caller]
    fn assert_nothing_told(&self) {
        let mut texts = self.project.everything();
        texts.push(("what was said".into(), self.said.borrow().as_bytes().to_vec()));
        for secret in [TOKEN, ROTATED, PASSWORD] {
            let in_json = serde_json::to_string(secret).expect("text is JSON");
            let forms = [secret.to_owned(), in_json.trim_matches('"').to_owned(), STANDARD_NO_PAD.encode(secret)];
            for (place, bytes) in &texts {
                for form in &forms {
                    let told = bytes.windows(form.len()).any(|window| window == form.as_bytes());
                    assert!(!told, "{} tells {form}:\n{}", place.display(), String::from_utf8_lossy(bytes));
                }
            }
        }
    }
}

#[test]
fn a_secret_reaches_aws_and_nothing_else() {
    let world = World::new();
    let planned = world.run(&["plan", "--full", "--out", "first.plan"]).succeeds();
    assert!(planned.stdout.contains("(secret ssm:/vault/token)"), "{}", planned.stdout);
    assert!(planned.stdout.contains("db://app:(secret secretsmanager:vault/db#password)@host"), "{}", planned.stdout);
    assert!(!world.asked_for_values(), "a plan needs no secret: {:?}", world.calls());
    world.run(&["apply", "first.plan", "-v"]).succeeds();
    let environment = world.environment();
    assert_eq!(environment["TOKEN"], TOKEN);
    assert_eq!(environment["URL"], format!("db://app:{PASSWORD}@host"));

    world.server.faults().clear();
    world.run(&["plan", "--detailed-exitcode"]).succeeds();
    world.run(&["plan", "--offline", "--detailed-exitcode"]).succeeds();
    world.run(&["drift"]).succeeds();
    world.run(&["apply", "--yes"]).succeeds();
    assert!(!world.asked_for_values(), "nothing changes, and nothing is read: {:?}", world.calls());
    for args in
        [&["state", "show", "function.worker"][..], &["state", "pull"], &["plan", "--json"], &["drift", "--json"], &["cost"], &["lint"]]
    {
        world.run(args);
    }
    world.assert_nothing_told();
}

#[test]
fn another_version_is_seen_without_being_read_and_applied() {
    let world = World::new();
    world.run(&["apply", "--yes"]).succeeds();
    world.parameter("/vault/token", ROTATED);
    world.server.faults().clear();
    let planned = world.run(&["plan", "--detailed-exitcode", "--out", "next.plan"]).exits(2);
    assert!(planned.stdout.contains("environment.TOKEN = (sensitive value) -> (secret ssm:/vault/token)"), "{}", planned.stdout);
    assert!(!planned.stdout.contains("environment.URL"), "{}", planned.stdout);
    assert!(!world.asked_for_values(), "{:?}", world.calls());
    world.run(&["plan", "--json"]).succeeds();
    world.run(&["apply", "next.plan"]).succeeds();
    assert_eq!(world.environment()["TOKEN"], ROTATED);
    world.run(&["plan", "--detailed-exitcode"]).succeeds();
    world.assert_nothing_told();
}

#[test]
fn what_others_put_in_its_place_is_seen_and_put_back() {
    let world = World::new();
    world.run(&["apply", "--yes"]).succeeds();
    let variables =
        json!({ "Environment": { "Variables": { "TOKEN": ROTATED, "URL": format!("db://app:{PASSWORD}@host"), "PLAIN": "x" } } });
    let changed = world.server.rest("lambda", "PUT", "/2015-03-31/functions/vault-worker/configuration", &variables.to_string());
    assert_eq!(changed.status, 200, "{}", changed.body);
    let shown = world.run(&["drift"]).exits(1);
    assert!(shown.stdout.contains("environment.TOKEN = (sensitive value) -> (sensitive value)"), "{}", shown.stdout);
    let refused = world.run(&["drift", "--accept"]).exits(1);
    assert!(refused.stderr.contains("its value is not to be shown"), "{}", refused.stderr);
    world.run(&["plan", "--json", "--out", "next.plan"]).succeeds();
    world.run(&["apply", "next.plan"]).succeeds();
    assert_eq!(world.environment()["TOKEN"], TOKEN);
    world.run(&["drift"]).succeeds();
    world.assert_nothing_told();
}

#[test]
fn an_error_that_quotes_the_request_tells_nothing() {
    let world = World::new();
    let rules = json!([{ "op": "lambda.POST *functions", "fault": "error", "code": "InvalidParameterValueException", "quote": true }]);
    world.server.faults().rules(&rules);
    let failed = world.run(&["apply", "--yes", "-v"]).exits(3);
    assert!(failed.stderr.contains("failed to satisfy constraint"), "{}", failed.stderr);
    assert!(failed.stderr.contains("(secret ssm:/vault/token)"), "{}", failed.stderr);
    world.assert_nothing_told();
    world.server.faults().clear();
    world.run(&["apply", "--yes"]).succeeds();
    // The update's answer is lost, and the program is killed right after: what the journal has tells nothing either.
    world.parameter("/vault/token", ROTATED);
    world
        .server
        .faults()
        .rules(&json!([{ "op": "lambda.PUT *configuration", "fault": "error", "code": "ServiceException", "status": 500, "quote": true }]));
    let mut child = world.project.args(["apply", "--yes"]).spawn();
    while !world.calls().iter().any(|name| name.starts_with("lambda.PUT")) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    world.assert_nothing_told();
    world.server.faults().clear();
    world.run(&["apply", "--yes"]).succeeds();
    assert_eq!(world.environment()["TOKEN"], ROTATED);
    world.assert_nothing_told();
}

#[test]
fn a_secret_that_cannot_be_had_stops_the_run_before_it_changes_anything() {
    let world = World::new();
    world.project.write("pipetoll.toml", &DECLARED.replace("/vault/token", "/vault/tokem").replace("#password", "#passwort"));
    let failed = world.run(&["apply", "--yes"]).exits(2);
    let said = failed.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "could not read the secrets; nothing was changed",
        "ssm:/vault/tokem at pipetoll.toml:16 (environment.TOKEN of function.worker): ParameterNotFound: Parameter /vault/tokem not found",
        "secretsmanager:vault/db#passwort at pipetoll.toml:17 (environment.URL of function.worker): secretsmanager: `vault/db` has no key `passwort`",
    ] {
        assert!(said.contains(part), "{}", failed.stderr);
    }
    assert!(!world.calls().iter().any(|name| name.starts_with("iam.Create") || name.starts_with("lambda.POST")), "{:?}", world.calls());
    world.assert_nothing_told();
}

#[test]
fn whether_there_is_another_version_may_be_unknown() {
    let world = World::new();
    world.run(&["apply", "--yes"]).succeeds();
    world.server.faults().rules(&json!([{ "op": "ssm.GetParameter", "fault": "denied" }]));
    let planned = world.run(&["plan", "--detailed-exitcode"]).succeeds();
    let note = "note: whether the secret ssm:/vault/token is another one now is not known: AccessDeniedException";
    assert!(planned.stderr.contains(note) && planned.stderr.contains("`ssm:GetParameter`"), "{}", planned.stderr);
}

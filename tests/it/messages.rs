//! What others have put on a topic, a rule or a function stays, and what waits for its owner is left to wait.
#![cfg(feature = "aws")]

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

/// Writes the configuration, applies it, and holds that a plan finds nothing to do.
#[track_caller]
fn settles(project: &Pipetoll, text: &str) {
    project.write("pipetoll.toml", &format!("[project]\nname = \"messages\"\nregion = \"us-east-1\"\n{text}"));
    project.args(["apply", "--yes", "--confirm", "messages"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// The subscriptions of the topic `messages-news`, as `PROTOCOL ENDPOINT`.
fn subscribed(server: &Emulator) -> Vec<String> {
    let topic = format!("arn:aws:sns:us-east-1:{}:messages-news", server.account());
    let form = format!("Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn={topic}");
    let body = server.query("sns", &form).body;
    let inside = |text: &str, tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap_or_default();
        rest.split_once('<').unwrap_or_default().0.to_owned()
    };
    let mut found: Vec<String> =
        body.split("<member>").skip(1).map(|member| format!("{} {}", inside(member, "Protocol"), inside(member, "Endpoint"))).collect();
    found.sort();
    found
}

fn subscribe(server: &Emulator, protocol: &str, endpoint: &str) {
    let topic = format!("arn:aws:sns:us-east-1:{}:messages-news", server.account());
    let form = format!("Action=Subscribe&Version=2010-03-31&TopicArn={topic}&Protocol={protocol}&Endpoint={endpoint}");
    assert_eq!(server.query("sns", &form).status, 200);
}

#[test]
fn another_protocol_or_endpoint_ends_the_old_subscription_and_nobody_elses() {
    let server = Emulator::ministack_fresh();
    let project = Pipetoll::new().emulator(&server);
    let with = |protocol: &str, endpoint: &str| {
        format!(
            "[topic.news]\nsubscription = [{{ protocol = \"{protocol}\", endpoint = \"{endpoint}\", filter_policy = '{{\"a\":[\"b\"]}}' }}]\n"
        )
    };
    settles(&project, &with("email", "ops@example.com"));
    subscribe(&server, "email", "theirs@example.com");
    settles(&project, &with("email-json", "ops@example.com"));
    assert_eq!(subscribed(&server), ["email theirs@example.com", "email-json ops@example.com"]);
    settles(&project, &with("email-json", "dev@example.com"));
    assert_eq!(subscribed(&server), ["email theirs@example.com", "email-json dev@example.com"]);
    settles(&project, "[topic.news]\n");
    assert_eq!(subscribed(&server), ["email theirs@example.com"]);
}

#[test]
fn a_subscription_that_waits_for_its_owner_is_told_and_asked_for_once() {
    let Some(server) = Emulator::fakecloud_fresh() else { return };
    let server = server.with_faults();
    let project = Pipetoll::new().emulator(&server);
    let news = |filter: &str| {
        format!(
            "[topic.news]\n[[topic.news.subscription]]\nprotocol = \"https\"\nendpoint = \"https://ops.example.invalid/\"\n\
             filter_policy = '{{\"severity\":[\"{filter}\"]}}'\n"
        )
    };
    let asked = || server.faults().calls().iter().filter(|call| call.operation.ends_with(".Subscribe")).count();
    settles(&project, &news("high"));
    let plan = project.args(["plan"]).run();
    let text = format!("{}{}", plan.stdout, plan.stderr);
    assert!(text.contains("the subscription of https://ops.example.invalid/ waits until its owner confirms it"), "{text}");
    settles(&project, &format!("{}[queue.other]\n", news("high")));
    assert_eq!(asked(), 1);
    // AWS changes nothing of it: its owner is asked again, for what is wanted now.
    settles(&project, &news("low"));
    assert_eq!(asked(), 2);
    project.write("pipetoll.toml", "[project]\nname = \"messages\"\nregion = \"us-east-1\"\n[topic.news]\n");
    let applied = project.args(["apply", "--yes", "--confirm", "messages"]).run();
    let text = format!("{}{}", applied.stdout, applied.stderr);
    assert!(text.contains("was never confirmed"), "{text}");
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

const FUNCTION: &str = r#"
[function.work]
code = "code"
runtime = "python3.13"
handler = "app.handler"
role = "auto"

[rule.one]
event_pattern = '{"source":["one"]}'
targets = [{ function = "function.work" }]
"#;

/// The ids of the statements in the policy of the function `messages-work`, and the rules for which they stand.
fn statements(server: &Emulator) -> Vec<String> {
    let answer = server.rest("lambda", "GET", "/2015-03-31/functions/messages-work/policy", "");
    let policy = answer.json()["Policy"].as_str().unwrap_or_default().to_owned();
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap_or_default();
    let arn =
        |statement: &serde_json::Value| statement["Condition"].to_string().rsplit('/').next().map(|name| name.replace(['"', '}'], ""));
    let mut rules: Vec<String> = policy["Statement"].as_array().into_iter().flatten().filter_map(arn).collect();
    rules.sort();
    rules
}

#[test]
fn each_rule_has_a_statement_of_its_own_and_others_keep_their_targets() {
    let server = Emulator::ministack_fresh();
    let project = Pipetoll::new().emulator(&server);
    project.write("code/app.py", "def handler(event, context):\n    return 1\n");
    settles(
        &project,
        &format!("{FUNCTION}\n[rule.two]\nevent_pattern = '{{\"source\":[\"two\"]}}'\ntargets = [{{ function = \"function.work\" }}]\n"),
    );
    assert_eq!(statements(&server), ["messages-one", "messages-two"]);
    let arn = format!("arn:aws:sqs:us-east-1:{}:theirs", server.account());
    let theirs = json!({ "Rule": "messages-one", "Targets": [{ "Id": "theirs", "Arn": arn }] });
    assert_eq!(server.call("events", "AWSEvents.PutTargets", &theirs).status, 200);
    // The second goes with its statement; the first keeps its own, and what others put on it.
    settles(&project, FUNCTION);
    assert_eq!(statements(&server), ["messages-one"]);
    settles(&project, &FUNCTION.replace("[{ function = \"function.work\" }]", "[]"));
    let left = server.call("events", "AWSEvents.ListTargetsByRule", &json!({ "Rule": "messages-one" })).body;
    assert!(left.contains("theirs") && !left.contains("function"), "{left}");
    assert!(statements(&server).is_empty());
    project.args(["destroy", "--yes", "--confirm", "messages"]).run().succeeds();
    assert!(!server.call("events", "AWSEvents.ListRules", &json!({})).body.contains("messages"));
}

#[test]
fn a_fifo_block_without_a_name_gets_one_that_aws_takes() {
    let server = Emulator::ministack_fresh();
    let project = Pipetoll::new().emulator(&server);
    settles(
        &project,
        "[queue.orders]\nfifo = true\n[topic.orders]\nfifo = true\nsubscription = [{ protocol = \"sqs\", endpoint = \"queue.orders\" }]\n",
    );
    assert!(server.call("sqs", "AmazonSQS.ListQueues", &json!({})).body.contains("messages-orders.fifo"));
    assert!(server.query("sns", "Action=ListTopics&Version=2010-03-31").body.contains("messages-orders.fifo"));
}

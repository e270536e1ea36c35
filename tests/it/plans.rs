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

#[test]
fn a_saved_plan_is_shown_as_it_was_made() {
    let (server, project) = planned();
    let planned = project.args(["plan"]).run().succeeds();
    let as_json = project.args(["plan", "--json"]).run().succeeds().json();
    server.faults().clear();
    // Nothing of the project is asked, nor AWS.
    project.write("pipetoll.toml", "not TOML");
    let shown = project.args(["show", "next.plan"]).run().succeeds();
    let made = shown.stdout.strip_prefix(&planned.stdout).unwrap_or_else(|| panic!("{}\n{}", planned.stdout, shown.stdout));
    let made = made.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(made.contains("for account [ACCOUNT]; stands on serial 1 of the state 0"), "{made}");
    let mut document = project.args(["show", "next.plan", "--json"]).run().succeeds().json();
    let saved = document.as_object_mut().and_then(|entries| entries.remove("saved")).expect("it says what it stands on");
    assert_eq!((document, &saved["serial"], &saved["region"]), (as_json, &json!(1), &json!("us-east-1")));
    assert!(server.faults().calls().is_empty());
    let refused = project.args(["show", "queue.orders"]).run().exits(2);
    assert!(refused.stderr.contains("`pipetoll state show queue.orders`"), "{}", refused.stderr);
}

/// F29: what is planned twice is the same to the byte, and what is applied twice writes nothing.
#[test]
fn planning_and_applying_again_is_the_same() {
    let (server, project) = planned();
    let [first, second] = [(), ()].map(|()| project.args(["plan", "--json", "--full"]).run().succeeds().stdout);
    assert_eq!(first, second);
    project.args(["apply", "--yes"]).run().succeeds();
    server.faults().clear();
    project.args(["apply", "--yes"]).run().succeeds();
    assert_eq!(writes(&server), Vec::<String>::new());
}

fn table(key: &str) -> String {
    format!(
        "[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n[dynamodb.carts]\nattributes = {{ {key} = \"S\" }}\nhash_key = \"{key}\"\nbilling_mode = \"on-demand\"\n"
    )
}

#[test]
fn what_holds_data_is_replaced_only_when_it_is_named() {
    let server = Emulator::moto().with_faults();
    let project = Pipetoll::new().emulator(&server);
    project.write("pipetoll.toml", &table("cart"));
    project.args(["apply", "--yes"]).run().succeeds();
    project.write("pipetoll.toml", &table("basket"));
    server.faults().clear();
    for others in [&[][..], &["--allow-replace", "dynamodb.other"]] {
        let refused = project.args([&["apply", "--yes"], others].concat()).run().exits(5);
        assert!(refused.stderr.contains("data would be lost for good"), "{}", refused.stderr);
        assert!(refused.stderr.contains("pass `--allow-replace dynamodb.carts`, or `--confirm shop`"), "{}", refused.stderr);
    }
    assert_eq!(writes(&server), Vec::<String>::new());
    project.args(["apply", "--yes", "--allow-replace", "dynamodb.carts"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

fn git(project: &Pipetoll, arguments: &[&str]) {
    let identity =
        ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"];
    let command = std::process::Command::new("git").arg("-C").arg(project.path(".")).args(identity).args(arguments).output();
    let output = command.expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn only_what_was_declared_otherwise_is_planned() {
    let project = Pipetoll::new();
    let queues = |timeout: &str, dead: &str| {
        format!(
            "{}\n[queue.dead]\n{dead}\n[queue.other]\nredrive = {{ dead_letter = \"queue.dead\", max_receive_count = 3 }}\n",
            declared(timeout)
        )
    };
    let plan = |reference: &str| project.args(["plan", "--offline", "--changed-since", reference, "--json"]).run();
    let addresses = |reference: &str| -> Vec<String> {
        let steps = plan(reference).succeeds().json()["steps"].clone();
        steps.as_array().into_iter().flatten().filter_map(|step| step["address"].as_str()).map(str::to_owned).collect()
    };
    project.write("pipetoll.toml", &queues("45s", ""));
    let refused = plan("HEAD").exits(2);
    assert!(refused.stderr.contains("`--changed-since` asks git: not a git repository"), "{}", refused.stderr);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "first"]);
    assert_eq!(addresses("HEAD"), Vec::<String>::new());
    // A comment and another order of lines say nothing else.
    project.write("pipetoll.toml", &format!("# hello\n{}", queues("45s", "")));
    assert_eq!(addresses("HEAD"), Vec::<String>::new());
    project.write("pipetoll.toml", &queues("60s", ""));
    assert_eq!(addresses("HEAD"), ["queue.orders"]);
    let shown = project.args(["plan", "--offline", "--changed-since", "main"]).run().succeeds();
    let warning = "this plan is narrowed by --changed-since main: it leaves out 2 resources, which may not match";
    assert!(shown.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(warning), "{}", shown.stdout);
    // What a changed one needs comes along; a variable changes what uses it.
    let other = queues("45s", "").replace("max_receive_count = 3", "max_receive_count = \"${var.tries}\"")
        + "\n[variables]\ntries = { default = 4, type = \"integer\" }\n";
    project.write("pipetoll.toml", &other);
    assert_eq!(addresses("HEAD"), ["queue.dead", "queue.other"]);
    for (reference, said) in [("nowhere", "git knows no such commit"), ("--output=x", "git knows no such commit")] {
        let refused = project.args(["plan", "--offline", &format!("--changed-since={reference}")]).run().exits(2);
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
    project.write("pipetoll.toml", "[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n[queue.orders]\nbroken = 1\n");
    git(&project, &["commit", "-qam", "broken"]);
    project.write("pipetoll.toml", &queues("45s", ""));
    let refused = plan("HEAD").exits(2);
    assert!(refused.stderr.contains("cannot be read as it was at HEAD: unknown"), "{}", refused.stderr);
}

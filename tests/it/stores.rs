//! Buckets, tables, rules and schedules through their lives, against moto.

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

const PROJECT: &str = r#"
[project]
name = "stores-case"
region = "us-east-1"
"#;

/// apply, then a plan that finds nothing to do.
#[track_caller]
fn settles(project: &Pipetoll, text: &str) {
    project.write("pipetoll.toml", &format!("{PROJECT}{text}"));
    project.args(["apply", "--yes"]).run().succeeds();
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// moto names the root of some of S3's answers wrongly, which the SDK refuses to read.
fn repaired() -> Emulator {
    let moto = Emulator::moto().with_faults();
    moto.faults().rules(&crate::emulator::FaultProxy::repairs());
    moto
}

#[track_caller]
fn ends(project: &Pipetoll) {
    project.args(["destroy", "--yes", "--confirm", "stores-case"]).run().succeeds();
}

#[test]
fn a_bucket_lives_and_takes_its_objects_along() {
    let moto = repaired();
    let project = Pipetoll::new().emulator(&moto);
    let name = format!("stores-case-{}", moto.account());
    let queue = "[queue.arrivals]\n";
    settles(
        &project,
        &format!(
            r#"{queue}
[bucket.raw]
name = "{name}"
force_destroy = true
encryption = {{ algorithm = "AES256" }}
public_access_block = {{}}
ownership = "BucketOwnerEnforced"
lifecycle_rule = [
    {{ id = "a", prefix = "events/", expire_after = "30d", transition = [{{ after = "10d", storage_class = "GLACIER" }}] }},
    {{ id = "b", tags = {{ x = "y" }}, abort_incomplete_after = "7d" }},
]
cors = [{{ origins = ["https://example.com"], methods = ["GET"] }}]
policy = '{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::{name}/x"}}]}}'
tags = {{ team = "growth" }}
[[bucket.raw.notification]]
queue = "queue.arrivals"
events = ["s3:ObjectCreated:*"]
prefix = "inbox/"
suffix = ".csv"
"#
        ),
    );
    let document = moto.rest("s3", "GET", &format!("/{name}?notification"), "");
    assert!(document.body.contains(&format!("pipetoll:{name}:0")), "{}", document.body);
    settles(
        &project,
        &format!(
            r#"{queue}
[bucket.raw]
name = "{name}"
force_destroy = true
lifecycle_rule = [{{ id = "b", tags = {{ x = "z" }}, abort_incomplete_after = "9d" }}]
"#
        ),
    );
    let document = moto.rest("s3", "GET", &format!("/{name}?notification"), "");
    assert!(!document.body.contains("pipetoll:"), "{}", document.body);
    assert_eq!(moto.rest("s3", "GET", &format!("/{name}?policy"), "").status, 404);
    assert_eq!(moto.rest("s3", "PUT", &format!("/{name}/inbox/a.csv"), "a,b").status, 200);
    ends(&project);
    assert_eq!(moto.rest("s3", "GET", &format!("/{name}?location"), "").status, 404);
}

#[test]
fn a_bucket_with_objects_is_kept_unless_that_was_allowed() {
    let moto = repaired();
    let project = Pipetoll::new().emulator(&moto);
    let name = format!("stores-kept-{}", moto.account());
    settles(&project, &format!("[bucket.raw]\nname = \"{name}\"\n"));
    assert_eq!(moto.rest("s3", "PUT", &format!("/{name}/a"), "a").status, 200);
    let output = project.args(["destroy", "--yes", "--confirm", "stores-case"]).run();
    assert!(output.code != Some(0) && format!("{}{}", output.stdout, output.stderr).contains("force_destroy"), "{output:?}");
    assert_eq!(moto.rest("s3", "GET", &format!("/{name}/a"), "").status, 200);
}

#[test]
fn a_table_changes_its_indexes_one_by_one() {
    let moto = Emulator::moto();
    let project = Pipetoll::new().emulator(&moto);
    settles(
        &project,
        r#"
[dynamodb.visitors]
attributes = { visitor = "S", seen = "N", country = "S" }
hash_key = "visitor"
range_key = "seen"
stream = "new-and-old-images"
ttl = "expires"
point_in_time_recovery = true
index = [{ name = "by-country", hash_key = "country" }]
local_index = [{ name = "local", range_key = "country", projection = "keys-only" }]
"#,
    );
    settles(
        &project,
        r#"
[dynamodb.visitors]
attributes = { visitor = "S", seen = "N", country = "S", page = "S" }
hash_key = "visitor"
range_key = "seen"
billing_mode = "provisioned"
read_capacity = 3
write_capacity = 2
deletion_protection = true
index = [{ name = "by-page", hash_key = "page" }, { name = "by-page-seen", hash_key = "page", range_key = "seen", projection = "include", include = ["x"] }]
local_index = [{ name = "local", range_key = "country", projection = "keys-only" }]
"#,
    );
    let table = moto.call("dynamodb", "DynamoDB_20120810.DescribeTable", &serde_json::json!({ "TableName": "stores-case-visitors" }));
    let there = |name: &str| table.body.contains(&format!("\"{name}\""));
    assert!(there("by-page") && there("by-page-seen") && !there("by-country"), "{}", table.body);
    settles(
        &project,
        r#"
[dynamodb.visitors]
attributes = { visitor = "S", seen = "N", country = "S" }
hash_key = "visitor"
range_key = "seen"
local_index = [{ name = "local", range_key = "country", projection = "keys-only" }]
"#,
    );
    ends(&project);
    let tables = moto.call("dynamodb", "DynamoDB_20120810.ListTables", &serde_json::json!({}));
    assert!(!tables.body.contains("stores-case"), "{}", tables.body);
}

#[test]
fn a_rule_keeps_the_targets_of_others() {
    let moto = Emulator::moto();
    let project = Pipetoll::new().emulator(&moto);
    let rest = "[topic.alerts]\n[queue.dead]\n";
    settles(
        &project,
        &format!(
            r#"{rest}
[rule.failed]
description = "Runs that fail"
event_pattern = '{{ "source": ["aws.glue"] }}'
[[rule.failed.targets]]
topic = "topic.alerts"
input_transformer = {{ paths = {{ job = "$.detail.jobName" }}, template = "\"<job> failed\"" }}
dead_letter = "queue.dead"
retry = {{ attempts = 10, max_age = "2h" }}
[[rule.failed.targets]]
id = "queue"
queue = "queue.dead"
input_path = "$.detail"
"#
        ),
    );
    let foreign =
        serde_json::json!({ "Rule": "stores-case-failed", "Targets": [{ "Id": "other", "Arn": "arn:aws:sqs:us-east-1:1:other" }] });
    assert_eq!(moto.call("events", "AWSEvents.PutTargets", &foreign).status, 200);
    settles(
        &project,
        &format!(
            r#"{rest}
[rule.failed]
event_pattern = '{{ "source": ["aws.glue"], "detail-type": ["x"] }}'
enabled = false
targets = [{{ topic = "topic.alerts", input = '{{"a":1}}' }}]
"#
        ),
    );
    let targets = moto.call("events", "AWSEvents.ListTargetsByRule", &serde_json::json!({ "Rule": "stores-case-failed" }));
    assert!(
        targets.body.contains("\"other\"") && targets.body.contains("target-0") && !targets.body.contains("\"queue\""),
        "{}",
        targets.body
    );
    ends(&project);
    let rules = moto.call("events", "AWSEvents.ListRules", &serde_json::json!({}));
    assert!(!rules.body.contains("stores-case"), "{}", rules.body);
}

#[test]
fn a_schedule_is_always_sent_whole() {
    let moto = Emulator::moto();
    let project = Pipetoll::new().emulator(&moto);
    let rest = "[queue.work]\n[queue.dead]\n";
    settles(
        &project,
        &format!(
            r#"{rest}
[schedule.nightly]
schedule = "cron(0 3 * * ? *)"
timezone = "Europe/Berlin"
window = "15m"
start = "2030-12-01T00:00:00Z"
role = "auto"
target = {{ queue = "queue.work", input = '{{"full":true}}', dead_letter = "queue.dead", retry = {{ attempts = 3, max_age = "1h" }} }}
"#
        ),
    );
    settles(
        &project,
        &format!(
            r#"{rest}
[schedule.nightly]
schedule = "rate(1 day)"
enabled = false
role = "auto"
target = {{ queue = "queue.work" }}
"#
        ),
    );
    let schedule = moto.rest("scheduler", "GET", "/schedules/stores-case-nightly", "");
    assert!(schedule.body.contains("DISABLED") && schedule.body.contains("OFF") && !schedule.body.contains("full"), "{}", schedule.body);
    ends(&project);
    assert!(!moto.rest("scheduler", "GET", "/schedules", "").body.contains("stores-case"));
}

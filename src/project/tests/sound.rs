//! What a sound project comes to.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::kinds::{Role, Worker};
use super::{HEAD, has_errors, load_in, load_text, said, write};
use crate::base::address::Address;
use crate::base::path::Path;
use crate::model::value::Value;

const PROJECT: &str = r#"
[project.tags]
team = "growth"

[variables]
memory = { default = "256MB" }
retries = { default = 3 }

[bucket.raw]
[channel.clicks]
shards = 4

[worker.ingest]
runtime = "python3.13"
code = "src"
memory = "${var.memory}"
retries = "${var.retries}"
timeout = "60s"
role = "auto"
environment = { BUCKET = "s3://${bucket.raw.name}/${env}", PLAIN = "$${x}" }
reads = ["bucket.raw", "arn:aws:kinesis:eu-west-1:1:stream/other"]
tags = { owner = "me" }
[[worker.ingest.trigger]]
source = "channel.clicks"
[worker.ingest.usage]
requests = "30M/month"

[environment.prod]
worker.ingest.memory = "1GB"
"#;

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("pipetoll.toml", &format!("{HEAD}{PROJECT}")), ("src/app.py", "print(1)"), ("src/x.pyc", "no")]);
    folder
}

#[test]
fn a_block_becomes_a_resource() {
    let folder = project();
    let loaded = load_in(folder.path(), |_| {});
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let addresses: Vec<String> = architecture.resources.keys().map(ToString::to_string).collect();
    assert_eq!(addresses, ["bucket.raw", "channel.clicks", "worker.ingest", "role.worker-ingest"]);
    let worker = architecture.get(&Address::of("worker", "ingest")).unwrap();
    let spec = worker.spec::<Worker>().unwrap();
    assert_eq!(worker.name, "demo-ingest");
    assert_eq!(spec.retries, Some(3));
    assert_eq!(worker.desired.get("memory"), Some(&Value::Text("256MB".into())));
    assert_eq!(worker.desired.get("environment.PLAIN"), Some(&Value::Text("${x}".into())));
    assert_eq!(worker.desired.get("environment.BUCKET").unwrap().to_json(), "s3://${bucket.raw.name}/default");
    assert_eq!(worker.desired.get("trigger[0].source").unwrap().to_json(), "${channel.clicks.arn}");
    assert_eq!(worker.desired.get("role").unwrap().to_json(), "${role.worker-ingest.arn}");
    assert!(worker.desired.get("code").unwrap().text().unwrap().starts_with("sha256:"));
    assert!(worker.artifacts.contains_key(&Path::from("code")));
    assert_eq!(worker.tags["team"], "growth");
    assert_eq!(worker.tags["owner"], "me");
    assert_eq!(worker.tags["pipetoll:address"], "worker.ingest");
    assert!(worker.usage::<Worker>().unwrap().requests.is_some());
    let edges: Vec<String> = worker.edges.iter().map(|edge| format!("{} {} {}", edge.path, edge.to, edge.attribute)).collect();
    assert!(edges.contains(&"trigger[0].source channel.clicks arn".to_owned()), "{edges:?}");
    assert!(edges.contains(&"environment.BUCKET bucket.raw name".to_owned()), "{edges:?}");
    assert!(edges.contains(&"role role.worker-ingest arn".to_owned()), "{edges:?}");
}

#[test]
fn an_environment_is_laid_over_the_base_and_names_what_it_makes() {
    let folder = project();
    let loaded = load_in(folder.path(), |inputs| inputs.environment = Some("prod".into()));
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let worker = architecture.get(&Address::of("worker", "ingest")).unwrap();
    assert_eq!(worker.name, "demo-prod-ingest");
    assert_eq!(worker.desired.get("memory"), Some(&Value::Text("1GB".into())));
    let (place, exact) = worker.place(&Path::from("memory"));
    assert!(exact);
    assert_eq!(loaded.sources.get(place.file).unwrap().text.get(place.range()), Some("\"1GB\""));
}

#[test]
fn a_derived_role_allows_what_is_connected_and_no_more() {
    let folder = project();
    let architecture = load_in(folder.path(), |_| {}).architecture.unwrap();
    let role = architecture.get(&Address::of("role", "worker-ingest")).unwrap();
    assert_eq!(role.derived_from, Some(Address::of("worker", "ingest")));
    assert!(role.spec::<Role>().is_some());
    assert_eq!(role.name, "demo-worker-ingest");
    let json = role.desired.to_json();
    assert_eq!(json["assumed_by"], serde_json::json!(["lambda.amazonaws.com"]));
    assert_eq!(
        json["statement"],
        serde_json::json!([
            { "actions": ["logs:PutLogEvents"], "resources": ["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/demo-ingest:*"], "reason": "writes its log" },
            { "actions": ["kinesis:DescribeStream", "kinesis:GetRecords"], "resources": ["${channel.clicks.arn}"], "reason": "consumes channel.clicks" },
            { "actions": ["s3:GetObject", "s3:ListBucket"], "resources": ["${bucket.raw.arn}", "${bucket.raw.arn}/*"], "reason": "reads bucket.raw" },
        ])
    );
}

#[test]
fn a_role_is_handed_to_one_service_only() {
    let loaded = load_text("[worker.a]\nruntime = \"python3.13\"\nretries = 9\nrole = \"auto\"\n");
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let role = architecture.get(&Address::of("role", "worker-a")).unwrap().desired.to_json();
    assert_eq!(role["statement"][1]["resources"], serde_json::json!(["arn:aws:iam::*:role/demo-worker-a"]));
    assert!(architecture.get(&Address::of("role", "worker-a")).unwrap().edges.is_empty(), "a role never needs itself");
    assert_eq!(role["statement"][1]["condition"], "{\"StringEquals\":{\"iam:PassedToService\":\"lambda.amazonaws.com\"}}");
}

#[test]
fn a_folder_gives_the_same_bytes_wherever_it_lies() {
    let hash = |folder: &std::path::Path| {
        let architecture = load_in(folder, |_| {}).architecture.unwrap();
        architecture.get(&Address::of("worker", "ingest")).unwrap().desired.get("code").unwrap().to_json()
    };
    let (one, other) = (project(), project());
    assert_eq!(hash(one.path()), hash(other.path()));
    assert_eq!(hash(one.path()), "sha256:sVa1DihB1kfFEL8ow79WEBJ3740b0WhnkLUktPb1/Do=");
}

#[test]
fn blocks_repeat_with_for_each() {
    let loaded = load_text(
        "[channel.copy]\nfor_each = { eu = \"2\", us = \"3\" }\nnext = \"channel.last\"\n[channel.copy.tags]\nkey = \"${each.key}-${each.value}\"\n\
         [channel.last]\n[channel.other]\nnext = 'channel.copy[\"eu\"]'\n",
    );
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let copy = architecture.get(&Address::of("channel", "copy[\"us\"]")).unwrap();
    assert_eq!(copy.tags["key"], "us-3");
    assert_eq!(copy.name, "demo-copy-us");
    let other = architecture.get(&Address::of("channel", "other")).unwrap();
    assert_eq!(other.edges[0].to, Address::of("channel", "copy[\"eu\"]"));
}

#[test]
fn variables_come_from_arguments_before_the_environment_before_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{HEAD}[variables]\na = {{ default = 1 }}\nb = {{ default = 1 }}\nc = {{ type = \"list\" }}\n[channel.x]\nshards = \"${{var.a}}\"\n[channel.y]\nshards = \"${{var.b}}\"\n[channel.z]\nfor_each = \"${{var.c}}\"\n"
    );
    write(folder.path(), &[("pipetoll.toml", &text)]);
    let loaded = load_in(folder.path(), |inputs| {
        inputs.variables = vec![("a".into(), "2".into()), ("c".into(), "p, q".into())];
        inputs.environment_variables = [("PIPETOLL_VAR_A", "9"), ("PIPETOLL_VAR_B", "3")].map(|(k, v)| (k.into(), v.into())).into();
    });
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let shards = |name: &str| architecture.get(&Address::of("channel", name)).unwrap().desired.get("shards").unwrap().to_string();
    assert_eq!((shards("x"), shards("y")), ("2".into(), "3".into()));
    assert!(architecture.get(&Address::of("channel", "z[\"q\"]")).is_some());
}

#[test]
fn an_environment_gives_variables_other_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        format!("{HEAD}[variables]\na = {{ default = 1 }}\n[channel.x]\nshards = \"${{var.a}}\"\n[environment.prod.variables]\na = 7\n");
    write(folder.path(), &[("pipetoll.toml", &text)]);
    let loaded = load_in(folder.path(), |inputs| inputs.environment = Some("prod".into()));
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    assert_eq!(architecture.get(&Address::of("channel", "x")).unwrap().desired.get("shards").unwrap().to_string(), "7");
}

#[test]
fn files_merge_and_usage_files_say_more() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("include = [\"parts/*.toml\"]\n{HEAD}");
    let worker = "[worker.a]\nruntime = \"python3.13\"\ncode = \"../code.py\"\n[worker.a.usage]\nrequests = \"1/s\"\n";
    let files = [
        ("pipetoll.toml", text.as_str()),
        ("parts/a.toml", worker),
        ("parts/b.toml", "[channel.b]\n"),
        ("code.py", ""),
        ("usage.toml", "[worker.a]\nduration = { low = \"1s\", high = \"9s\" }\n"),
    ];
    write(folder.path(), &files);
    let loaded = load_in(folder.path(), |_| {});
    assert_eq!(said(&loaded), Vec::<String>::new());
    let architecture = loaded.architecture.unwrap();
    let usage = architecture.get(&Address::of("worker", "a")).unwrap().usage::<Worker>().unwrap();
    assert!(usage.requests.is_some() && usage.duration.is_some());
    assert_eq!(architecture.resources.len(), 2);
}

#[test]
fn uploads_go_to_the_artifact_bucket_under_their_hash() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{HEAD}artifacts = \"bucket.lake\"\n[bucket.lake]\n[worker.a]\nruntime = \"python3.13\"\nscript = \"job.py\"\ndefinition = \"d.json\"\n"
    );
    write(folder.path(), &[("pipetoll.toml", &text), ("job.py", "x"), ("d.json", "{\"R\": \"${bucket.lake.arn}\"}")]);
    let loaded = load_in(folder.path(), |_| {});
    assert_eq!(said(&loaded), Vec::<String>::new());
    assert!(!has_errors(&loaded));
    let architecture = loaded.architecture.unwrap();
    let worker = architecture.get(&Address::of("worker", "a")).unwrap();
    let url = worker.desired.get("script").unwrap().to_json();
    assert_eq!(url, "s3://${bucket.lake.name}/demo/default/worker.a/2d711642b726/job.py");
    assert_eq!(worker.artifacts[&Path::from("script")].key.as_deref(), Some("demo/default/worker.a/2d711642b726/job.py"));
    assert_eq!(worker.desired.get("definition").unwrap().to_json(), "{\"R\": \"${bucket.lake.arn}\"}");
}

//! A cluster whose birth nobody heard of: EMR takes no token, so nothing but what was written down keeps it from being started twice.

use serde_json::{Value as Json, json};

use crate::emulator::{Emulator, FaultProxy};
use crate::pipetoll::Pipetoll;

const PROJECT: &str = r#"
[project]
name = "cluster-case"
region = "us-east-1"

[cluster.warehouse]
lifetime = "long-running"
release = "emr-7.13.0"
applications = ["Spark"]
service_role = "arn:aws:iam::123456789012:role/emr"
instance_role = "nodes"
subnets = ["subnet-0a1b2c3d4e5f60718"]
primary = { type = "m7g.xlarge" }
"#;

fn moto() -> Emulator {
    let moto = Emulator::moto().with_faults();
    moto.faults().rules(&FaultProxy::repairs());
    moto
}

/// The ids of all clusters that the account ever had.
fn clusters(moto: &Emulator) -> Vec<String> {
    let answer = moto.call("elasticmapreduce", "ElasticMapReduce.ListClusters", &json!({})).json();
    let ids = answer["Clusters"].as_array().into_iter().flatten().map(|cluster| cluster["Id"].as_str().unwrap_or_default().to_owned());
    ids.collect()
}

/// Lets `fault` strike the first `RunJobFlow`.
fn strike(moto: &Emulator, fault: &str) {
    let Json::Array(mut rules) = FaultProxy::repairs() else { panic!("rules are a list") };
    rules.insert(0, json!({ "op": "elasticmapreduce.RunJobFlow", "count": 1, "fault": fault }));
    moto.faults().rules(&Json::Array(rules));
}

/// How often a cluster was asked for.
fn starts(moto: &Emulator) -> usize {
    moto.faults().calls().iter().filter(|call| call.operation == "elasticmapreduce.RunJobFlow").count()
}

#[test]
fn a_cluster_whose_answer_was_lost_is_found_by_its_tag_and_not_started_twice() {
    let moto = moto();
    strike(&moto, "reset_after");
    let project = Pipetoll::new().emulator(&moto);
    project.write("pipetoll.toml", PROJECT);
    let first = project.args(["apply", "--yes"]).run();
    if first.code != Some(0) {
        project.args(["apply", "--yes"]).run().succeeds();
    }
    let made = clusters(&moto);
    assert_eq!((made.len(), starts(&moto)), (1, 1), "{made:?}\n{}{}", first.stdout, first.stderr);
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    let shown = project.args(["state", "show", "cluster.warehouse"]).run().succeeds();
    assert!(shown.stdout.contains(&made[0]), "{}", shown.stdout);
    project.args(["destroy", "--yes", "--confirm", "cluster-case"]).run().succeeds();
}

#[test]
fn a_cluster_that_was_never_started_is_started_once() {
    let moto = moto();
    strike(&moto, "reset_before");
    let project = Pipetoll::new().emulator(&moto);
    project.write("pipetoll.toml", PROJECT);
    if project.args(["apply", "--yes"]).run().code != Some(0) {
        project.args(["apply", "--yes"]).run().succeeds();
    }
    assert_eq!(clusters(&moto).len(), 1);
    assert_eq!(starts(&moto), 2);
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

/// Task nodes that others add are theirs: a plan leaves them alone.
fn are_theirs(server: &Emulator, nodes: &str, request: &str, added: fn(&str) -> Json) {
    let project = Pipetoll::new().emulator(server);
    project.write("pipetoll.toml", &PROJECT.replace(r#"primary = { type = "m7g.xlarge" }"#, nodes));
    project.args(["apply", "--yes"]).run().succeeds();
    let id = clusters(server).pop().expect("there is a cluster");
    let answer = server.call("elasticmapreduce", &format!("ElasticMapReduce.{request}"), &added(&id));
    assert_eq!(answer.status, 200, "{}", answer.body);
    project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

#[test]
fn groups_that_others_add_are_theirs() {
    let nodes =
        "primary = { type = \"m7g.xlarge\" }\ncore = { type = \"m7g.xlarge\" }\ntask_group = [{ name = \"ours\", type = \"m7g.xlarge\" }]";
    are_theirs(
        &moto(),
        nodes,
        "AddInstanceGroups",
        |id| json!({ "JobFlowId": id, "InstanceGroups": [{ "InstanceRole": "TASK", "Name": "theirs", "InstanceType": "m7g.xlarge", "InstanceCount": 2 }] }),
    );
}

#[test]
fn a_fleet_that_others_add_is_theirs() {
    let Some(fakecloud) = Emulator::fakecloud_fresh() else { return };
    are_theirs(&fakecloud, "primary = { types = [\"m7g.xlarge\"] }", "AddInstanceFleet", |id| {
        json!({ "ClusterId": id, "InstanceFleet": { "InstanceFleetType": "TASK", "Name": "theirs", "TargetSpotCapacity": 2,
            "InstanceTypeConfigs": [{ "InstanceType": "m7g.xlarge" }] } })
    });
}

#[test]
fn a_group_that_comes_back_has_the_settings_and_the_policy_of_its_new_life() {
    let Some(fakecloud) = Emulator::fakecloud_fresh() else { return };
    let fakecloud = fakecloud.with_faults();
    let project = Pipetoll::new().emulator(&fakecloud);
    let apply = |group: &str| {
        let nodes = format!(
            "autoscaling_role = \"arn:aws:iam::123456789012:role/scaling\"\nprimary = {{ type = \"m7g.xlarge\" }}\ncore = {{ type = \"m7g.xlarge\" }}\n{group}"
        );
        project.write("pipetoll.toml", &PROJECT.replace(r#"primary = { type = "m7g.xlarge" }"#, &nodes));
        fakecloud.faults().clear();
        project.args(["apply", "--yes"]).run().succeeds();
        project.args(["plan", "--detailed-exitcode"]).run().succeeds();
        let calls = fakecloud.faults().calls();
        let writes = calls.into_iter().filter_map(|call| Some((call.operation.strip_prefix("elasticmapreduce.")?.to_owned(), call.body)));
        writes.filter(|(name, _)| !["Describe", "Get", "List"].iter().any(|verb| name.starts_with(verb))).collect::<Vec<_>>()
    };
    let group = |settings: &str| format!("task_group = [{{ name = \"more\", type = \"m7g.xlarge\", count = 2, {settings} }}]");
    let names = |calls: &[(String, Json)]| calls.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let policy = r#"autoscaling = '{"Constraints":{"MinCapacity":1,"MaxCapacity":5},"Rules":[]}'"#;
    let settings = |cores: u32| {
        format!(
            "configuration = [{{ classification = \"yarn-site\", properties = {{ \"yarn.nodemanager.resource.cpu-vcores\" = \"{cores}\" }} }}]"
        )
    };

    apply(&group(&format!("{policy}, {}", settings(4))));
    let gone = apply("");
    assert_eq!(names(&gone), ["RemoveAutoScalingPolicy", "ModifyInstanceGroups"], "{gone:?}");
    assert_eq!(gone[1].1["InstanceGroups"][0]["InstanceCount"], 0);

    let back = apply(&group(&format!("{policy}, {}", settings(8))));
    assert_eq!(names(&back), ["ModifyInstanceGroups", "ModifyInstanceGroups", "PutAutoScalingPolicy"], "{back:?}");
    assert_eq!(back[0].1["InstanceGroups"][0]["InstanceCount"], 2);
    let properties = &back[1].1["InstanceGroups"][0]["Configurations"][0]["Properties"];
    assert_eq!(properties["yarn.nodemanager.resource.cpu-vcores"], "8");

    apply("");
    let other = apply(&group("market = \"spot\", bid_price = \"0.2\""));
    assert_eq!(names(&other), ["AddInstanceGroups"], "nodes that are bought otherwise are another group: {other:?}");
}

//! The request, and the spec that comes back.

use std::collections::BTreeMap;

use serde_json::json;

use super::spec;
use crate::kinds::cluster::Cluster;
use crate::kinds::cluster::request::{create_cluster, run_job_flow, step_config};
use crate::kinds::cluster::spec::{Step, validate};
use crate::model::kind::{Kind, Problems};
use crate::model::value::Value;

#[test]
fn one_type_makes_groups() {
    let spec = spec(json!({ "core": { "type": "m7g.2xlarge", "count": 3, "ebs": "200GB" }, "subnets": ["subnet-1"] }));
    let request = run_job_flow(&spec, &BTreeMap::from([("team".to_owned(), "growth".to_owned())]));
    assert_eq!(
        request["Instances"],
        json!({
            "InstanceGroups": [
                { "Name": "primary", "InstanceRole": "MASTER", "Market": "ON_DEMAND", "InstanceType": "m7g.xlarge", "InstanceCount": 1 },
                { "Name": "core", "InstanceRole": "CORE", "Market": "ON_DEMAND", "InstanceType": "m7g.2xlarge", "InstanceCount": 3,
                  "EbsConfiguration": { "EbsBlockDeviceConfigs": [
                      { "VolumeSpecification": { "VolumeType": "gp3", "SizeInGB": 200 }, "VolumesPerInstance": 1 } ] } },
            ],
            "Ec2SubnetId": "subnet-1",
            "KeepJobFlowAliveWhenNoSteps": true,
        })
    );
    assert_eq!(request["Tags"], json!([{ "Key": "team", "Value": "growth" }]));
}

#[test]
fn one_fleet_makes_all_nodes_fleets() {
    let spec = spec(json!({
        "task": { "types": ["m7g.2xlarge", "m6g.2xlarge"], "count": 6, "market": "spot", "allocation_strategy": "price-capacity-optimized", "spot_timeout": "10m" },
    }));
    let request = run_job_flow(&spec, &BTreeMap::new());
    let fleets = request["Instances"]["InstanceFleets"].as_array().unwrap();
    assert_eq!(fleets[0]["TargetOnDemandCapacity"], 1);
    assert_eq!(fleets[0]["InstanceTypeConfigs"], json!([{ "InstanceType": "m7g.xlarge", "WeightedCapacity": 1 }]));
    assert_eq!(fleets[1]["TargetSpotCapacity"], 6);
    assert_eq!(
        fleets[1]["LaunchSpecifications"]["SpotSpecification"],
        json!({ "TimeoutDurationMinutes": 10, "TimeoutAction": "SWITCH_TO_ON_DEMAND", "AllocationStrategy": "price-capacity-optimized" })
    );
    assert!(request["Instances"].get("InstanceGroups").is_none());
}

#[test]
fn step_functions_gets_the_cluster_without_its_steps() {
    let spec = spec(json!({ "lifetime": "transient", "step": [{ "name": "a", "script": "s3://code/a.py" }] }));
    assert_eq!(run_job_flow(&spec, &BTreeMap::new())["Instances"]["KeepJobFlowAliveWhenNoSteps"], false);
    let request = create_cluster(&spec, &BTreeMap::new());
    assert!(request.get("Steps").is_none());
    assert_eq!(request["Instances"]["KeepJobFlowAliveWhenNoSteps"], true);
}

#[test]
fn a_template_knows_its_request_and_steps_without_aws() {
    let spec = spec(json!({ "lifetime": "transient", "start": "pipeline", "step": [{ "name": "a", "script": "s3://code/a.py" }] }));
    let mut value = Value::of(&spec).unwrap();
    if let Value::Table(entries) = &mut value {
        entries.insert("tags".into(), Value::of(&json!({ "team": "growth" })).unwrap());
    }
    let computed: BTreeMap<_, _> = Cluster::computed(&value).into_iter().collect();
    let request: serde_json::Value = serde_json::from_str(&computed["request"]).unwrap();
    assert_eq!((request["ReleaseLabel"].as_str(), request["Tags"][0]["Key"].as_str()), (Some("emr-7.13.0"), Some("team")));
    let steps: serde_json::Value = serde_json::from_str(&computed["steps"]).unwrap();
    assert_eq!(steps[0]["Name"], "a");
}

#[test]
fn a_script_goes_to_spark_or_to_hive() {
    let arguments = |step: serde_json::Value| {
        let step: Step = serde_json::from_value(step).unwrap();
        let json = step_config(&step);
        assert_eq!(json["HadoopJarStep"]["Jar"], "command-runner.jar");
        json["HadoopJarStep"]["Args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        arguments(json!({ "name": "a", "script": "s3://c/a.py", "submit_options": ["--num-executors", "4"], "arguments": ["--day", "1"] })),
        "spark-submit --deploy-mode cluster --num-executors 4 s3://c/a.py --day 1"
    );
    assert_eq!(
        arguments(json!({ "name": "a", "script": "s3://c/a.hql", "arguments": ["-d", "X=1"] })),
        "hive-script --run-hive-script --args -f s3://c/a.hql -d X=1"
    );
    assert_eq!(arguments(json!({ "name": "a", "command": ["s3-dist-cp", "--src", "x"] })), "s3-dist-cp --src x");
}

#[test]
fn the_glue_metastore_adds_its_class_and_keeps_what_is_written() {
    let spec = spec(json!({
        "applications": ["Spark", "Hive"],
        "metastore": "glue",
        "configuration": [{ "classification": "hive-site", "properties": { "hive.execution.engine": "tez" } }],
    }));
    let request = run_job_flow(&spec, &BTreeMap::new());
    let class = "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory";
    assert_eq!(
        request["Configurations"],
        json!([
            { "Classification": "hive-site", "Properties": { "hive.execution.engine": "tez", "hive.metastore.client.factory.class": class } },
            { "Classification": "spark-hive-site", "Properties": { "hive.metastore.client.factory.class": class } },
        ])
    );
}

#[test]
fn emrs_spelling_of_a_log_uri_is_undone() {
    let mut value = Value::of(&json!({ "log_uri": "s3n://logs/emr/" })).unwrap();
    Cluster::normalize(&mut value);
    assert_eq!(value.get("log_uri").and_then(Value::text), Some("s3://logs/emr"));
    let once = value.clone();
    Cluster::normalize(&mut value);
    assert_eq!(value, once);
}

#[test]
fn what_emr_would_refuse_is_told() {
    let messages = |more: serde_json::Value| {
        let mut problems = Problems::default();
        validate(&spec(more), &mut problems);
        problems.found.into_iter().map(|problem| (problem.path.to_string(), problem.message)).collect::<Vec<_>>()
    };
    let one = |path: &str, message: &str| vec![(path.to_owned(), message.to_owned())];
    assert_eq!(messages(json!({ "core": {} })), one("core", "these nodes have no instance type"));
    assert_eq!(messages(json!({ "start": "pipeline" })), one("start", "a pipeline ends the clusters it starts"));
    assert_eq!(messages(json!({ "subnets": ["a", "b"] })), one("subnets", "instance groups take one subnet"));
    assert_eq!(
        messages(json!({ "core": { "type": "m7g.xlarge", "spot_timeout": "5m" } })),
        one("core.spot_timeout", "`spot_timeout` is for fleets")
    );
    let task = json!({ "type": "m7g.xlarge" });
    assert_eq!(
        messages(json!({ "task": task, "task_group": [{ "name": "task", "type": "m7g.xlarge" }, { "type": "m7g.xlarge" }] })),
        [one("task_group[0].name", "the group of `task` is called `task` too"), one("task_group[1]", "a task group needs a name")].concat()
    );
    assert_eq!(messages(json!({ "step": [{ "name": "a" }] })), one("step[0]", "step `a` does nothing"));
    assert_eq!(messages(json!({})), []);
}

//! `cluster`: an EMR cluster on EC2, or the template of those a pipeline starts.

mod cost;
mod grants;
mod judge;
mod layout;
mod lints;
#[cfg(feature = "aws")]
mod remote;
mod request;
mod spec;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use spec::{
    ActionOnFailure, Bootstrap, CapacityPreference, CapacityReservation, Configuration, FleetInstance, Kerberos, Lifetime, ManagedScaling,
    Market, Metastore, Monitoring, Nodes, OnDemandStrategy, PlacementGroup, PlacementStrategy, RepoUpgrade, Resize, RootVolume, ScaleDown,
    ScalingStrategy, ScalingUnit, SecurityGroups, Spec, SpotStrategy, Start, Step, TimeoutAction, Usage, Volume, Workload, WorkloadKind,
};

use crate::base::units::Duration;
use crate::model::access::{Access, Grant, Use};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Idempotency, Kind, Output, Problems};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// The id of a cluster that pipelines start: nothing at EMR.
const TEMPLATE: &str = "template";

/// An EMR cluster on EC2.
pub struct Cluster;

impl Kind for Cluster {
    type Spec = Spec;
    type Usage = Usage;

    const NAME: &'static str = "cluster";
    const TITLE: &'static str = "an EMR cluster";
    const DOC: &'static str = include_str!("doc.md");
    const EXAMPLE: &'static str = include_str!("example.toml");
    const RULES: &'static [&'static Rule] = lints::RULES;
    const OUTPUTS: &'static [Output] = &[
        Output { name: "id", doc: "The cluster's id, `j-…`; `template` for one that a pipeline starts.", pattern: None },
        Output { name: "arn", doc: "The cluster's ARN; a template has none.", pattern: None },
        Output {
            name: "ended",
            doc: "Whether it was through with its steps, and gone, when it was last looked at: `true` or `false`.",
            pattern: None,
        },
        Output { name: "primary_dns", doc: "The DNS name of the primary node.", pattern: None },
        Output {
            name: "request",
            doc: "The whole `RunJobFlow` request as JSON, steps included: for `aws-sdk:emr:runJobFlow`.",
            pattern: None,
        },
        Output {
            name: "create_request",
            doc: "The same as `elasticmapreduce:createCluster` takes it: without the steps, and staying when it has none.",
            pattern: None,
        },
        Output { name: "service_role_arn", doc: "The ARN of the role that EMR acts as.", pattern: None },
        Output { name: "instance_role_arn", doc: "The ARN of the role that the nodes act as.", pattern: None },
        Output { name: "steps", doc: "The steps, as a JSON list, each as `elasticmapreduce:addStep` takes it.", pattern: None },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::OperationTag;
    const PRINCIPAL: Option<&'static str> = Some("ec2.amazonaws.com");
    /// Terraform waits as long (provider v6.58.0: 75 minutes for a create).
    const PATIENCE: Duration = Duration::minutes(75);
    const ACCESS: &'static [Access] = &[
        // A pipeline makes the cluster, so its id is not known when the role is; RunJobFlow takes no resource at all.
        Access { of: Use::Run, actions: &["elasticmapreduce:RunJobFlow"], resources: &["*"] },
        Access {
            of: Use::Run,
            actions: &[
                "elasticmapreduce:AddJobFlowSteps",
                "elasticmapreduce:AddTags",
                "elasticmapreduce:CancelSteps",
                "elasticmapreduce:DescribeCluster",
                "elasticmapreduce:DescribeStep",
                "elasticmapreduce:TerminateJobFlows",
            ],
            resources: &["arn:{partition}:elasticmapreduce:{region}:{account}:cluster/*"],
        },
        // Whoever starts a cluster hands it its roles.
        Access { of: Use::Run, actions: &["iam:PassRole"], resources: &["{service_role_arn}", "{instance_role_arn}"] },
    ];
    const HOLDS: Option<&'static str> = Some("what lies on the cluster's HDFS and local disks");

    fn validate(spec: &Spec, problems: &mut Problems) {
        spec::validate(spec, problems);
    }

    fn grants(spec: &Spec) -> Vec<Grant> {
        grants::nodes(spec)
    }

    fn grants_for(spec: &Spec, field: &str) -> Vec<Grant> {
        if field == "service_role" { grants::service(spec) } else { grants::nodes(spec) }
    }

    fn cost(spec: &Spec, usage: &Usage, context: &CostContext<'_>) -> Vec<CostItem> {
        cost::items(spec, usage, context)
    }

    fn loses(outputs: &BTreeMap<String, String>) -> Option<&'static str> {
        let output = |name: &str| outputs.get(name).map(String::as_str);
        // What a pipeline starts is another cluster each time; one that ended took its disks with it then.
        let has_disks = output("id") != Some(TEMPLATE) && output("ended") != Some("true");
        Self::HOLDS.filter(|_| has_disks)
    }

    fn computed(value: &Value) -> Vec<(&'static str, String)> {
        let Some((spec, tags)) = typed(value) else { return Vec::new() };
        let steps: Vec<_> = spec.step.iter().map(request::step_config).collect();
        vec![
            ("request", request::run_job_flow(&spec, &tags).to_string()),
            ("create_request", request::create_cluster(&spec, &tags).to_string()),
            ("steps", serde_json::Value::Array(steps).to_string()),
            ("service_role_arn", role_arn(spec.service_role.as_str())),
            ("instance_role_arn", role_arn(spec.instance_role.as_str())),
        ]
    }

    /// EMR answers `s3n://` where `s3://` was said, and puts a slash behind it.
    fn normalize(value: &mut Value) {
        if let Some(Value::Text(uri)) = value.at_mut(&"log_uri".into()) {
            for scheme in ["s3n://", "s3a://"] {
                if let Some(rest) = uri.strip_prefix(scheme) {
                    *uri = format!("s3://{rest}");
                }
            }
            uri.truncate(uri.trim_end_matches('/').len());
        }
    }
}

/// The ARN of a role that is named by its ARN or by its name; an instance profile is named as its role is.
fn role_arn(role: &str) -> String {
    if role.starts_with("arn:") { role.replace(":instance-profile/", ":role/") } else { format!("arn:aws:iam::*:role/{role}") }
}

/// The spec and the tags of a normal form in which every reference is known.
fn typed(value: &Value) -> Option<(Spec, BTreeMap<String, String>)> {
    let mut json = value.to_literal_json();
    let tags = json.as_object_mut()?.shift_remove("tags");
    let tags = tags.and_then(|tags| serde_json::from_value(tags).ok()).unwrap_or_default();
    Some((serde_json::from_value(json).ok()?, tags))
}

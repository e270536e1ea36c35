//! What the two roles of a cluster must allow: EMR's own, and that of its nodes.

use super::layout;
use super::spec::{Metastore, Spec};
use crate::model::access::Grant;

/// What EMR does to EC2 for a cluster: the actions of AWS's managed policy `AmazonEMRServicePolicy_v2`. That policy itself is not used, because it
/// works only on subnets and security groups that carry a tag of EMR's, which are not ours to tag.
const INSTANCES: &[&str] = &[
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateFleet",
    "ec2:CreateLaunchTemplate",
    "ec2:CreateLaunchTemplateVersion",
    "ec2:CreateNetworkInterface",
    "ec2:CreateSecurityGroup",
    "ec2:CreateTags",
    "ec2:DeleteLaunchTemplate",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteVolume",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeCapacityReservations",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeImages",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceTypeOfferings",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePlacementGroups",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVolumes",
    "ec2:DescribeVolumeStatus",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "ec2:ModifyInstanceAttribute",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RunInstances",
    "ec2:TerminateInstances",
];

const CATALOG: &[&str] = &[
    "glue:BatchCreatePartition",
    "glue:BatchDeletePartition",
    "glue:BatchGetPartition",
    "glue:CreateDatabase",
    "glue:CreatePartition",
    "glue:CreateTable",
    "glue:DeletePartition",
    "glue:DeleteTable",
    "glue:GetDatabase",
    "glue:GetDatabases",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
    "glue:GetUserDefinedFunctions",
    "glue:UpdatePartition",
    "glue:UpdateTable",
];

fn allow(actions: &[&str], resources: Vec<String>, reason: &'static str) -> Grant {
    Grant::Actions { actions: actions.iter().map(|action| (*action).to_owned()).collect(), resources, reason }
}

/// EMR's own role: makes, watches and ends instances, and hands the nodes their profile.
pub(super) fn service(spec: &Spec) -> Vec<Grant> {
    let mut grants = vec![allow(INSTANCES, vec!["*".into()], "makes and ends the cluster's instances; most of it takes no resource")];
    match spec.instance_role.address() {
        Some(_) => grants.push(Grant::PassRole { role: spec.instance_role.clone(), service: "ec2.amazonaws.com" }),
        None => grants.push(allow(
            &["iam:PassRole"],
            vec![role_arn(spec.instance_role.as_str())],
            "hands the nodes the role of their instance profile, which is taken to have the profile's name",
        )),
    }
    if let Some(role) = &spec.autoscaling_role {
        grants.push(Grant::PassRole { role: role.clone(), service: "application-autoscaling.amazonaws.com" });
        let actions = [
            "application-autoscaling:DeleteScalingPolicy",
            "application-autoscaling:DeregisterScalableTarget",
            "application-autoscaling:Describe*",
            "application-autoscaling:PutScalingPolicy",
            "application-autoscaling:RegisterScalableTarget",
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:PutMetricAlarm",
        ];
        grants.push(allow(&actions, vec!["*".into()], "keeps the alarms and targets of the scaling policies"));
    }
    if !spec.placement_group.is_empty() || spec.primary.count == 3 {
        let actions = ["ec2:CreatePlacementGroup", "ec2:DeletePlacementGroup"];
        grants.push(allow(&actions, vec!["*".into()], "spreads three primary nodes over hardware"));
    }
    if layout::pools(spec).iter().any(|pool| pool.nodes.capacity_reservation.is_some()) {
        grants.push(allow(&["resource-groups:ListGroupResources"], vec!["*".into()], "finds the capacity reservations of a group"));
    }
    grants
}

/// The role of the nodes, beyond `reads` and `writes`: logs, scripts and the catalog.
pub(super) fn nodes(spec: &Spec) -> Vec<Grant> {
    let mut grants = Vec::new();
    let logs = spec.log_uri.iter().chain(spec.step.iter().filter_map(|step| step.log_uri.as_ref()));
    for (bucket, objects) in logs.filter_map(|uri| place(uri)) {
        grants.push(allow(&["s3:GetBucketLocation", "s3:ListBucket"], vec![bucket], "writes its logs"));
        grants.push(allow(&["s3:GetObject", "s3:PutObject"], vec![objects], "writes its logs"));
    }
    let files =
        spec.step.iter().flat_map(|step| step.script.iter().chain(&step.jar)).chain(spec.bootstrap.iter().map(|action| &action.path));
    for object in files.filter_map(|file| file.strip_prefix("s3://")) {
        grants.push(allow(&["s3:GetObject"], vec![format!("arn:{{partition}}:s3:::{object}")], "loads its scripts"));
    }
    if spec.metastore == Some(Metastore::Glue) {
        let catalog = ["catalog", "database/*", "table/*/*", "userDefinedFunction/*/*"];
        let resources = catalog.iter().map(|part| format!("arn:{{partition}}:glue:{{region}}:{{account}}:{part}")).collect();
        grants.push(allow(CATALOG, resources, "uses the Glue Data Catalog as its metastore"));
    }
    if let Some(monitoring) = &spec.monitoring
        && monitoring.is_in_cloudwatch()
    {
        let actions =
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"];
        grants.push(allow(&actions, vec!["arn:{partition}:logs:{region}:{account}:log-group:*".into()], "sends its logs to CloudWatch"));
    }
    let keys = spec.log_encryption_key.iter().chain(spec.step.iter().filter_map(|step| step.log_encryption_key.as_ref()));
    let keys: Vec<String> = keys.cloned().collect();
    if !keys.is_empty() {
        grants.push(allow(&["kms:Decrypt", "kms:GenerateDataKey"], keys, "encrypts its logs"));
    }
    grants
}

fn role_arn(profile: &str) -> String {
    if profile.starts_with("arn:") {
        return profile.replace(":instance-profile/", ":role/");
    }
    format!("arn:{{partition}}:iam::{{account}}:role/{profile}")
}

/// The bucket's ARN and that of all below a prefix.
fn place(uri: &str) -> Option<(String, String)> {
    let rest = uri.strip_prefix("s3://").or_else(|| uri.strip_prefix("s3n://"))?;
    // A bucket that is a reference may itself hold a slash in no place.
    let end = rest.find("}/").map(|at| at + 1).filter(|_| rest.starts_with("${")).or_else(|| rest.find('/')).unwrap_or(rest.len());
    let (bucket, prefix) = rest.split_at(end);
    let prefix = prefix.trim_matches('/');
    let below = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    Some((format!("arn:{{partition}}:s3:::{bucket}"), format!("arn:{{partition}}:s3:::{bucket}/{below}*")))
}

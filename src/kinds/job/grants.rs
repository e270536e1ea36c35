//! What a job's role must allow: its logs, its script and libraries, its places in S3, its connections and the tables it works on.

use std::collections::BTreeMap;

use super::spec::{Bookmark, Spec, Type};
use crate::model::access::Grant;
use crate::model::reference::Ref;

const READ_TABLES: &[&str] =
    &["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"];
const WRITE_TABLES: &[&str] = &[
    "glue:CreateTable",
    "glue:UpdateTable",
    "glue:CreatePartition",
    "glue:BatchCreatePartition",
    "glue:UpdatePartition",
    "glue:BatchUpdatePartition",
];
const WRITE_OBJECTS: &[&str] = &["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];

/// All that `role = "auto"` allows beyond what the marks on fields tell.
pub(super) fn of(spec: &Spec) -> Vec<Grant> {
    let mut grants = logs(spec);
    let files = std::iter::once(&spec.script).chain(&spec.extra_py_files).chain(&spec.extra_jars).chain(&spec.extra_files);
    for object in files.filter_map(|file| object_arn(file)) {
        grants.push(allow(&["s3:GetObject"], vec![object], "loads its script and libraries"));
    }
    for place in spec.temp_dir.iter().chain(&spec.spark_event_logs) {
        grants.extend(in_s3(place, WRITE_OBJECTS, "keeps temporary results and event logs"));
    }
    for source in spec.sources.iter().filter(|source| source.store == "s3") {
        grants.extend(source.path.iter().flat_map(|place| in_s3(place, &["s3:GetObject"], "reads a source")));
    }
    for sink in spec.sinks.iter().filter(|sink| sink.store == "s3") {
        grants.extend(sink.path.iter().flat_map(|place| in_s3(place, WRITE_OBJECTS, "writes a sink")));
    }
    grants.extend(tables(spec));
    if !spec.connections.is_empty() {
        grants.extend(connections(&spec.connections));
    }
    if spec.security_configuration.is_some() {
        grants.push(allow(&["glue:GetSecurityConfiguration"], vec!["*".into()], "reads how its logs and results are encrypted"));
    }
    if matches!(spec.bookmark, Some(Bookmark::Enable | Bookmark::Pause)) {
        // Glue asks for these without a resource, so that none can be named.
        grants.push(allow(&["glue:GetJobBookmark", "glue:UpdateJobBookmark"], vec!["*".into()], "reads and moves its bookmark"));
    }
    grants
}

fn allow(actions: &[&str], resources: Vec<String>, reason: &'static str) -> Grant {
    Grant::Actions { actions: actions.iter().map(|action| (*action).to_owned()).collect(), resources, reason }
}

fn logs(spec: &Spec) -> Vec<Grant> {
    let mut actions = vec!["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    if spec.security_configuration.is_some() {
        actions.push("logs:AssociateKmsKey");
    }
    let mut groups = vec!["arn:{partition}:logs:{region}:{account}:log-group:/aws-glue/*".to_owned()];
    if let Some(group) = &spec.log_group {
        groups.push(match group.address() {
            Some(address) => format!("arn:{{partition}}:logs:{{region}}:{{account}}:log-group:${{{address}.name}}:*"),
            None => format!("arn:{{partition}}:logs:{{region}}:{{account}}:log-group:{group}:*"),
        });
    }
    let mut grants = vec![allow(&actions, groups, "writes its logs")];
    if spec.metrics || spec.observability_metrics == Some(true) || spec.job_type == Type::Streaming {
        grants.push(allow(&["cloudwatch:PutMetricData"], vec!["*".into()], "writes its metrics; CloudWatch takes no resource for it"));
    }
    grants
}

/// The tables of the databases it names in `reads`, `writes` and its sources and sinks of type `catalog`.
fn tables(spec: &Spec) -> Vec<Grant> {
    // By database: whether any of it is written.
    let mut databases: BTreeMap<String, bool> = BTreeMap::new();
    for (references, writes) in [(&spec.reads, false), (&spec.writes, true)] {
        for name in references.iter().filter_map(database_of) {
            *databases.entry(name).or_default() |= writes;
        }
    }
    for (datasets, writes) in [(&spec.sources, false), (&spec.sinks, true)] {
        let paths = datasets.iter().filter(|dataset| dataset.store == "catalog").filter_map(|dataset| dataset.path.as_deref());
        for name in paths.filter_map(catalog_database) {
            *databases.entry(name).or_default() |= writes;
        }
    }
    let arn = |rest: String| format!("arn:{{partition}}:glue:{{region}}:{{account}}:{rest}");
    let mut grants = Vec::new();
    for (name, writes) in databases {
        let resources = vec![arn("catalog".into()), arn(format!("database/{name}")), arn(format!("table/{name}/*"))];
        grants.push(allow(READ_TABLES, resources.clone(), "looks tables up in the catalog"));
        if writes {
            grants.push(allow(WRITE_TABLES, resources, "writes tables of the catalog"));
        }
    }
    grants
}

/// The name of the database that a reference names: a block, or an ARN.
fn database_of(reference: &Ref) -> Option<String> {
    match reference.address() {
        Some(address) => (address.kind == "database").then(|| format!("${{{address}.name}}")),
        None => reference.as_str().split_once(":database/").map(|(_, name)| name.to_owned()),
    }
}

/// The database of `database.table`: up to the last point that is outside of a placeholder.
fn catalog_database(path: &str) -> Option<String> {
    let from = path.rfind('}').map_or(0, |at| at + 1);
    let point = path[from..].find('.')? + from;
    Some(path[..point].to_owned())
}

fn connections(names: &[Ref]) -> Vec<Grant> {
    let mut resources = vec!["arn:{partition}:glue:{region}:{account}:catalog".to_owned()];
    resources.extend(names.iter().map(|name| match name.address() {
        Some(address) => format!("${{{address}.arn}}"),
        None => format!("arn:{{partition}}:glue:{{region}}:{{account}}:connection/{name}"),
    }));
    let network = [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
    ];
    let interfaces = vec!["arn:{partition}:ec2:{region}:{account}:network-interface/*".into()];
    vec![
        allow(&["glue:GetConnection", "glue:GetConnections"], resources, "opens its connections"),
        allow(&network, vec!["*".into()], "reaches into the VPC; EC2 takes no resources for these"),
        allow(&["ec2:CreateTags", "ec2:DeleteTags"], interfaces, "marks its network interfaces"),
    ]
}

/// Listing a place's bucket, and the given actions on what lies in it.
fn in_s3(place: &str, actions: &[&str], reason: &'static str) -> Vec<Grant> {
    let Some(rest) = place.strip_prefix("s3://") else { return Vec::new() };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    vec![
        allow(&["s3:ListBucket", "s3:GetBucketLocation"], vec![format!("arn:{{partition}}:s3:::{bucket}")], "lists its places in S3"),
        allow(actions, vec![format!("arn:{{partition}}:s3:::{bucket}/{prefix}*")], reason),
    ]
}

fn object_arn(url: &str) -> Option<String> {
    url.strip_prefix("s3://").map(|object| format!("arn:{{partition}}:s3:::{object}"))
}

//! What a crawler's role must allow: its logs, the tables it writes, and reading its targets.

use super::spec::{OnDelete, Spec};
use crate::model::access::Grant;
use crate::model::reference::Ref;

/// All that `role = "auto"` allows beyond what the marks on fields tell.
pub(super) fn of(spec: &Spec) -> Vec<Grant> {
    let targets = &spec.targets;
    let mut log_actions = vec!["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    if spec.security_configuration.is_some() {
        log_actions.push("logs:AssociateKmsKey");
    }
    let mut grants =
        vec![allow(&log_actions, vec!["arn:{partition}:logs:{region}:{account}:log-group:/aws-glue/*".into()], "writes its logs")];

    let mut databases: Vec<&Ref> = spec.database.iter().collect();
    databases.extend(targets.catalog.iter().map(|target| &target.database));
    databases.dedup();
    for database in databases {
        grants.push(allow(&catalog_actions(spec), catalog_resources(database), "writes the tables it finds"));
    }

    let mut places: Vec<&str> = targets.s3.iter().map(|target| target.path.as_str()).collect();
    places.extend(targets.delta.iter().flat_map(|target| target.tables.iter().map(String::as_str)));
    places.extend(targets.iceberg.iter().chain(&targets.hudi).flat_map(|target| target.paths.iter().map(String::as_str)));
    for (bucket, objects) in places.into_iter().filter_map(s3_arns) {
        grants.push(allow(&["s3:ListBucket", "s3:GetBucketLocation"], vec![bucket], "lists its targets"));
        grants.push(allow(&["s3:GetObject"], vec![objects], "reads its targets"));
    }
    if targets.delta.iter().any(|target| target.write_manifest) {
        let objects = targets.delta.iter().filter(|target| target.write_manifest).flat_map(|target| &target.tables);
        let manifests: Vec<String> = objects.filter_map(|table| s3_arns(table)).map(|(_, objects)| objects).collect();
        grants.push(allow(&["s3:PutObject"], manifests, "writes manifests of Delta tables"));
    }

    let queues = targets.s3.iter().filter_map(|target| target.event_queue.as_ref());
    for queue in queues.chain(targets.catalog.iter().filter_map(|target| target.event_queue.as_ref())) {
        let actions =
            ["sqs:GetQueueUrl", "sqs:ListDeadLetterSourceQueues", "sqs:ListQueueTags", "sqs:SetQueueAttributes", "sqs:PurgeQueue"];
        grants.push(allow(&actions, vec![arn_of(queue, "")], "works off events of S3"));
    }

    let connections = connections(spec);
    if !connections.is_empty() {
        let mut resources = vec!["arn:{partition}:glue:{region}:{account}:catalog".to_owned()];
        resources.extend(connections.iter().map(|connection| arn_of(connection, "connection/")));
        grants.push(allow(&["glue:GetConnection", "glue:GetConnections"], resources, "opens its connections"));
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
        grants.push(allow(&network, vec!["*".into()], "reaches into the VPC; EC2 takes no resources for these"));
        let tags = vec!["arn:{partition}:ec2:{region}:{account}:network-interface/*".into()];
        grants.push(allow(&["ec2:CreateTags", "ec2:DeleteTags"], tags, "marks its network interfaces"));
    }
    if spec.lake_formation.as_ref().is_some_and(|settings| settings.use_credentials) {
        grants.push(allow(&["lakeformation:GetDataAccess"], vec!["*".into()], "reads with Lake Formation's permissions"));
    }
    if spec.security_configuration.is_some() {
        grants.push(allow(&["glue:GetSecurityConfiguration"], vec!["*".into()], "reads how its logs are encrypted"));
    }
    grants
}

fn allow(actions: &[&str], resources: Vec<String>, reason: &'static str) -> Grant {
    Grant::Actions { actions: actions.iter().map(|action| (*action).to_owned()).collect(), resources, reason }
}

fn catalog_actions(spec: &Spec) -> Vec<&'static str> {
    let mut actions = vec![
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetTables",
        "glue:CreateTable",
        "glue:UpdateTable",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
        "glue:CreatePartition",
        "glue:BatchCreatePartition",
        "glue:UpdatePartition",
        "glue:BatchUpdatePartition",
    ];
    if spec.schema_change.delete == OnDelete::DeleteFromDatabase {
        actions.extend(["glue:DeleteTable", "glue:BatchDeleteTable", "glue:DeletePartition", "glue:BatchDeletePartition"]);
    }
    actions
}

/// Glue checks each call against the catalog, the database and the table.
fn catalog_resources(database: &Ref) -> Vec<String> {
    let name = match database.address() {
        Some(address) => format!("${{{address}.name}}"),
        None => database.as_str().to_owned(),
    };
    let arn = |rest: String| format!("arn:{{partition}}:glue:{{region}}:{{account}}:{rest}");
    vec![arn("catalog".into()), arn(format!("database/{name}")), arn(format!("table/{name}/*"))]
}

/// The ARN of what a field names: of a block, literal, or of a Glue resource by its name.
fn arn_of(reference: &Ref, sort: &str) -> String {
    match reference.address() {
        Some(address) => format!("${{{address}.arn}}"),
        None if reference.as_str().starts_with("arn:") => reference.as_str().to_owned(),
        None => format!("arn:{{partition}}:glue:{{region}}:{{account}}:{sort}{reference}"),
    }
}

fn connections(spec: &Spec) -> Vec<&Ref> {
    let targets = &spec.targets;
    let mut found: Vec<&Ref> = Vec::new();
    found.extend(targets.s3.iter().filter_map(|target| target.connection.as_ref()));
    found.extend(targets.jdbc.iter().filter_map(|target| target.connection.as_ref()));
    found.extend(targets.mongodb.iter().filter_map(|target| target.connection.as_ref()));
    found.extend(targets.delta.iter().filter_map(|target| target.connection.as_ref()));
    found.extend(targets.iceberg.iter().chain(&targets.hudi).filter_map(|target| target.connection.as_ref()));
    found.extend(targets.catalog.iter().filter_map(|target| target.connection.as_ref()));
    found.sort();
    found.dedup();
    found
}

/// The ARNs of a place's bucket and of its objects.
fn s3_arns(place: &str) -> Option<(String, String)> {
    let (bucket, prefix) = place.strip_prefix("s3://")?.split_once('/').unwrap_or((place.strip_prefix("s3://")?, ""));
    Some((format!("arn:{{partition}}:s3:::{bucket}"), format!("arn:{{partition}}:s3:::{bucket}/{prefix}*")))
}

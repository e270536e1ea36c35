//! What CloudFormation's properties are in our specs: one table for each type.

use serde_json::{Value as Json, json};

use super::properties::{As, Type, is_nothing, kebab};

/// What most types need of the rest.
pub(super) const PLAIN: Type =
    Type { aws_type: "", source: "", kind: "", scaffold: "{}", below: "", properties: &[], beside: &[], told: &[] };

const FUNCTION: &str = r#"{"name":"f","code":"sha256:x","runtime":"python3.13","handler":"a.b","role":"arn:aws:iam::111111111111:role/r"}"#;

const MEGABYTE: u64 = 1 << 20;

pub(super) static TYPES: &[Type] = &[
    Type {
        aws_type: "AWS::SQS::Queue",
        kind: "queue",
        properties: &[
            ("QueueName", "name", As::Same),
            ("FifoQueue", "fifo", As::Same),
            ("ContentBasedDeduplication", "content_based_deduplication", As::Same),
            ("DeduplicationScope", "deduplication_scope", As::Same),
            ("FifoThroughputLimit", "fifo_throughput_limit", As::Same),
            ("DelaySeconds", "delay", As::Time(1)),
            ("MaximumMessageSize", "max_message_size", As::Size(1)),
            ("MessageRetentionPeriod", "retention", As::Time(1)),
            ("ReceiveMessageWaitTimeSeconds", "receive_wait", As::Time(1)),
            ("VisibilityTimeout", "visibility_timeout", As::Time(1)),
            ("RedrivePolicy.deadLetterTargetArn", "redrive.dead_letter", As::Same),
            ("RedrivePolicy.maxReceiveCount", "redrive.max_receive_count", As::Number),
            ("RedriveAllowPolicy.redrivePermission", "redrive_allow.permission", As::Same),
            ("RedriveAllowPolicy.sourceQueueArns", "redrive_allow.sources", As::Same),
            ("KmsMasterKeyId", "kms_key", As::Same),
            ("KmsDataKeyReusePeriodSeconds", "kms_data_key_reuse", As::Time(1)),
            ("SqsManagedSseEnabled", "sqs_managed_sse", As::Same),
        ],
        told: &["Arn", "QueueUrl"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::SNS::Topic",
        kind: "topic",
        properties: &[
            ("TopicName", "name", As::Same),
            ("FifoTopic", "fifo", As::Same),
            ("DisplayName", "display_name", As::Same),
            ("ContentBasedDeduplication", "content_based_deduplication", As::Same),
            ("FifoThroughputScope", "fifo_throughput_scope", As::Same),
            ("ArchivePolicy", "archive_policy", As::Text),
            ("KmsMasterKeyId", "kms_key", As::Same),
            ("TracingConfig", "tracing", As::Same),
            ("SignatureVersion", "signature_version", As::Number),
        ],
        told: &["TopicArn", "Subscription"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::SNS::Subscription",
        kind: "topic",
        scaffold: r#"{"name":"t"}"#,
        below: "subscription[]",
        properties: &[
            ("Protocol", "protocol", As::Same),
            ("Endpoint", "endpoint", As::Same),
            ("FilterPolicy", "filter_policy", As::Text),
            ("FilterPolicyScope", "filter_policy_scope", As::Same),
            ("RawMessageDelivery", "raw", As::Same),
            ("RedrivePolicy", "dead_letter", As::By(dead_letter)),
        ],
        beside: &["TopicArn"],
        told: &["Arn"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::IAM::Role",
        kind: "role",
        properties: &[
            ("RoleName", "name", As::Same),
            ("Path", "path", As::Same),
            ("Description", "description", As::Same),
            ("AssumeRolePolicyDocument", "trust_policy", As::Text),
            ("Policies", "inline_policies", As::By(policies)),
            ("ManagedPolicyArns", "managed_policies", As::Same),
            ("MaxSessionDuration", "max_session", As::Time(1)),
            ("PermissionsBoundary", "permissions_boundary", As::Same),
        ],
        told: &["Arn", "RoleId"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Logs::LogGroup",
        kind: "log_group",
        properties: &[
            ("LogGroupName", "name", As::Same),
            ("RetentionInDays", "retention_days", As::Same),
            ("LogGroupClass", "class", As::Kebab),
            ("KmsKeyId", "kms_key", As::Same),
            ("DeletionProtectionEnabled", "deletion_protection", As::Same),
        ],
        told: &["Arn", "BearerTokenAuthenticationEnabled", "DataProtectionPolicy", "FieldIndexPolicies", "ResourcePolicyDocument"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Kinesis::Stream",
        kind: "stream",
        properties: &[
            ("Name", "name", As::Same),
            ("StreamModeDetails.StreamMode", "mode", As::Kebab),
            ("ShardCount", "shards", As::Same),
            ("RetentionPeriodHours", "retention", As::Time(3600)),
            ("StreamEncryption.KeyId", "kms_key", As::Same),
            ("DesiredShardLevelMetrics", "shard_metrics", As::Same),
            ("MaxRecordSizeInKiB", "max_record_size", As::Size(1024)),
        ],
        // The rate of a provisioned stream is told as zero and read for on-demand streams only.
        told: &["Arn", "WarmThroughputObject"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Glue::Database",
        kind: "database",
        properties: &[
            ("DatabaseInput.Name", "name", As::Same),
            ("CatalogId", "catalog_id", As::Same),
            ("DatabaseInput.Description", "description", As::Same),
            ("DatabaseInput.LocationUri", "location", As::Same),
            ("DatabaseInput.Parameters", "parameters", As::Same),
            ("DatabaseInput.TargetDatabase.CatalogId", "target_database.catalog_id", As::Same),
            ("DatabaseInput.TargetDatabase.DatabaseName", "target_database.database", As::Same),
            ("DatabaseInput.CreateTableDefaultPermissions", "create_table_default_permissions", As::By(permissions)),
        ],
        told: &["DatabaseName"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Glue::Job",
        kind: "job",
        properties: &[
            ("Name", "name", As::Same),
            ("Description", "description", As::Same),
            ("Command.Name", "type", As::By(job_type)),
            ("Command.ScriptLocation", "script", As::Same),
            ("Command.PythonVersion", "python_version", As::Same),
            ("Role", "role", As::Same),
            ("GlueVersion", "glue_version", As::Same),
            ("WorkerType", "worker_type", As::Same),
            ("NumberOfWorkers", "workers", As::Same),
            ("MaxCapacity", "max_capacity", As::Same),
            ("Timeout", "timeout", As::Time(60)),
            ("MaxRetries", "max_retries", As::Same),
            ("ExecutionProperty.MaxConcurrentRuns", "max_concurrent_runs", As::Same),
            ("JobMode", "job_mode", As::Kebab),
            ("JobRunQueuingEnabled", "queuing", As::Same),
        ],
        told: &["AllocatedCapacity"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Glue::Trigger",
        kind: "job",
        scaffold: r#"{"name":"cdkrd-harvest5","script":"s3://c/j.py","role":"arn:aws:iam::111111111111:role/r"}"#,
        below: "trigger[]",
        properties: &[("Name", "name", As::Same), ("Schedule", "schedule", As::Same), ("Actions", "arguments", As::By(arguments))],
        beside: &["Type"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Glue::Crawler",
        kind: "crawler",
        properties: &[
            ("Name", "name", As::Same),
            ("Role", "role", As::Same),
            ("DatabaseName", "database", As::Same),
            ("Targets.S3Targets", "targets.s3", As::By(s3_targets)),
            ("SchemaChangePolicy.UpdateBehavior", "schema_change.update", As::Kebab),
            ("SchemaChangePolicy.DeleteBehavior", "schema_change.delete", As::Kebab),
            ("RecrawlPolicy.RecrawlBehavior", "recrawl", As::By(recrawl)),
            ("LakeFormationConfiguration.UseLakeFormationCredentials", "lake_formation.use_credentials", As::Same),
            ("LakeFormationConfiguration.AccountId", "lake_formation.account_id", As::Same),
            ("Configuration", "configuration", As::Text),
            ("Classifiers", "classifiers", As::Same),
        ],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::Function",
        kind: "function",
        scaffold: r#"{"code":"sha256:x"}"#,
        properties: &[
            ("FunctionName", "name", As::Same),
            ("Description", "description", As::Same),
            ("PackageType", "package", As::Kebab),
            ("Role", "role", As::Same),
            ("Handler", "handler", As::Same),
            ("Runtime", "runtime", As::Same),
            ("MemorySize", "memory", As::Size(MEGABYTE)),
            ("Timeout", "timeout", As::Time(1)),
            ("Architectures", "architecture", As::By(first)),
            ("Environment.Variables", "environment", As::Same),
            ("DeadLetterConfig.TargetArn", "dead_letter", As::Same),
            ("TracingConfig.Mode", "tracing", As::Kebab),
            ("SnapStart.ApplyOn", "snap_start", As::Kebab),
            ("SnapStartResponse.ApplyOn", "snap_start", As::Kebab),
            ("LoggingConfig.LogFormat", "logging.format", As::Kebab),
            ("LoggingConfig.LogGroup", "logging.group", As::Same),
            ("LoggingConfig.ApplicationLogLevel", "logging.application_level", As::Same),
            ("LoggingConfig.SystemLogLevel", "logging.system_level", As::Same),
            ("EphemeralStorage.Size", "ephemeral_storage", As::Size(MEGABYTE)),
            ("RecursiveLoop", "recursive_loop", As::Kebab),
            ("RuntimeManagementConfig.UpdateRuntimeOn", "runtime_management.update", As::Kebab),
            ("VpcConfig", "vpc", As::By(network)),
            ("FileSystemConfigs", "file_system", As::By(first)),
        ],
        beside: &["Code"],
        told: &["Arn", "CodeSha256"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::EventSourceMapping",
        source: ":sqs:",
        kind: "function",
        scaffold: FUNCTION,
        below: "trigger.sqs[]",
        properties: &[
            ("EventSourceArn", "queue", As::Same),
            ("BatchSize", "batch_size", As::Same),
            ("MaximumBatchingWindowInSeconds", "window", As::Time(1)),
            ("FilterCriteria.Filters", "filters", As::By(patterns)),
            ("Enabled", "enabled", As::Same),
        ],
        beside: &["FunctionName"],
        told: &["EventSourceMappingArn", "Id"],
    },
    Type {
        aws_type: "AWS::Lambda::EventSourceMapping",
        source: ":dynamodb:",
        kind: "function",
        scaffold: FUNCTION,
        below: "trigger.dynamodb[]",
        properties: &[
            ("EventSourceArn", "table", As::Same),
            ("StartingPosition", "starting_position", As::Kebab),
            ("BatchSize", "batch_size", As::Same),
            ("MaximumBatchingWindowInSeconds", "window", As::Time(1)),
            ("ParallelizationFactor", "parallelization", As::Same),
            ("BisectBatchOnFunctionError", "bisect_on_error", As::Same),
            ("MaximumRetryAttempts", "max_retries", As::By(bounded)),
            ("MaximumRecordAgeInSeconds", "max_record_age", As::Time(1)),
            ("TumblingWindowInSeconds", "tumbling_window", As::Time(1)),
            ("DestinationConfig.OnFailure.Destination", "on_failure", As::Same),
            ("Enabled", "enabled", As::Same),
        ],
        beside: &["FunctionName"],
        told: &["EventSourceMappingArn", "Id"],
    },
    Type {
        aws_type: "AWS::Lambda::Url",
        kind: "function",
        scaffold: FUNCTION,
        below: "url",
        properties: &[("AuthType", "auth", As::Kebab), ("InvokeMode", "invoke_mode", As::Kebab)],
        beside: &["TargetFunctionArn"],
        told: &["FunctionArn", "FunctionUrl"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::EventInvokeConfig",
        kind: "function",
        scaffold: FUNCTION,
        below: "async",
        properties: &[
            ("MaximumRetryAttempts", "retries", As::Same),
            ("MaximumEventAgeInSeconds", "max_event_age", As::Time(1)),
            ("DestinationConfig.OnSuccess.Destination", "on_success", As::Same),
            ("DestinationConfig.OnFailure.Destination", "on_failure", As::Same),
        ],
        beside: &["FunctionName", "Qualifier"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::Alias",
        kind: "function",
        scaffold: FUNCTION,
        below: "alias[]",
        properties: &[("Name", "name", As::Same), ("Description", "description", As::Same), ("FunctionVersion", "version", As::Same)],
        beside: &["FunctionName"],
        // Told as an empty table where no second version is behind the alias.
        told: &["AliasArn", "RoutingConfig"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::Permission",
        kind: "function",
        scaffold: FUNCTION,
        below: "trigger.invoke[]",
        properties: &[
            ("Principal", "principal", As::Same),
            ("SourceArn", "source_arn", As::Same),
            ("SourceAccount", "source_account", As::Same),
        ],
        beside: &["FunctionName", "Action"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::Version",
        kind: "function",
        scaffold: FUNCTION,
        beside: &["FunctionName"],
        told: &["FunctionArn"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Lambda::LayerVersion",
        kind: "layer",
        scaffold: r#"{"code":"sha256:x"}"#,
        properties: &[
            ("LayerName", "name", As::Same),
            ("Description", "description", As::Same),
            ("CompatibleRuntimes", "runtimes", As::Same),
            ("CompatibleArchitectures", "architectures", As::Same),
            ("LicenseInfo", "license", As::Same),
        ],
        beside: &["Content"],
        told: &["LayerVersionArn"],
        ..PLAIN
    },
];

fn first(value: &Json) -> Json {
    value.get(0).cloned().unwrap_or_default()
}

/// Lambda writes -1 where there is no bound.
fn bounded(value: &Json) -> Json {
    value.as_u64().map_or(Json::Null, Json::from)
}

/// The queue of a redrive policy, which is told as text or as a table.
fn dead_letter(value: &Json) -> Json {
    let parsed = value.as_str().and_then(|text| serde_json::from_str::<Json>(text).ok());
    parsed.as_ref().unwrap_or(value).get("deadLetterTargetArn").cloned().unwrap_or_default()
}

fn policies(value: &Json) -> Json {
    let named = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|policy| Some((policy.get("PolicyName")?.as_str()?.to_owned(), policy.get("PolicyDocument")?.to_string().into())));
    Json::Object(named.collect())
}

fn permissions(value: &Json) -> Json {
    let one = |grant: &Json| {
        let words = grant.get("Permissions").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(kebab);
        json!({ "principal": grant["Principal"]["DataLakePrincipalIdentifier"], "permissions": words.collect::<Vec<_>>() })
    };
    value.as_array().into_iter().flatten().map(one).collect()
}

fn s3_targets(value: &Json) -> Json {
    let one = |target: &Json| {
        let mut ours = json!({ "path": target["Path"] });
        if let Some(list) = target.get("Exclusions").filter(|list| !is_nothing(list)) {
            ours["exclusions"] = list.clone();
        }
        ours
    };
    value.as_array().into_iter().flatten().map(one).collect()
}

fn job_type(value: &Json) -> Json {
    match value.as_str() {
        Some("gluestreaming") => "streaming".into(),
        Some("pythonshell") => "python-shell".into(),
        Some("glueray") => "ray".into(),
        _ => "spark".into(),
    }
}

fn recrawl(value: &Json) -> Json {
    kebab(value.as_str().unwrap_or_default().trim_start_matches("CRAWL_")).into()
}

fn network(value: &Json) -> Json {
    let list = |key: &str| value.get(key).cloned().filter(|list| !is_nothing(list));
    match (list("SubnetIds"), list("SecurityGroupIds")) {
        (Some(subnets), Some(groups)) => json!({ "subnets": subnets, "security_groups": groups }),
        _ => Json::Null,
    }
}

fn patterns(value: &Json) -> Json {
    value.as_array().into_iter().flatten().filter_map(|filter| filter.get("Pattern").cloned()).collect()
}

fn arguments(value: &Json) -> Json {
    value.pointer("/0/Arguments").cloned().unwrap_or_default()
}

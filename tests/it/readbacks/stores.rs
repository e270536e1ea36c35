//! What CloudFormation's properties of buckets and tables are in our specs.

use serde_json::{Map, Value as Json, json};

use super::properties::{As, Type, is_nothing, kebab};
use super::types::PLAIN;

pub(super) static TYPES: &[Type] = &[
    Type {
        aws_type: "AWS::S3::Bucket",
        kind: "bucket",
        properties: &[
            ("BucketName", "name", As::Same),
            ("VersioningConfiguration.Status", "versioning", As::By(enabled)),
            ("BucketEncryption.ServerSideEncryptionConfiguration", "encryption", As::By(encryption)),
            ("PublicAccessBlockConfiguration.BlockPublicAcls", "public_access_block.block_public_acls", As::Same),
            ("PublicAccessBlockConfiguration.IgnorePublicAcls", "public_access_block.ignore_public_acls", As::Same),
            ("PublicAccessBlockConfiguration.BlockPublicPolicy", "public_access_block.block_public_policy", As::Same),
            ("PublicAccessBlockConfiguration.RestrictPublicBuckets", "public_access_block.restrict_public_buckets", As::Same),
            ("OwnershipControls.Rules", "ownership", As::By(ownership)),
            ("LifecycleConfiguration.Rules", "lifecycle_rule", As::By(lifecycle)),
            ("LifecycleConfiguration.TransitionDefaultMinimumObjectSize", "transition_minimum", As::Same),
            ("CorsConfiguration.CorsRules", "cors", As::By(cors)),
            // Notifications of the bucket itself only are ours; those of others are told and kept.
            ("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", "eventbridge", As::Same),
            ("AccelerateConfiguration.AccelerationStatus", "acceleration", As::By(enabled)),
            ("IntelligentTieringConfigurations", "intelligent_tiering", As::By(tierings)),
            ("MetricsConfigurations", "metrics", As::By(metrics)),
            ("InventoryConfigurations", "inventory", As::By(inventories)),
            ("ReplicationConfiguration.Role", "replication.role", As::Same),
            ("ReplicationConfiguration.Rules", "replication.rule", As::By(replication)),
        ],
        told: &["AbacStatus", "Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::DynamoDB::Table",
        kind: "dynamodb",
        properties: &[
            ("TableName", "name", As::Same),
            ("AttributeDefinitions", "attributes", As::By(attributes)),
            ("KeySchema", "hash_key", As::By(hash_key)),
            ("KeySchema", "range_key", As::By(range_key)),
            // CloudFormation takes a table with a capacity for a provisioned one.
            ("ProvisionedThroughput", "billing_mode", As::By(provisioned)),
            ("BillingMode", "billing_mode", As::By(billing)),
            ("ProvisionedThroughput.ReadCapacityUnits", "read_capacity", As::Same),
            ("ProvisionedThroughput.WriteCapacityUnits", "write_capacity", As::Same),
            ("OnDemandThroughput.MaxReadRequestUnits", "max_read_units", As::Same),
            ("OnDemandThroughput.MaxWriteRequestUnits", "max_write_units", As::Same),
            ("WarmThroughput.ReadUnitsPerSecond", "warm_throughput.reads", As::Same),
            ("WarmThroughput.WriteUnitsPerSecond", "warm_throughput.writes", As::Same),
            ("GlobalSecondaryIndexes", "index", As::By(indexes)),
            ("LocalSecondaryIndexes", "local_index", As::By(local_indexes)),
            ("StreamSpecification.StreamViewType", "stream", As::Kebab),
            ("TimeToLiveSpecification.AttributeName", "ttl", As::Same),
            ("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "point_in_time_recovery", As::Same),
            ("PointInTimeRecoverySpecification.RecoveryPeriodInDays", "recovery_window", As::Time(86_400)),
            ("SSESpecification.KMSMasterKeyId", "kms_key", As::Same),
            ("DeletionProtectionEnabled", "deletion_protection", As::Same),
        ],
        told: &["Arn", "ContributorInsightsSpecification", "StreamArn"],
        ..PLAIN
    },
];

/// An object of ours from pairs of field and value; what is nothing is left out.
fn table<const N: usize>(fields: [(&str, Json); N]) -> Json {
    let some = fields.into_iter().filter(|(_, value)| !is_nothing(value)).map(|(field, value)| (field.to_owned(), value));
    Json::Object(some.collect())
}

fn each(value: &Json, one: fn(&Json) -> Json) -> Json {
    value.as_array().into_iter().flatten().map(one).collect()
}

fn enabled(value: &Json) -> Json {
    (value == "Enabled").into()
}

/// A switch within a table; nothing where the table is not there.
fn switch(value: &Json, pointer: &str) -> Json {
    value.pointer(pointer).map_or(Json::Null, |status| enabled(&status["Status"]))
}

fn days(value: &Json) -> Json {
    value.as_u64().map_or(Json::Null, |days| format!("{days}d").into())
}

/// The day of a moment.
fn day(value: &Json) -> Json {
    value.as_str().and_then(|moment| moment.split('T').next()).map_or(Json::Null, Json::from)
}

fn tags(filters: &Json) -> Json {
    let pair = |tag: &Json| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
    Json::Object(filters.as_array().into_iter().flatten().filter_map(pair).collect())
}

fn encryption(rules: &Json) -> Json {
    let (rule, default) = (&rules[0], &rules[0]["ServerSideEncryptionByDefault"]);
    let blocked = rule.pointer("/BlockedEncryptionTypes/EncryptionType").and_then(Json::as_array);
    table([
        ("algorithm", default["SSEAlgorithm"].clone()),
        ("kms_key", default["KMSMasterKeyID"].clone()),
        ("bucket_key", rule["BucketKeyEnabled"].clone()),
        ("block_client_keys", blocked.map_or(Json::Null, |types| types.contains(&json!("SSE-C")).into())),
    ])
}

fn ownership(rules: &Json) -> Json {
    rules[0]["ObjectOwnership"].clone()
}

/// Rules without a name get one: S3 makes one up of 48 characters, and a rule of ours always has its own.
fn lifecycle(rules: &Json) -> Json {
    let one = |(at, rule): (usize, &Json)| {
        let id = rule["Id"].as_str().filter(|id| id.len() != 48).map_or_else(|| format!("rule-{at}"), str::to_owned);
        table([
            ("id", id.into()),
            ("enabled", enabled(&rule["Status"])),
            ("prefix", rule["Prefix"].clone()),
            ("tags", tags(&rule["TagFilters"])),
            ("transition", each(&rule["Transitions"], transition)),
            ("expire_after", days(&rule["ExpirationInDays"])),
            ("expire_on", day(&rule["ExpirationDate"])),
            ("noncurrent_transition", each(&rule["NoncurrentVersionTransitions"], noncurrent)),
            ("noncurrent_expire_after", days(&rule["NoncurrentVersionExpiration"]["NoncurrentDays"])),
            ("abort_incomplete_after", days(&rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])),
        ])
    };
    rules.as_array().into_iter().flatten().enumerate().map(one).collect()
}

fn transition(transition: &Json) -> Json {
    let storage = transition["StorageClass"].clone();
    table([("after", days(&transition["TransitionInDays"])), ("on", day(&transition["TransitionDate"])), ("storage_class", storage)])
}

fn noncurrent(transition: &Json) -> Json {
    table([("after", days(&transition["TransitionInDays"])), ("storage_class", transition["StorageClass"].clone())])
}

/// CloudFormation tells an age of 0 where S3 tells none.
fn cors(rules: &Json) -> Json {
    each(rules, |rule| {
        let age = rule["MaxAge"].as_u64().filter(|age| *age > 0).map_or(Json::Null, |age| format!("{age}s").into());
        table([
            ("id", rule["Id"].clone()),
            ("origins", rule["AllowedOrigins"].clone()),
            ("methods", rule["AllowedMethods"].clone()),
            ("headers", rule["AllowedHeaders"].clone()),
            ("expose", rule["ExposedHeaders"].clone()),
            ("max_age", age),
        ])
    })
}

fn tierings(configurations: &Json) -> Json {
    each(configurations, |tiering| {
        let tiers = tiering["Tierings"].as_array();
        let after =
            |tier: &str| tiers.into_iter().flatten().find(|one| one["AccessTier"] == tier).map_or(Json::Null, |one| days(&one["Days"]));
        table([
            ("name", tiering["Id"].clone()),
            ("enabled", enabled(&tiering["Status"])),
            ("prefix", tiering["Prefix"].clone()),
            ("tags", tags(&tiering["TagFilters"])),
            ("archive_after", after("ARCHIVE_ACCESS")),
            ("deep_archive_after", after("DEEP_ARCHIVE_ACCESS")),
        ])
    })
}

fn metrics(configurations: &Json) -> Json {
    each(configurations, |metrics| {
        table([("name", metrics["Id"].clone()), ("prefix", metrics["Prefix"].clone()), ("tags", tags(&metrics["TagFilters"]))])
    })
}

fn inventories(configurations: &Json) -> Json {
    each(configurations, |inventory| {
        let to = &inventory["Destination"];
        table([
            ("name", inventory["Id"].clone()),
            ("enabled", inventory["Enabled"].clone()),
            ("bucket", to["BucketArn"].clone()),
            ("account", to["BucketAccountId"].clone()),
            ("destination_prefix", to["Prefix"].clone()),
            ("format", to["Format"].clone()),
            ("prefix", inventory["Prefix"].clone()),
            ("versions", inventory["IncludedObjectVersions"].clone()),
            ("frequency", inventory["ScheduleFrequency"].clone()),
            ("fields", inventory["OptionalFields"].clone()),
        ])
    })
}

fn replication(rules: &Json) -> Json {
    each(rules, |rule| {
        let to = &rule["Destination"];
        table([
            ("id", rule["Id"].clone()),
            ("enabled", enabled(&rule["Status"])),
            ("priority", rule["Priority"].clone()),
            ("prefix", rule["Filter"]["Prefix"].clone()),
            ("bucket", to["Bucket"].clone()),
            ("account", to["Account"].clone()),
            ("storage_class", to["StorageClass"].clone()),
            ("delete_markers", switch(rule, "/DeleteMarkerReplication")),
            ("replica_changes", switch(rule, "/SourceSelectionCriteria/ReplicaModifications")),
            ("metrics", switch(to, "/Metrics")),
            ("time_control", switch(to, "/ReplicationTime")),
        ])
    })
}

fn attributes(definitions: &Json) -> Json {
    let pair = |one: &Json| Some((one["AttributeName"].as_str()?.to_owned(), one["AttributeType"].clone()));
    Json::Object(definitions.as_array().into_iter().flatten().filter_map(pair).collect::<Map<_, _>>())
}

fn key(schema: &Json, of: &str) -> Json {
    let mut elements = schema.as_array().into_iter().flatten();
    elements.find(|element| element["KeyType"] == of).map_or(Json::Null, |element| element["AttributeName"].clone())
}

fn hash_key(schema: &Json) -> Json {
    key(schema, "HASH")
}

fn range_key(schema: &Json) -> Json {
    key(schema, "RANGE")
}

fn provisioned(_: &Json) -> Json {
    "provisioned".into()
}

fn billing(mode: &Json) -> Json {
    if mode == "PAY_PER_REQUEST" { "on-demand".into() } else { "provisioned".into() }
}

fn indexes(indexes: &Json) -> Json {
    each(indexes, |index| {
        let mut ours = local_index(index);
        ours["hash_key"] = hash_key(&index["KeySchema"]);
        ours
    })
}

fn local_indexes(indexes: &Json) -> Json {
    each(indexes, local_index)
}

/// What global and local indexes have in common.
fn local_index(index: &Json) -> Json {
    table([
        ("name", index["IndexName"].clone()),
        ("range_key", range_key(&index["KeySchema"])),
        ("projection", kebab(index["Projection"]["ProjectionType"].as_str().unwrap_or_default()).into()),
        ("include", index["Projection"]["NonKeyAttributes"].clone()),
    ])
}

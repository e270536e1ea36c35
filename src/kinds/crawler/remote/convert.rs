//! A crawler's spec in the words of Glue's API, and back.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;

use crate::aws::Failure;
use crate::aws::glue::{glue_number, glue_word, of_glue_number, of_glue_word};
use crate::kinds::crawler::spec::{LakeFormation, Recrawl, SchemaChange, Spec};
use crate::kinds::crawler::targets::{
    CatalogTarget, DeltaTarget, DynamodbTarget, JdbcTarget, LakeTarget, MongodbTarget, S3Target, Targets,
};
use crate::model::reference::Ref;

/// What CreateCrawler and UpdateCrawler take.
pub(super) struct Sent {
    pub role: String,
    pub database: Option<String>,
    pub catalog: Option<String>,
    pub description: Option<String>,
    pub targets: glue::CrawlerTargets,
    pub schedule: Option<String>,
    pub classifiers: Vec<String>,
    pub table_prefix: Option<String>,
    pub schema_change: glue::SchemaChangePolicy,
    pub recrawl: glue::RecrawlPolicy,
    pub lineage: glue::LineageConfiguration,
    pub lake_formation: Option<glue::LakeFormationConfiguration>,
    pub configuration: Option<String>,
    pub security_configuration: Option<String>,
}

/// Glue's word for the way of crawling again is ours with this before it.
const RECRAWL_PREFIX: &str = "CRAWL_";

/// All that is sent: what has a default is always said, because Glue keeps what is not said.
pub(super) fn sent(spec: &Spec) -> Result<Sent, Failure> {
    let Spec {
        name: _,
        description,
        role,
        database,
        catalog_id,
        targets,
        schedule,
        schema_change: SchemaChange { update, delete },
        recrawl,
        lineage,
        lake_formation,
        configuration,
        classifiers,
        table_prefix,
        security_configuration,
        dataset: _,
    } = spec;
    let lineage = if *lineage { glue::CrawlerLineageSettings::Enable } else { glue::CrawlerLineageSettings::Disable };
    Ok(Sent {
        role: role.0.clone(),
        database: text(database.as_ref()),
        catalog: catalog_id.clone(),
        description: description.clone(),
        targets: targets_of(targets).map_err(|error| Failure::local("glue:CrawlerTargets", error.to_string()))?,
        schedule: schedule.clone(),
        classifiers: classifiers.iter().map(|classifier| classifier.0.clone()).collect(),
        table_prefix: table_prefix.clone(),
        schema_change: glue::SchemaChangePolicy::builder()
            .update_behavior(glue::UpdateBehavior::from(glue_word(update).as_str()))
            .delete_behavior(glue::DeleteBehavior::from(glue_word(delete).as_str()))
            .build(),
        recrawl: glue::RecrawlPolicy::builder()
            .recrawl_behavior(glue::RecrawlBehavior::from(format!("{RECRAWL_PREFIX}{}", glue_word(recrawl)).as_str()))
            .build(),
        lineage: glue::LineageConfiguration::builder().crawler_lineage_settings(lineage).build(),
        lake_formation: lake_formation.as_ref().map(|LakeFormation { use_credentials, account_id }| {
            glue::LakeFormationConfiguration::builder()
                .use_lake_formation_credentials(*use_credentials)
                .set_account_id(account_id.clone())
                .build()
        }),
        configuration: configuration.clone(),
        security_configuration: text(security_configuration.as_ref()),
    })
}

/// What puts Lake Formation's settings back to Glue's own.
pub(super) fn no_lake_formation() -> glue::LakeFormationConfiguration {
    glue::LakeFormationConfiguration::builder().use_lake_formation_credentials(false).account_id("").build()
}

fn text(reference: Option<&Ref>) -> Option<String> {
    reference.map(|reference| reference.0.clone())
}

/// Every list is sent, also an empty one: it replaces what was there.
fn targets_of(targets: &Targets) -> Result<glue::CrawlerTargets, BuildError> {
    let Targets { s3, jdbc, dynamodb, mongodb, delta, iceberg, hudi, catalog } = targets;
    let builder = glue::CrawlerTargets::builder()
        .set_s3_targets(Some(s3.iter().map(s3_target).collect()))
        .set_jdbc_targets(Some(jdbc.iter().map(jdbc_target).collect()))
        .set_dynamo_db_targets(Some(dynamodb.iter().map(dynamodb_target).collect()))
        .set_mongo_db_targets(Some(mongodb.iter().map(mongodb_target).collect()))
        .set_delta_targets(Some(delta.iter().map(delta_target).collect()))
        .set_catalog_targets(Some(catalog.iter().map(catalog_target).collect::<Result<_, _>>()?));
    let iceberg = iceberg.iter().map(|LakeTarget { paths, connection, exclusions, max_depth }| {
        glue::IcebergTarget::builder()
            .set_paths(Some(paths.clone()))
            .set_connection_name(text(connection.as_ref()))
            .set_exclusions((!exclusions.is_empty()).then(|| exclusions.clone()))
            .maximum_traversal_depth(glue_number(*max_depth))
            .build()
    });
    let hudi = hudi.iter().map(|LakeTarget { paths, connection, exclusions, max_depth }| {
        glue::HudiTarget::builder()
            .set_paths(Some(paths.clone()))
            .set_connection_name(text(connection.as_ref()))
            .set_exclusions((!exclusions.is_empty()).then(|| exclusions.clone()))
            .maximum_traversal_depth(glue_number(*max_depth))
            .build()
    });
    Ok(builder.set_iceberg_targets(Some(iceberg.collect())).set_hudi_targets(Some(hudi.collect())).build())
}

fn s3_target(target: &S3Target) -> glue::S3Target {
    let S3Target { path, exclusions, connection, sample_size, event_queue, dead_letter_queue } = target;
    glue::S3Target::builder()
        .path(path)
        .set_exclusions((!exclusions.is_empty()).then(|| exclusions.clone()))
        .set_connection_name(text(connection.as_ref()))
        .set_sample_size(sample_size.map(glue_number))
        .set_event_queue_arn(text(event_queue.as_ref()))
        .set_dlq_event_queue_arn(text(dead_letter_queue.as_ref()))
        .build()
}

fn jdbc_target(target: &JdbcTarget) -> glue::JdbcTarget {
    let JdbcTarget { connection, path, exclusions, metadata } = target;
    let metadata: Vec<_> = metadata.iter().map(|word| glue::JdbcMetadataEntry::from(glue_word(word).as_str())).collect();
    glue::JdbcTarget::builder()
        .set_connection_name(text(connection.as_ref()))
        .path(path)
        .set_exclusions((!exclusions.is_empty()).then(|| exclusions.clone()))
        .set_enable_additional_metadata((!metadata.is_empty()).then_some(metadata))
        .build()
}

fn dynamodb_target(target: &DynamodbTarget) -> glue::DynamoDbTarget {
    let DynamodbTarget { table, scan_all, scan_rate } = target;
    glue::DynamoDbTarget::builder().path(&table.0).scan_all(*scan_all).set_scan_rate(*scan_rate).build()
}

fn mongodb_target(target: &MongodbTarget) -> glue::MongoDbTarget {
    let MongodbTarget { connection, path, scan_all } = target;
    glue::MongoDbTarget::builder().set_connection_name(text(connection.as_ref())).path(path).scan_all(*scan_all).build()
}

fn delta_target(target: &DeltaTarget) -> glue::DeltaTarget {
    let DeltaTarget { tables, connection, write_manifest, native } = target;
    glue::DeltaTarget::builder()
        .set_delta_tables(Some(tables.clone()))
        .set_connection_name(text(connection.as_ref()))
        .write_manifest(*write_manifest)
        .create_native_delta_table(*native)
        .build()
}

fn catalog_target(target: &CatalogTarget) -> Result<glue::CatalogTarget, BuildError> {
    let CatalogTarget { database, tables, connection, event_queue, dead_letter_queue } = target;
    glue::CatalogTarget::builder()
        .database_name(&database.0)
        .set_tables(Some(tables.iter().map(|table| table.0.clone()).collect()))
        .set_connection_name(text(connection.as_ref()))
        .set_event_queue_arn(text(event_queue.as_ref()))
        .set_dlq_event_queue_arn(text(dead_letter_queue.as_ref()))
        .build()
}

/// The spec that Glue's answer tells.
pub(super) fn spec_of(answer: &glue::Crawler) -> Spec {
    let policy = answer.schema_change_policy.as_ref();
    let lineage = answer.lineage_configuration.as_ref().and_then(|lineage| lineage.crawler_lineage_settings.as_ref());
    let recrawl = answer.recrawl_policy.as_ref().and_then(|policy| policy.recrawl_behavior.as_ref());
    Spec {
        name: answer.name.clone().unwrap_or_default(),
        description: said(answer.description.as_ref()),
        role: Ref(answer.role.clone().unwrap_or_default()),
        database: name(answer.database_name.as_ref()),
        catalog_id: said(answer.catalog_id.as_ref()),
        targets: answer.targets.as_ref().map(targets_from).unwrap_or_default(),
        schedule: answer
            .schedule
            .as_ref()
            .filter(|schedule| runs(schedule))
            .and_then(|schedule| said(schedule.schedule_expression.as_ref())),
        schema_change: SchemaChange {
            update: policy.and_then(|policy| of_glue_word(policy.update_behavior.as_ref()?.as_str())).unwrap_or_default(),
            delete: policy.and_then(|policy| of_glue_word(policy.delete_behavior.as_ref()?.as_str())).unwrap_or_default(),
        },
        recrawl: recrawl.and_then(|word| of_glue_word::<Recrawl>(word.as_str().strip_prefix(RECRAWL_PREFIX)?)).unwrap_or_default(),
        lineage: lineage == Some(&glue::CrawlerLineageSettings::Enable),
        lake_formation: answer.lake_formation_configuration.as_ref().map(|settings| LakeFormation {
            use_credentials: settings.use_lake_formation_credentials.unwrap_or(false),
            account_id: said(settings.account_id.as_ref()),
        }),
        configuration: said(answer.configuration.as_ref()),
        classifiers: answer.classifiers.iter().flatten().cloned().map(Ref).collect(),
        table_prefix: said(answer.table_prefix.as_ref()),
        security_configuration: name(answer.crawler_security_configuration.as_ref()),
        dataset: Vec::new(),
    }
}

/// Whether a schedule starts the crawler. One that was stopped is kept by Glue, and does nothing.
pub(super) fn runs(schedule: &glue::Schedule) -> bool {
    schedule.state != Some(glue::ScheduleState::NotScheduled)
}

/// What Glue answers empty is not there.
fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

fn name(text: Option<&String>) -> Option<Ref> {
    said(text).map(Ref)
}

fn targets_from(targets: &glue::CrawlerTargets) -> Targets {
    let all = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let depth = |depth: Option<i32>| depth.and_then(of_glue_number).unwrap_or(20);
    Targets {
        s3: targets
            .s3_targets
            .iter()
            .flatten()
            .map(|target| S3Target {
                path: target.path.clone().unwrap_or_default(),
                exclusions: all(&target.exclusions),
                connection: name(target.connection_name.as_ref()),
                sample_size: target.sample_size.filter(|size| *size > 0).and_then(of_glue_number),
                event_queue: name(target.event_queue_arn.as_ref()),
                dead_letter_queue: name(target.dlq_event_queue_arn.as_ref()),
            })
            .collect(),
        jdbc: targets
            .jdbc_targets
            .iter()
            .flatten()
            .map(|target| JdbcTarget {
                connection: name(target.connection_name.as_ref()),
                path: target.path.clone().unwrap_or_default(),
                exclusions: all(&target.exclusions),
                metadata: target.enable_additional_metadata.iter().flatten().filter_map(|word| of_glue_word(word.as_str())).collect(),
            })
            .collect(),
        dynamodb: targets
            .dynamo_db_targets
            .iter()
            .flatten()
            .map(|target| DynamodbTarget {
                table: Ref(target.path.clone().unwrap_or_default()),
                scan_all: target.scan_all.unwrap_or(true),
                scan_rate: target.scan_rate,
            })
            .collect(),
        mongodb: targets
            .mongo_db_targets
            .iter()
            .flatten()
            .map(|target| MongodbTarget {
                connection: name(target.connection_name.as_ref()),
                path: target.path.clone().unwrap_or_default(),
                scan_all: target.scan_all.unwrap_or(true),
            })
            .collect(),
        delta: targets
            .delta_targets
            .iter()
            .flatten()
            .map(|target| DeltaTarget {
                tables: all(&target.delta_tables),
                connection: name(target.connection_name.as_ref()),
                write_manifest: target.write_manifest.unwrap_or(false),
                native: target.create_native_delta_table.unwrap_or(false),
            })
            .collect(),
        iceberg: targets
            .iceberg_targets
            .iter()
            .flatten()
            .map(|target| LakeTarget {
                paths: all(&target.paths),
                connection: name(target.connection_name.as_ref()),
                exclusions: all(&target.exclusions),
                max_depth: depth(target.maximum_traversal_depth),
            })
            .collect(),
        hudi: targets
            .hudi_targets
            .iter()
            .flatten()
            .map(|target| LakeTarget {
                paths: all(&target.paths),
                connection: name(target.connection_name.as_ref()),
                exclusions: all(&target.exclusions),
                max_depth: depth(target.maximum_traversal_depth),
            })
            .collect(),
        catalog: targets
            .catalog_targets
            .iter()
            .flatten()
            .map(|target| CatalogTarget {
                database: Ref(target.database_name.clone()),
                tables: target.tables.iter().cloned().map(Ref).collect(),
                connection: name(target.connection_name.as_ref()),
                event_queue: name(target.event_queue_arn.as_ref()),
                dead_letter_queue: name(target.dlq_event_queue_arn.as_ref()),
            })
            .collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_reads_back_the_same() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "name": "c", "description": "d", "role": "service-role/r", "database": "lake", "catalog_id": "1", "schedule": "cron(0 2 * * ? *)",
            "targets": {
                "s3": [{ "path": "s3://b/p/", "exclusions": ["**/tmp/**"], "sample_size": 9, "event_queue": "arn:q", "dead_letter_queue": "arn:d" }],
                "jdbc": [{ "connection": "j", "path": "d/%", "metadata": ["comments", "rawtypes"] }],
                "dynamodb": [{ "table": "t", "scan_all": false, "scan_rate": 0.5 }],
                "mongodb": [{ "connection": "m", "path": "d/c" }],
                "delta": [{ "tables": ["s3://b/d/"], "native": true }],
                "iceberg": [{ "paths": ["s3://b/i/"], "max_depth": 3 }],
                "hudi": [{ "paths": ["s3://b/h/"], "connection": "n" }],
                "catalog": [{ "database": "lake", "tables": ["t"], "event_queue": "arn:q" }],
            },
            "schema_change": { "update": "log", "delete": "delete-from-database" }, "recrawl": "event-mode", "lineage": true,
            "lake_formation": { "use_credentials": true, "account_id": "1" }, "configuration": "{}", "classifiers": ["x"],
            "table_prefix": "p_", "security_configuration": "s",
        }))
        .unwrap();
        let sent = sent(&spec).unwrap();
        assert_eq!(sent.recrawl.recrawl_behavior, Some(glue::RecrawlBehavior::CrawlEventMode));
        assert_eq!(sent.schema_change.delete_behavior, Some(glue::DeleteBehavior::DeleteFromDatabase));
        let answer = glue::Crawler::builder()
            .name("c")
            .set_description(sent.description)
            .role(sent.role)
            .set_database_name(sent.database)
            .set_catalog_id(sent.catalog)
            .targets(sent.targets)
            .schedule(glue::Schedule::builder().set_schedule_expression(sent.schedule).build())
            .schema_change_policy(sent.schema_change)
            .recrawl_policy(sent.recrawl)
            .lineage_configuration(sent.lineage)
            .set_lake_formation_configuration(sent.lake_formation)
            .set_configuration(sent.configuration)
            .set_classifiers(Some(sent.classifiers))
            .set_table_prefix(sent.table_prefix)
            .set_crawler_security_configuration(sent.security_configuration)
            .build();
        assert_eq!(spec_of(&answer), spec);
    }

    #[test]
    fn a_schedule_that_was_stopped_is_none() {
        let answer = |state| {
            let schedule = glue::Schedule::builder().schedule_expression("cron(0 2 * * ? *)").set_state(state).build();
            spec_of(&glue::Crawler::builder().name("c").role("r").schedule(schedule).build()).schedule
        };
        assert_eq!(answer(Some(glue::ScheduleState::NotScheduled)), None);
        for state in [None, Some(glue::ScheduleState::Scheduled), Some(glue::ScheduleState::Transitioning)] {
            assert_eq!(answer(state).as_deref(), Some("cron(0 2 * * ? *)"));
        }
    }

    #[test]
    fn an_answer_of_nothing_is_glues_defaults() {
        let spec = spec_of(&glue::Crawler::builder().name("c").role("r").build());
        assert_eq!((spec.schema_change, spec.recrawl, spec.lineage), (SchemaChange::default(), Recrawl::Everything, false));
        assert!(spec.targets.is_empty());
    }
}

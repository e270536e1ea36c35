//! How a state machine is read, made, changed and deleted.

mod list;
mod schedule;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_sfn::operation::describe_state_machine::DescribeStateMachineOutput;
use aws_sdk_sfn::types::{
    CloudWatchLogsLogGroup, EncryptionConfiguration, EncryptionType, LogDestination, LogLevel as AwsLevel, LoggingConfiguration,
    StateMachineStatus, StateMachineType, Tag, TracingConfiguration,
};

use super::Pipeline;
use super::definition::in_partition;
use super::spec::{Encryption, Engine, LogLevel, Logging, Spec, Workflow};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::units::Duration;
use crate::model::reference::Ref;

/// The fields that the state machine itself is made of.
const MACHINE: &[&str] = &["definition", "role", "logging", "tracing", "encryption", "publish", "version_description"];

#[async_trait]
impl Remote for Pipeline {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let (sfn, arn) = (cx.session.sfn(), arn_of(cx, target.id));
        let answer = cx.read("sfn:DescribeStateMachine", || sfn.describe_state_machine().state_machine_arn(&arn).send()).await?;
        let Some(machine) = answer.filter(|machine| machine.status() != Some(&StateMachineStatus::Deleting)) else { return Ok(None) };
        let tags = cx.read("sfn:ListTagsForResource", || sfn.list_tags_for_resource().resource_arn(&arn).send()).await?;
        let tags = tags.and_then(|answer| answer.tags).unwrap_or_default();
        let tags = tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
        let mut outputs = BTreeMap::from([("arn".to_owned(), machine.state_machine_arn().to_owned())]);
        if let Some(revision) = machine.revision_id() {
            outputs.insert("revision_id".to_owned(), revision.to_owned());
        }
        let mut spec = spec_of(&machine);
        // Where none was ever made, none is looked for: a call for each pipeline would be wasted.
        let recorded = target.recorded.entries().is_some_and(|entries| !entries.is_empty());
        if (!recorded || target.recorded.get("schedule").is_some())
            && let Some(arn) = schedule::read(cx, &mut spec).await?
        {
            outputs.insert("schedule_arn".to_owned(), arn);
        }
        Ok(Some(Found { spec, outputs, tags }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let tags: Vec<Tag> = cx.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        let parts = Parts::of(spec, cx.session.partition())?;
        cx.create("sfn:CreateStateMachine", &spec.name, || {
            cx.session
                .sfn()
                .create_state_machine()
                .name(&spec.name)
                .r#type(match spec.workflow {
                    Workflow::Standard => StateMachineType::Standard,
                    Workflow::Express => StateMachineType::Express,
                })
                .definition(&parts.definition)
                .role_arn(parts.role)
                .logging_configuration(parts.logging.clone())
                .tracing_configuration(parts.tracing.clone())
                .set_encryption_configuration(spec.encryption.is_some().then(|| parts.encryption.clone()))
                .set_publish(parts.publish)
                .set_version_description(parts.version_description.cloned())
                .set_tags(Some(tags.clone()))
                .send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (sfn, arn, desired) = (cx.session.sfn(), arn_of(cx, update.target.id), update.desired);
        if update.touches(MACHINE) {
            // A merge API: every part is sent, and what left the configuration is sent as what AWS gives when nothing is said.
            let parts = Parts::of(desired, cx.session.partition())?;
            let encrypted = desired.encryption.is_some() || update.prior.encryption.is_some();
            cx.write("sfn:UpdateStateMachine", || {
                sfn.update_state_machine()
                    .state_machine_arn(&arn)
                    .definition(&parts.definition)
                    .role_arn(parts.role)
                    .logging_configuration(parts.logging.clone())
                    .tracing_configuration(parts.tracing.clone())
                    .set_encryption_configuration(encrypted.then(|| parts.encryption.clone()))
                    .set_publish(parts.publish)
                    .set_version_description(parts.version_description.cloned())
                    .send()
            })
            .await?;
        }
        if update.touches(schedule::FIELDS) {
            schedule::settle(cx, desired, &arn).await?;
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            let tags: Vec<Tag> = set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
            cx.write("sfn:TagResource", || sfn.tag_resource().resource_arn(&arn).set_tags(Some(tags.clone())).send()).await?;
        }
        if !remove.is_empty() {
            cx.write("sfn:UntagResource", || sfn.untag_resource().resource_arn(&arn).set_tag_keys(Some(remove.clone())).send()).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let (sfn, arn) = (cx.session.sfn(), arn_of(cx, target.id));
        if target.recorded.get("schedule").is_some() {
            schedule::delete(cx, name_of(target.id)).await?;
        }
        cx.delete("sfn:DeleteStateMachine", || sfn.delete_state_machine().state_machine_arn(&arn).send()).await?;
        // It stays while runs end; its name is not free before.
        cx.wait("the state machine to be gone", || async {
            let answer = cx.read("sfn:DescribeStateMachine", || sfn.describe_state_machine().state_machine_arn(&arn).send()).await?;
            Ok(match answer {
                None => Poll::Ready(()),
                Some(machine) => Poll::Pending(machine.status().map_or("DELETING", StateMachineStatus::as_str).to_owned()),
            })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let arn = arn_of(cx, &spec.name);
        let found =
            cx.read("sfn:DescribeStateMachine", || cx.session.sfn().describe_state_machine().state_machine_arn(&arn).send()).await?;
        Ok(found.map(|_| spec.name.clone()))
    }
}

/// The ARN of a state machine by its name; an ARN stays as it is.
fn arn_of(cx: &Cx<'_>, id: &str) -> String {
    if id.starts_with("arn:") {
        return id.to_owned();
    }
    format!("arn:{}:states:{}:{}:stateMachine:{id}", cx.session.partition(), cx.session.region(), cx.session.account())
}

fn name_of(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}

/// What is sent at creation and at each change.
struct Parts<'a> {
    definition: String,
    role: &'a str,
    logging: LoggingConfiguration,
    tracing: TracingConfiguration,
    encryption: EncryptionConfiguration,
    publish: Option<bool>,
    version_description: Option<&'a String>,
}

impl<'a> Parts<'a> {
    fn of(spec: &'a Spec, partition: &str) -> Result<Self, Failure> {
        let Spec {
            name: _,
            engine: _,
            workflow: _,
            role,
            // These stand in the definition.
            task: _,
            description: _,
            timeout: _,
            query_language: _,
            definition,
            logging,
            tracing,
            encryption,
            publish,
            version_description,
            // The schedule is made of these.
            schedule: _,
            enabled: _,
            timezone: _,
            schedule_input: _,
            schedule_window: _,
            schedule_retry: _,
            schedule_dead_letter: _,
            schedule_role: _,
            // These say what is known here alone.
            deadline: _,
            reads: _,
            writes: _,
        } = spec;
        Ok(Self {
            definition: in_partition(definition.as_deref().unwrap_or_default(), partition),
            role: role.as_str(),
            logging: logging_of(logging.as_ref()),
            tracing: TracingConfiguration::builder().enabled(*tracing).build(),
            encryption: encryption_of(encryption.as_ref())?,
            publish: *publish,
            version_description: version_description.as_ref().filter(|_| *publish == Some(true)),
        })
    }
}

fn logging_of(logging: Option<&Logging>) -> LoggingConfiguration {
    let Some(Logging { level, include_data, log_group }) = logging else {
        return LoggingConfiguration::builder().level(AwsLevel::Off).include_execution_data(false).build();
    };
    let level = match level {
        LogLevel::Off => AwsLevel::Off,
        LogLevel::Fatal => AwsLevel::Fatal,
        LogLevel::Error => AwsLevel::Error,
        LogLevel::All => AwsLevel::All,
    };
    let mut built = LoggingConfiguration::builder().level(level).include_execution_data(*include_data);
    if let Some(group) = log_group {
        // Step Functions takes the ARN with this end alone.
        let arn = if group.as_str().ends_with(":*") { group.as_str().to_owned() } else { format!("{group}:*") };
        let group = CloudWatchLogsLogGroup::builder().log_group_arn(arn).build();
        built = built.destinations(LogDestination::builder().cloud_watch_logs_log_group(group).build());
    }
    built.build()
}

fn encryption_of(encryption: Option<&Encryption>) -> Result<EncryptionConfiguration, Failure> {
    let built = match encryption {
        None => EncryptionConfiguration::builder().r#type(EncryptionType::AwsOwnedKey),
        Some(Encryption { kms_key, key_reuse }) => EncryptionConfiguration::builder()
            .r#type(EncryptionType::CustomerManagedKmsKey)
            .kms_key_id(kms_key)
            .set_kms_data_key_reuse_period_seconds(key_reuse.and_then(|time| i32::try_from(time.as_seconds()).ok())),
    };
    built.build().map_err(|error| Failure::local("sfn:UpdateStateMachine", error.to_string()))
}

/// The spec that Step Functions' answer tells; the schedule is read apart.
fn spec_of(machine: &DescribeStateMachineOutput) -> Spec {
    let logging = machine.logging_configuration().and_then(|logging| {
        let level = match logging.level()? {
            AwsLevel::All => LogLevel::All,
            AwsLevel::Error => LogLevel::Error,
            AwsLevel::Fatal => LogLevel::Fatal,
            _ => return None,
        };
        let group = logging.destinations().first().and_then(|to| to.cloud_watch_logs_log_group()).and_then(|group| group.log_group_arn());
        let log_group = group.map(|arn| Ref(arn.strip_suffix(":*").unwrap_or(arn).to_owned()));
        Some(Logging { level, include_data: logging.include_execution_data(), log_group })
    });
    let encryption = machine.encryption_configuration().and_then(|encryption| {
        let key_reuse = encryption.kms_data_key_reuse_period_seconds().and_then(|seconds| u64::try_from(seconds).ok());
        Some(Encryption { kms_key: encryption.kms_key_id()?.to_owned(), key_reuse: key_reuse.map(Duration::seconds) })
    });
    Spec {
        name: machine.name().to_owned(),
        engine: Engine::StepFunctions,
        workflow: if *machine.r#type() == StateMachineType::Express { Workflow::Express } else { Workflow::Standard },
        role: Ref(machine.role_arn().to_owned()),
        task: Vec::new(),
        definition: Some(machine.definition().to_owned()),
        description: None,
        timeout: None,
        query_language: None,
        logging,
        tracing: machine.tracing_configuration().is_some_and(TracingConfiguration::enabled),
        encryption,
        publish: None,
        version_description: None,
        schedule: None,
        enabled: true,
        timezone: None,
        schedule_input: None,
        schedule_window: None,
        schedule_retry: None,
        schedule_dead_letter: None,
        schedule_role: None,
        deadline: None,
        reads: Vec::new(),
        writes: Vec::new(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::model::kind::Kind;
    use crate::model::value::Value;

    fn spec(json: serde_json::Value) -> Spec {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn logging_and_encryption_survive_the_way_to_aws_and_back() {
        let spec = spec(serde_json::json!({
            "name": "a", "role": "arn:aws:iam::1:role/a", "type": "express", "definition": "{}", "tracing": true,
            "logging": { "level": "error", "include_data": true, "log_group": "arn:aws:logs:us-east-1:1:log-group:a" },
            "encryption": { "kms_key": "k", "key_reuse": "2m" },
        }));
        let parts = Parts::of(&spec, "aws").unwrap();
        let answer = DescribeStateMachineOutput::builder()
            .state_machine_arn("arn:aws:states:us-east-1:1:stateMachine:a")
            .name("a")
            .definition(&parts.definition)
            .role_arn(parts.role)
            .r#type(StateMachineType::Express)
            .creation_date(aws_smithy_types::DateTime::from_secs(0))
            .logging_configuration(parts.logging)
            .tracing_configuration(parts.tracing)
            .encryption_configuration(parts.encryption)
            .build()
            .unwrap();
        assert_eq!(spec_of(&answer), spec);
    }

    #[test]
    fn integrations_are_called_in_the_partition_of_the_session() {
        let written = serde_json::json!({ "role": "r", "definition": r#"{"StartAt":"a","States":{"a":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","End":true}}}"# });
        let mut desired = Value::from_literal_json(written).unwrap();
        Pipeline::normalize(&mut desired);
        let text = desired.get("definition").and_then(Value::text).unwrap().to_owned();
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            let spec = spec(serde_json::json!({ "name": "a", "role": "r", "definition": text }));
            let sent = Parts::of(&spec, partition).unwrap().definition;
            assert!(sent.contains(&format!("\"arn:{partition}:states:::sns:publish\"")), "{sent}");
            // What AWS answers is the same again in the normal form.
            let mut real = Value::from_literal_json(serde_json::json!({ "role": "r", "definition": sent })).unwrap();
            Pipeline::normalize(&mut real);
            assert_eq!(real, desired);
        }
    }

    #[test]
    fn what_left_the_configuration_is_sent_as_aws_gives_it() {
        assert_eq!(logging_of(None).level(), Some(&AwsLevel::Off));
        assert_eq!(encryption_of(None).unwrap().r#type(), &EncryptionType::AwsOwnedKey);
    }
}

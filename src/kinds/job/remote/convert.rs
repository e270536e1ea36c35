//! A job's spec in the words of Glue's API, and back.

use std::collections::BTreeMap;

use aws_sdk_glue::types as glue;

use super::triggers;
use crate::aws::glue::{glue_number, glue_word, of_glue_number, of_glue_word};
use crate::aws::{Failure, Update};
use crate::base::units::Duration;
use crate::kinds::job::arguments;
use crate::kinds::job::spec::{SourceControl, Spec, Type};
use crate::model::reference::Ref;

/// All that UpdateJob must be sent.
pub(super) fn whole(update: &Update<'_, Spec>) -> Result<Spec, Failure> {
    let desired = update.desired.clone();
    let mut whole = update.merged()?;
    if desired.job_type != update.prior.job_type {
        // What AWS chose for another type of job need not suit this one.
        whole = Spec {
            python_version: desired.python_version,
            runtime: desired.runtime,
            glue_version: desired.glue_version,
            worker_type: desired.worker_type,
            workers: desired.workers,
            max_capacity: desired.max_capacity,
            execution_class: desired.execution_class,
            timeout: desired.timeout,
            ..whole
        };
    } else if desired.worker_type.is_some() || desired.workers.is_some() {
        whole.max_capacity = desired.max_capacity;
    } else if desired.max_capacity.is_some() {
        (whole.worker_type, whole.workers) = (None, None);
    }
    if update.desired.python_version.is_none() && whole.python_version.as_deref() == Some(UNSAID_PYTHON) {
        whole.python_version = None;
    }
    Ok(whole)
}

/// What Glue answers for every job that names no Python; to send it back would ask for Python 2.
const UNSAID_PYTHON: &str = "2";

/// The job as CreateJob and UpdateJob take it.
pub(super) fn sent(spec: &Spec) -> glue::JobUpdate {
    let Spec {
        name: _,
        description,
        job_type,
        script,
        language: _,
        main_class: _,
        python_version,
        runtime,
        role,
        glue_version,
        worker_type,
        workers,
        max_capacity,
        execution_class,
        bookmark: _,
        timeout,
        max_retries,
        max_concurrent_runs,
        default_arguments: _,
        non_overridable_arguments,
        connections,
        security_configuration,
        notify_delay,
        queuing,
        maintenance_window,
        source_control,
        job_mode,
        log_uri,
        // The arguments of these are `arguments::of`.
        metrics: _,
        observability_metrics: _,
        continuous_logging: _,
        log_group: _,
        spark_ui: _,
        spark_event_logs: _,
        autoscaling: _,
        insights: _,
        data_catalog: _,
        table_formats: _,
        extra_py_files: _,
        extra_jars: _,
        extra_files: _,
        python_modules: _,
        temp_dir: _,
        // Triggers are calls of their own.
        schedule: _,
        trigger: _,
        // The linter's, and the role's.
        sources: _,
        sinks: _,
        engine: _,
        incremental: _,
        on_demand: _,
        reads: _,
        writes: _,
    } = spec;
    let arguments = arguments::of(spec);
    let names: Vec<String> = connections.iter().map(|connection| connection.0.clone()).collect();
    // AWS derives the capacity from the workers, answers both, and refuses both.
    let in_workers = worker_type.is_some() || workers.is_some();
    glue::JobUpdate::builder()
        .set_job_mode(job_mode.map(|mode| glue::JobMode::from(glue_word(&mode).as_str())))
        .job_run_queuing_enabled(*queuing)
        .set_description(description.clone())
        .set_log_uri(log_uri.clone())
        .role(&role.0)
        .execution_property(glue::ExecutionProperty::builder().max_concurrent_runs(glue_number(*max_concurrent_runs)).build())
        .command(
            glue::JobCommand::builder()
                .name(job_type.catalog().command())
                .script_location(script)
                .set_python_version(python_version.clone())
                .set_runtime(runtime.clone())
                .build(),
        )
        .set_default_arguments((!arguments.is_empty()).then(|| arguments.into_iter().collect()))
        .set_non_overridable_arguments(
            (!non_overridable_arguments.is_empty()).then(|| non_overridable_arguments.clone().into_iter().collect()),
        )
        .set_connections((!names.is_empty()).then(|| glue::ConnectionsList::builder().set_connections(Some(names)).build()))
        .max_retries(glue_number(*max_retries))
        .set_timeout(timeout.filter(|_| *job_type != Type::Ray).map(|time| glue_number(time.as_minutes())))
        .set_max_capacity(max_capacity.filter(|_| !in_workers))
        .set_worker_type(worker_type.as_deref().map(glue::WorkerType::from))
        .set_number_of_workers(workers.map(glue_number))
        .set_security_configuration(security_configuration.as_ref().map(|security| security.0.clone()))
        .set_notification_property(notify_delay.map(notification))
        .set_glue_version(glue_version.clone())
        .set_execution_class(execution_class.map(|class| glue::ExecutionClass::from(glue_word(&class).as_str())))
        .set_source_control_details(source_control.as_ref().map(source_control_of))
        .set_maintenance_window(maintenance_window.clone())
        .build()
}

pub(super) fn notification(delay: Duration) -> glue::NotificationProperty {
    glue::NotificationProperty::builder().notify_delay_after(glue_number(delay.as_minutes())).build()
}

pub(super) fn delay_of(property: Option<&glue::NotificationProperty>) -> Option<Duration> {
    property.and_then(|property| property.notify_delay_after).and_then(minutes)
}

/// Minutes as Glue answers them; none is 0.
pub(super) fn minutes(number: i32) -> Option<Duration> {
    of_glue_number::<u64>(number).filter(|minutes| *minutes > 0).map(Duration::minutes)
}

fn source_control_of(control: &SourceControl) -> glue::SourceControlDetails {
    let SourceControl { provider, repository, owner, branch, folder, last_commit, auth_strategy, auth_token } = control;
    glue::SourceControlDetails::builder()
        .provider(glue::SourceControlProvider::from(provider.as_str()))
        .set_repository(repository.clone())
        .set_owner(owner.clone())
        .set_branch(branch.clone())
        .set_folder(folder.clone())
        .set_last_commit_id(last_commit.clone())
        .set_auth_strategy(auth_strategy.as_deref().map(glue::SourceControlAuthStrategy::from))
        .set_auth_token(auth_token.clone())
        .build()
}

/// The spec that Glue's answer tells. Of `all`, the triggers that belong to the job are taken.
pub(super) fn spec_of(answer: &glue::Job, all: &[glue::Trigger]) -> Spec {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let name = answer.name.clone().unwrap_or_default();
    let command = answer.command.as_ref();
    let (schedule, trigger) = triggers::of_job(&name, all);
    let worker_type = answer.worker_type.as_ref().map(|worker| worker.as_str().to_owned());
    let workers = answer.number_of_workers.filter(|workers| *workers > 0).and_then(of_glue_number);
    let in_workers = worker_type.is_some() || workers.is_some();
    let mut spec = Spec {
        description: said(&answer.description),
        job_type: command.and_then(|command| command.name.as_deref()).map(Type::of_command).unwrap_or_default(),
        script: command.and_then(|command| command.script_location.clone()).unwrap_or_default(),
        language: None,
        main_class: None,
        python_version: command.and_then(|command| said(&command.python_version)),
        runtime: command.and_then(|command| said(&command.runtime)),
        role: Ref(answer.role.clone().unwrap_or_default()),
        glue_version: said(&answer.glue_version),
        worker_type,
        workers,
        max_capacity: answer.max_capacity.filter(|units| !in_workers && *units > 0.0),
        execution_class: answer.execution_class.as_ref().and_then(|class| of_glue_word(class.as_str())),
        bookmark: None,
        timeout: answer.timeout.and_then(minutes),
        max_retries: of_glue_number(answer.max_retries).unwrap_or(0),
        max_concurrent_runs: answer
            .execution_property
            .as_ref()
            .and_then(|property| of_glue_number(property.max_concurrent_runs))
            .filter(|runs| *runs > 0)
            .unwrap_or(1),
        default_arguments: BTreeMap::new(),
        non_overridable_arguments: answer.non_overridable_arguments.clone().unwrap_or_default().into_iter().collect(),
        connections: answer
            .connections
            .as_ref()
            .and_then(|list| list.connections.clone())
            .unwrap_or_default()
            .into_iter()
            .map(Ref)
            .collect(),
        security_configuration: said(&answer.security_configuration).map(Ref),
        notify_delay: delay_of(answer.notification_property.as_ref()),
        queuing: answer.job_run_queuing_enabled.unwrap_or(false),
        maintenance_window: said(&answer.maintenance_window),
        source_control: answer.source_control_details.as_ref().and_then(|details| {
            Some(SourceControl {
                provider: details.provider.as_ref()?.as_str().to_owned(),
                repository: said(&details.repository),
                owner: said(&details.owner),
                branch: said(&details.branch),
                folder: said(&details.folder),
                last_commit: said(&details.last_commit_id),
                auth_strategy: details.auth_strategy.as_ref().map(|strategy| strategy.as_str().to_owned()),
                auth_token: None,
            })
        }),
        job_mode: answer.job_mode.as_ref().and_then(|mode| of_glue_word(mode.as_str())),
        log_uri: said(&answer.log_uri),
        metrics: false,
        observability_metrics: None,
        continuous_logging: None,
        log_group: None,
        spark_ui: None,
        spark_event_logs: None,
        autoscaling: None,
        insights: None,
        data_catalog: false,
        table_formats: Vec::new(),
        extra_py_files: Vec::new(),
        extra_jars: Vec::new(),
        extra_files: Vec::new(),
        python_modules: Vec::new(),
        temp_dir: None,
        schedule,
        trigger,
        sources: Vec::new(),
        sinks: Vec::new(),
        engine: None,
        incremental: None,
        on_demand: None,
        reads: Vec::new(),
        writes: Vec::new(),
        name,
    };
    arguments::into_fields(answer.default_arguments.clone().unwrap_or_default().into_iter().collect(), &mut spec);
    spec
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::Target;
    use crate::base::address::Address;
    use crate::model::plan::Change;
    use crate::model::value::Value;

    fn spec(json: serde_json::Value) -> Spec {
        serde_json::from_value(json).unwrap()
    }

    fn answer_of(name: &str, job: glue::JobUpdate) -> glue::Job {
        glue::Job::builder()
            .name(name)
            .set_job_mode(job.job_mode)
            .set_job_run_queuing_enabled(job.job_run_queuing_enabled)
            .set_description(job.description)
            .set_log_uri(job.log_uri)
            .set_role(job.role)
            .set_execution_property(job.execution_property)
            .set_command(job.command)
            .set_default_arguments(job.default_arguments)
            .set_non_overridable_arguments(job.non_overridable_arguments)
            .set_connections(job.connections)
            .max_retries(job.max_retries)
            .set_timeout(job.timeout)
            .set_max_capacity(job.max_capacity)
            .set_worker_type(job.worker_type)
            .set_number_of_workers(job.number_of_workers)
            .set_security_configuration(job.security_configuration)
            .set_notification_property(job.notification_property)
            .set_glue_version(job.glue_version)
            .set_execution_class(job.execution_class)
            .set_source_control_details(job.source_control_details)
            .set_maintenance_window(job.maintenance_window)
            .build()
    }

    #[test]
    fn what_is_sent_reads_back_the_same() {
        let spec = spec(serde_json::json!({
            "name": "j", "description": "d", "type": "streaming", "script": "s3://c/j.py", "python_version": "3", "role": "arn:r",
            "glue_version": "5.1", "worker_type": "G.025X", "workers": 4, "execution_class": "flex", "bookmark": "enable", "timeout": "1h",
            "max_retries": 2, "max_concurrent_runs": 3, "default_arguments": { "--a": "1" }, "non_overridable_arguments": { "--b": "2" },
            "connections": ["n"], "security_configuration": "s", "notify_delay": "5m", "queuing": true, "maintenance_window": "Sun:10",
            "job_mode": "notebook", "log_uri": "s3://l/", "metrics": true, "autoscaling": true, "extra_jars": ["s3://c/a.jar"],
            "source_control": { "provider": "GITHUB", "repository": "r", "auth_strategy": "AWS_SECRETS_MANAGER" },
        }));
        assert_eq!(spec_of(&answer_of("j", sent(&spec)), &[]), spec);
    }

    #[test]
    fn a_capacity_is_never_sent_with_workers() {
        let both = sent(&spec(serde_json::json!({ "script": "s3://c/j", "role": "r", "workers": 2, "max_capacity": 10.0 })));
        assert_eq!((both.max_capacity, both.number_of_workers), (None, Some(2)));
        let answer = glue::Job::builder().name("j").worker_type(glue::WorkerType::G1X).number_of_workers(10).max_capacity(10.0).build();
        assert_eq!(spec_of(&answer, &[]).max_capacity, None);
    }

    /// What UpdateJob is sent when `differences` are what the plan says: fields with what they become, `null` for what goes.
    fn overwrite(desired: serde_json::Value, prior: serde_json::Value, differences: &serde_json::Value) -> glue::JobUpdate {
        let base = serde_json::json!({ "name": "j", "script": "s3://c/j.py", "role": "r" });
        let with = |fields: serde_json::Value| {
            let mut whole = base.clone();
            whole.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            spec(whole)
        };
        let (desired, prior) = (with(desired), with(prior));
        let change = |(path, after): (&String, &serde_json::Value)| Change {
            path: path.as_str().into(),
            before: None,
            after: Value::from_json(after.clone()),
            replaces: None,
            sensitive: false,
        };
        let changes: Vec<Change> = differences.as_object().unwrap().iter().map(change).collect();
        let (address, outputs, recorded) = (Address::of("job", "j"), BTreeMap::new(), Value::table());
        let target = Target { address: &address, id: "j", recorded: &recorded, desired: &recorded, outputs: &outputs };
        sent(&whole(&Update { target, desired: &desired, prior: &prior, changes: &changes }).unwrap())
    }

    #[test]
    fn an_overwrite_carries_what_the_user_leaves_to_aws() {
        let prior = json!({
            "glue_version": "5.1", "worker_type": "G.1X", "workers": 10, "timeout": "8h", "python_version": "2", "job_mode": "script",
        });
        let job = overwrite(json!({ "description": "new" }), prior, &json!({ "description": "new" }));
        assert_eq!((job.glue_version.as_deref(), job.number_of_workers, job.timeout), (Some("5.1"), Some(10), Some(480)));
        assert_eq!(job.description.as_deref(), Some("new"));
        // Glue answers "2" for every job that says nothing; to send it back would ask for Python 2.
        assert_eq!(job.command.unwrap().python_version, None);
    }

    #[test]
    fn an_overwrite_sends_every_field_when_one_changes() {
        let mut every = json!({
            "description": "d", "type": "streaming", "python_version": "3", "glue_version": "5.1", "worker_type": "G.025X", "workers": 4,
            "execution_class": "flex", "bookmark": "enable", "timeout": "1h", "max_retries": 2, "max_concurrent_runs": 3,
            "default_arguments": { "--a": "1" }, "non_overridable_arguments": { "--b": "2" }, "connections": ["n"],
            "security_configuration": "s", "notify_delay": "5m", "queuing": true, "maintenance_window": "Sun:10", "job_mode": "notebook",
            "log_uri": "s3://l/", "source_control": { "provider": "GITHUB", "repository": "r", "last_commit": "1", "auth_strategy": "AWS_SECRETS_MANAGER" },
        });
        let prior = every.clone();
        every["timeout"] = "2h".into();
        every["source_control"]["auth_token"] = "arn:s".into();
        let job = overwrite(every.clone(), prior.clone(), &json!({ "timeout": "2h" }));
        let glue::JobUpdate {
            job_mode: Some(glue::JobMode::Notebook),
            job_run_queuing_enabled: Some(true),
            description: Some(_),
            log_uri: Some(_),
            role: Some(_),
            execution_property: Some(_),
            command: Some(glue::JobCommand { name: Some(_), script_location: Some(_), python_version: Some(_), .. }),
            default_arguments: Some(arguments),
            non_overridable_arguments: Some(_),
            connections: Some(_),
            max_retries: 2,
            timeout: Some(120),
            worker_type: Some(_),
            number_of_workers: Some(4),
            security_configuration: Some(_),
            notification_property: Some(_),
            glue_version: Some(_),
            execution_class: Some(_),
            source_control_details: Some(control),
            maintenance_window: Some(_),
            ..
        } = job
        else {
            panic!("a field is missing: {job:?}");
        };
        assert_eq!(arguments.len(), 2);
        assert_eq!((control.last_commit_id.as_deref(), control.auth_token.as_deref()), (Some("1"), Some("arn:s")));
        // The same when nobody declares any of it: an overwrite is no reason to lose what others set.
        let foreign = overwrite(json!({ "type": "streaming", "timeout": "2h" }), prior, &json!({ "timeout": "2h" }));
        assert_eq!((foreign.description.as_deref(), foreign.maintenance_window.as_deref()), (Some("d"), Some("Sun:10")));
        assert_eq!(foreign.default_arguments.unwrap().len(), 2);
        assert!(foreign.connections.is_some() && foreign.source_control_details.is_some());
    }

    #[test]
    fn an_overwrite_leaves_out_what_left_the_configuration() {
        let prior =
            json!({ "description": "d", "notify_delay": "5m", "connections": ["n"], "default_arguments": { "--a": "1", "--b": "2" } });
        let gone = json!({ "description": null, "notify_delay": null, "connections": null, "default_arguments.--a": null });
        let job = overwrite(json!({}), prior, &gone);
        assert!(job.description.is_none() && job.notification_property.is_none() && job.connections.is_none());
        assert_eq!(job.default_arguments.unwrap(), [("--b".to_owned(), "2".to_owned())].into());
    }

    #[test]
    fn what_aws_chose_for_one_type_is_not_carried_to_another() {
        let prior = json!({ "worker_type": "G.1X", "workers": 10, "description": "theirs" });
        let job = overwrite(json!({ "type": "python-shell" }), prior, &json!({ "type": "python-shell" }));
        assert_eq!((job.worker_type, job.number_of_workers, job.description.as_deref()), (None, None, Some("theirs")));
    }

    #[test]
    fn a_live_read_back_of_a_bare_job_is_understood() {
        let answer = glue::Job::builder()
            .name("j")
            .role("arn:r")
            .command(glue::JobCommand::builder().name("gluestreaming").script_location("s3://c/j.py").python_version("2").build())
            .max_retries(0)
            .max_capacity(10.0)
            .glue_version("5.1")
            .execution_property(glue::ExecutionProperty::builder().max_concurrent_runs(1).build())
            .job_run_queuing_enabled(false)
            .job_mode(glue::JobMode::Script)
            .build();
        let found = spec_of(&answer, &[]);
        assert_eq!((found.job_type, found.max_capacity, found.timeout), (Type::Streaming, Some(10.0), None));
        assert_eq!((found.max_concurrent_runs, found.queuing), (1, false));
    }
}

//! How a job and its triggers are read, made, changed and deleted.

mod convert;
mod list;
mod starter;
mod triggers;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_glue::types::{Job as Answer, Trigger as TriggerAnswer};

use super::Job;
use super::spec::Spec;
use crate::aws::glue::{glue_arn, glue_read_many, glue_retag, glue_tags, is_tag};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::path::Path;

/// What lives in triggers, in tags or nowhere at AWS: a change of these needs no UpdateJob.
const NOT_OF_THE_JOB: &[&str] =
    &["tags", "schedule", "trigger", "sources", "sinks", "engine", "incremental", "on_demand", "reads", "writes"];

#[async_trait]
impl Remote for Job {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(answer) = get(cx, target.id).await? else { return Ok(None) };
        let triggers = starter::list(cx, Some(target.id)).await?;
        let arn = arn(cx, target.id);
        let tags = glue_tags(cx, &arn).await?;
        Ok(Some(found(&answer, &triggers, arn, tags)))
    }

    async fn read_many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Spec>>, Failure>> {
        if let [one] = targets {
            return vec![Self::read(cx, one).await];
        }
        // One list of all triggers, two hundred a page, in place of one call for each job.
        let triggers = match starter::list(cx, None).await {
            Ok(triggers) => triggers,
            Err(failure) => return targets.iter().map(|_| Err(failure.clone())).collect(),
        };
        let found = |answer: &Answer, arn, tags| found(answer, &triggers, arn, tags);
        glue_read_many(cx, targets, |name| arn(cx, name), |names| batch(cx, names), found).await
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let job = convert::sent(spec);
        let tags: Vec<_> = cx.tags.iter().collect();
        cx.create("glue:CreateJob", &spec.name, || {
            let call = cx
                .session
                .glue()
                .create_job()
                .name(&spec.name)
                .set_job_mode(job.job_mode.clone())
                .set_job_run_queuing_enabled(job.job_run_queuing_enabled)
                .set_description(job.description.clone())
                .set_log_uri(job.log_uri.clone())
                .set_role(job.role.clone())
                .set_execution_property(job.execution_property.clone())
                .set_command(job.command.clone())
                .set_default_arguments(job.default_arguments.clone())
                .set_non_overridable_arguments(job.non_overridable_arguments.clone())
                .set_connections(job.connections.clone())
                .max_retries(job.max_retries)
                .set_timeout(job.timeout)
                .set_max_capacity(job.max_capacity)
                .set_worker_type(job.worker_type.clone())
                .set_number_of_workers(job.number_of_workers)
                .set_security_configuration(job.security_configuration.clone())
                .set_notification_property(job.notification_property.clone())
                .set_glue_version(job.glue_version.clone())
                .set_execution_class(job.execution_class.clone())
                .set_source_control_details(job.source_control_details.clone())
                .set_maintenance_window(job.maintenance_window.clone());
            tags.iter().fold(call, |call, (key, value)| call.tags(*key, *value)).send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let id = update.target.id;
        let elsewhere = |path: &Path| NOT_OF_THE_JOB.iter().any(|field| Path::from(*field).covers(path));
        if update.changes.iter().any(|change| !elsewhere(&change.path)) {
            // UpdateJob overwrites all: what the visual editor drew would be lost if it were not sent again.
            let drawn = get(cx, id).await?.and_then(|job| job.code_gen_configuration_nodes);
            let mut job = convert::sent(&convert::whole(update)?);
            job.code_gen_configuration_nodes = drawn.filter(|nodes| !nodes.is_empty());
            cx.write("glue:UpdateJob", || cx.session.glue().update_job().job_name(id).job_update(job.clone()).send()).await?;
        }
        starter::settle(cx, update).await?;
        let (set, remove) = update.tags();
        if update.changes.iter().any(|change| is_tag(&change.path)) {
            glue_retag(cx, &arn(cx, id), &set, &remove).await?;
            for name in triggers::names(update.desired) {
                glue_retag(cx, &glue_arn(cx, &format!("trigger/{name}")), &set, &remove).await?;
            }
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let names = triggers::recorded_names(target.id, target.recorded);
        for name in &names {
            starter::delete(cx, name).await?;
        }
        cx.delete("glue:DeleteJob", || cx.session.glue().delete_job().job_name(target.id).send()).await?;
        for name in &names {
            starter::until_gone(cx, name).await?;
        }
        cx.wait("the job to be gone", || async {
            Ok(if get(cx, target.id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(get(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

fn arn(cx: &Cx<'_>, name: &str) -> String {
    glue_arn(cx, &format!("job/{name}"))
}

fn found(answer: &Answer, triggers: &[TriggerAnswer], arn: String, tags: BTreeMap<String, String>) -> Found<Spec> {
    Found { spec: convert::spec_of(answer, triggers), outputs: BTreeMap::from([("arn".to_owned(), arn)]), tags }
}

async fn get(cx: &Cx<'_>, name: &str) -> Result<Option<Answer>, Failure> {
    let answer = cx.read("glue:GetJob", || cx.session.glue().get_job().job_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.job))
}

async fn batch(cx: &Cx<'_>, names: Vec<String>) -> Result<Vec<(String, Answer)>, Failure> {
    let answer = cx.read("glue:BatchGetJobs", || cx.session.glue().batch_get_jobs().set_job_names(Some(names.clone())).send()).await?;
    let jobs = answer.and_then(|answer| answer.jobs).unwrap_or_default();
    Ok(jobs.into_iter().filter_map(|job| Some((job.name.clone()?, job))).collect())
}

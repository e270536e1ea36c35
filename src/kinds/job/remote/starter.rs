//! The calls that make, change and delete a job's triggers.

use aws_sdk_glue::types::{Trigger as Answer, TriggerState, TriggerUpdate};

use super::triggers::{self, SCHEDULE, physical};
use crate::aws::{Cx, Failure, Poll, Update};
use crate::kinds::job::spec::Spec;
use crate::kinds::job::trigger::{Sort, Trigger};

/// The largest page that GetTriggers gives.
const PAGE: i32 = 200;

/// The triggers that start a job, or all. For a job that none starts, Glue answers all: the caller takes what belongs to the job.
pub(super) async fn list(cx: &Cx<'_>, job: Option<&str>) -> Result<Vec<Answer>, Failure> {
    let (mut all, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("glue:GetTriggers", || {
                let call = cx.session.glue().get_triggers().set_dependent_job_name(job.map(str::to_owned));
                call.max_results(PAGE).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(all) };
        all.extend(page.triggers.unwrap_or_default());
        match page.next_token.filter(|token| !token.is_empty()) {
            Some(token) => next = Some(token),
            None => return Ok(all),
        }
    }
}

/// Brings the triggers of a job to what is desired.
pub(super) async fn settle(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    if !update.touches(&["schedule", "trigger"]) {
        return Ok(());
    }
    let (job, prior) = (update.target.id, triggers::wanted(update.prior));
    let desired = triggers::wanted(update.desired);
    for trigger in &desired {
        if !prior.contains(trigger) {
            put(cx, job, trigger).await?;
        }
    }
    // Only what was ours goes: others may have made triggers of such a name.
    let recorded = triggers::recorded_names(job, update.target.recorded);
    let gone: Vec<String> = prior
        .iter()
        .filter(|trigger| !desired.iter().any(|wanted| wanted.name == trigger.name))
        .map(|trigger| (trigger, physical(job, &trigger.name)))
        .filter(|(trigger, name)| recorded.contains(name) || (trigger.name == SCHEDULE && update.removes("schedule")))
        .map(|(_, name)| name)
        .collect();
    for name in &gone {
        delete(cx, name).await?;
    }
    for name in &gone {
        until_gone(cx, name).await?;
    }
    Ok(())
}

async fn get(cx: &Cx<'_>, name: &str) -> Result<Option<Answer>, Failure> {
    let answer = cx.read("glue:GetTrigger", || cx.session.glue().get_trigger().name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.trigger))
}

/// Makes a trigger, or brings one that is there to what is desired.
async fn put(cx: &Cx<'_>, job: &str, trigger: &Trigger) -> Result<(), Failure> {
    let name = physical(job, &trigger.name);
    let Some(there) = get(cx, &name).await? else { return create(cx, job, trigger, &name).await };
    if !triggers::starts(&there, job) {
        return Err(Failure::unexpected("glue:GetTrigger", format!("the trigger {name} exists already and starts something else")));
    }
    if there.r#type.as_ref() != Some(&triggers::type_of(trigger)) {
        // Glue has no call that changes the type.
        delete(cx, &name).await?;
        until_gone(cx, &name).await?;
        return create(cx, job, trigger, &name).await;
    }
    let has_state = trigger.sort() != Sort::OnDemand;
    let fired = has_state && triggers::fires(&there);
    if fired {
        cx.write("glue:StopTrigger", || cx.session.glue().stop_trigger().name(&name).send()).await?;
        until_still(cx, &name).await?;
    }
    let changed = overwrite(cx, job, trigger, &name).await;
    // What ran before goes on also when it could not be changed; the failed change is what is told.
    let runs = if changed.is_ok() { trigger.start_on_creation } else { fired };
    if has_state && runs {
        let started = cx.write("glue:StartTrigger", || cx.session.glue().start_trigger().name(&name).send()).await;
        changed?;
        started?;
        return Ok(());
    }
    changed
}

async fn create(cx: &Cx<'_>, job: &str, trigger: &Trigger, name: &str) -> Result<(), Failure> {
    let (actions, tags) = (triggers::actions_of(job, trigger), cx.tags.iter().collect::<Vec<_>>());
    let starts = trigger.start_on_creation && trigger.sort() != Sort::OnDemand;
    cx.create("glue:CreateTrigger", name, || {
        let call = cx
            .session
            .glue()
            .create_trigger()
            .name(name)
            .r#type(triggers::type_of(trigger))
            .set_description(trigger.description.clone())
            .set_schedule(trigger.schedule.clone())
            .set_predicate(triggers::predicate_of(trigger))
            .set_actions(Some(actions.clone()))
            .set_start_on_creation(starts.then_some(true));
        tags.iter().fold(call, |call, (key, value)| call.tags(*key, *value)).send()
    })
    .await?;
    Ok(())
}

async fn overwrite(cx: &Cx<'_>, job: &str, trigger: &Trigger, name: &str) -> Result<(), Failure> {
    let whole = TriggerUpdate::builder()
        .set_description(trigger.description.clone())
        .set_schedule(trigger.schedule.clone())
        .set_predicate(triggers::predicate_of(trigger))
        .set_actions(Some(triggers::actions_of(job, trigger)))
        .build();
    cx.write("glue:UpdateTrigger", || cx.session.glue().update_trigger().name(name).trigger_update(whole.clone()).send()).await?;
    Ok(())
}

/// Deletes a trigger; Glue takes a minute or two, see [`until_gone`].
pub(super) async fn delete(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.delete("glue:DeleteTrigger", || cx.session.glue().delete_trigger().name(name).send()).await
}

/// Waits until a trigger's name is free.
pub(super) async fn until_gone(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.wait("the trigger to be gone", || async {
        Ok(match get(cx, name).await? {
            None => Poll::Ready(()),
            Some(answer) => Poll::Pending(answer.state.map_or_else(|| "DELETING".into(), |state| state.as_str().to_owned())),
        })
    })
    .await
}

/// Waits until a trigger that was stopped stands still: only then it can be changed.
async fn until_still(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.wait("the trigger to stop", || async {
        Ok(match get(cx, name).await?.and_then(|answer| answer.state) {
            None | Some(TriggerState::Created | TriggerState::Deactivated) => Poll::Ready(()),
            Some(state) => Poll::Pending(state.as_str().to_owned()),
        })
    })
    .await
}

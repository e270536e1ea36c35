//! A job's triggers in the words of Glue's API, and back.

use aws_sdk_glue::types as glue;

use super::convert::{delay_of, minutes, notification};
use crate::aws::glue::{glue_number, glue_word, of_glue_word};
use crate::kinds::job::spec::Spec;
use crate::kinds::job::trigger::{Action, Condition, Logical, Sort, Trigger};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// The name, within the job, of the trigger that the job's `schedule` makes.
pub(super) const SCHEDULE: &str = "schedule";

/// A trigger's name at AWS.
pub(super) fn physical(job: &str, name: &str) -> String {
    format!("{job}-{name}")
}

/// The triggers a job is to have: its own, and that of its schedule.
pub(super) fn wanted(spec: &Spec) -> Vec<Trigger> {
    let scheduled = spec.schedule.clone().map(|schedule| Trigger {
        name: SCHEDULE.to_owned(),
        description: None,
        schedule: Some(schedule),
        after: Vec::new(),
        logical: Logical::All,
        start_on_creation: true,
        arguments: std::collections::BTreeMap::new(),
        timeout: None,
        security_configuration: None,
        notify_delay: None,
        also: Vec::new(),
    });
    scheduled.into_iter().chain(spec.trigger.iter().cloned()).collect()
}

/// The names at AWS of the triggers a job is to have.
pub(super) fn names(spec: &Spec) -> Vec<String> {
    wanted(spec).iter().map(|trigger| physical(&spec.name, &trigger.name)).collect()
}

/// The names at AWS of the triggers that were recorded for a job.
pub(super) fn recorded_names(job: &str, recorded: &Value) -> Vec<String> {
    let scheduled = recorded.get(SCHEDULE).map(|_| SCHEDULE);
    let listed = recorded.get("trigger").and_then(Value::items).unwrap_or_default();
    let listed = listed.iter().filter_map(|trigger| trigger.get("name").and_then(Value::text));
    scheduled.into_iter().chain(listed).map(|name| physical(job, name)).collect()
}

/// The type of a trigger at AWS.
pub(super) fn type_of(trigger: &Trigger) -> glue::TriggerType {
    match trigger.sort() {
        Sort::Scheduled => glue::TriggerType::Scheduled,
        Sort::Conditional => glue::TriggerType::Conditional,
        Sort::OnDemand => glue::TriggerType::OnDemand,
    }
}

/// What a trigger waits for.
pub(super) fn predicate_of(trigger: &Trigger) -> Option<glue::Predicate> {
    if trigger.after.is_empty() {
        return None;
    }
    let logical = match trigger.logical {
        Logical::All => glue::Logical::And,
        Logical::Any => glue::Logical::Any,
    };
    let conditions = trigger.after.iter().map(|Condition { job, crawler, state }| {
        let condition = glue::Condition::builder().logical_operator(glue::LogicalOperator::Equals);
        let word = glue_word(state);
        match (job, crawler) {
            (Some(job), _) => condition.job_name(&job.0).state(glue::JobRunState::from(word.as_str())),
            (None, crawler) => condition
                .set_crawler_name(crawler.as_ref().map(|crawler| crawler.0.clone()))
                .crawl_state(glue::CrawlState::from(word.as_str())),
        }
        .build()
    });
    Some(glue::Predicate::builder().logical(logical).set_conditions(Some(conditions.collect())).build())
}

/// What a trigger starts: the job first.
pub(super) fn actions_of(job: &str, trigger: &Trigger) -> Vec<glue::Action> {
    let Trigger {
        name: _,
        description: _,
        schedule: _,
        after: _,
        logical: _,
        start_on_creation: _,
        arguments,
        timeout,
        security_configuration,
        notify_delay,
        also,
    } = trigger;
    let own = Action {
        job: Some(Ref(job.to_owned())),
        crawler: None,
        arguments: arguments.clone(),
        timeout: *timeout,
        security_configuration: security_configuration.clone(),
        notify_delay: *notify_delay,
    };
    std::iter::once(&own).chain(also).map(action_of).collect()
}

fn action_of(action: &Action) -> glue::Action {
    let Action { job, crawler, arguments, timeout, security_configuration, notify_delay } = action;
    glue::Action::builder()
        .set_job_name(job.as_ref().map(|job| job.0.clone()))
        .set_crawler_name(crawler.as_ref().map(|crawler| crawler.0.clone()))
        .set_arguments((!arguments.is_empty()).then(|| arguments.clone().into_iter().collect()))
        .set_timeout(timeout.map(|time| glue_number(time.as_minutes())))
        .set_security_configuration(security_configuration.as_ref().map(|security| security.0.clone()))
        .set_notification_property(notify_delay.map(notification))
        .build()
}

/// Whether a trigger starts this job.
pub(super) fn starts(answer: &glue::Trigger, job: &str) -> bool {
    answer.actions.iter().flatten().any(|action| action.job_name.as_deref() == Some(job))
}

/// Of all triggers, the schedule and the triggers of a job: named after it, starting it, and in no workflow.
pub(super) fn of_job(job: &str, all: &[glue::Trigger]) -> (Option<String>, Vec<Trigger>) {
    let prefix = physical(job, "");
    let (mut schedule, mut triggers) = (None, Vec::new());
    for answer in all {
        let free = answer.workflow_name.as_ref().is_none_or(String::is_empty);
        let Some(name) = answer.name.as_deref().and_then(|name| name.strip_prefix(&prefix)) else { continue };
        if name.is_empty() || !free || !starts(answer, job) {
            continue;
        }
        if name != SCHEDULE {
            triggers.extend(trigger_from(name, job, answer));
        } else if fires(answer) {
            schedule.clone_from(&answer.schedule);
        }
    }
    triggers.sort_by(|left, right| left.name.cmp(&right.name));
    (schedule, triggers)
}

/// Whether a trigger fires, or is about to.
pub(super) fn fires(answer: &glue::Trigger) -> bool {
    use glue::TriggerState::{Activated, Activating, Creating};
    answer.state.as_ref().is_none_or(|state| [Activated, Activating, Creating].contains(state))
}

fn trigger_from(name: &str, job: &str, answer: &glue::Trigger) -> Option<Trigger> {
    let mut own = None;
    let mut also = Vec::new();
    for action in answer.actions.iter().flatten() {
        if own.is_none() && action.job_name.as_deref() == Some(job) {
            own = Some(action_from(action));
        } else {
            also.push(action_from(action));
        }
    }
    let Action { job: _, crawler: _, arguments, timeout, security_configuration, notify_delay } = own?;
    let predicate = answer.predicate.as_ref();
    let on_demand = answer.r#type == Some(glue::TriggerType::OnDemand);
    Some(Trigger {
        name: name.to_owned(),
        description: answer.description.clone().filter(|text| !text.is_empty()),
        schedule: answer.schedule.clone().filter(|text| !text.is_empty()),
        after: predicate.iter().flat_map(|predicate| predicate.conditions.iter().flatten()).filter_map(condition_from).collect(),
        logical: match predicate.and_then(|predicate| predicate.logical.as_ref()) {
            Some(glue::Logical::Any) => Logical::Any,
            _ => Logical::All,
        },
        start_on_creation: on_demand || fires(answer),
        arguments,
        timeout,
        security_configuration,
        notify_delay,
        also,
    })
}

fn condition_from(condition: &glue::Condition) -> Option<Condition> {
    let word = match (&condition.state, &condition.crawl_state) {
        (Some(state), _) => state.as_str(),
        (None, Some(state)) => state.as_str(),
        (None, None) => return None,
    };
    Some(Condition {
        job: condition.job_name.clone().map(Ref),
        crawler: condition.crawler_name.clone().map(Ref),
        state: of_glue_word(word)?,
    })
}

fn action_from(action: &glue::Action) -> Action {
    Action {
        job: action.job_name.clone().map(Ref),
        crawler: action.crawler_name.clone().map(Ref),
        arguments: action.arguments.clone().unwrap_or_default().into_iter().collect(),
        timeout: action.timeout.and_then(minutes),
        security_configuration: action.security_configuration.clone().filter(|name| !name.is_empty()).map(Ref),
        notify_delay: delay_of(action.notification_property.as_ref()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn spec(triggers: &serde_json::Value) -> Spec {
        serde_json::from_value(serde_json::json!({
            "name": "j", "script": "s3://c/j.py", "role": "r", "schedule": "cron(0 3 * * ? *)", "trigger": triggers,
        }))
        .unwrap()
    }

    fn answer(job: &str, trigger: &Trigger) -> glue::Trigger {
        let state = if trigger.start_on_creation && trigger.sort() != Sort::OnDemand {
            glue::TriggerState::Activated
        } else {
            glue::TriggerState::Created
        };
        glue::Trigger::builder()
            .name(physical(job, &trigger.name))
            .r#type(type_of(trigger))
            .state(state)
            .set_description(trigger.description.clone())
            .set_schedule(trigger.schedule.clone())
            .set_predicate(predicate_of(trigger))
            .set_actions(Some(actions_of(job, trigger)))
            .build()
    }

    #[test]
    fn triggers_of_each_sort_read_back_the_same() {
        let spec = spec(&serde_json::json!([
            { "name": "a", "after": [{ "job": "x", "state": "timeout" }, { "crawler": "c", "state": "cancelled" }], "logical": "any",
              "arguments": { "--a": "1" }, "timeout": "5m", "notify_delay": "2m", "security_configuration": "s",
              "also": [{ "crawler": "d" }, { "job": "k", "arguments": { "--b": "2" } }], "description": "d" },
            { "name": "b", "schedule": "cron(0 4 * * ? *)", "start_on_creation": false },
            { "name": "c" },
        ]));
        let all: Vec<_> = wanted(&spec).iter().map(|trigger| answer("j", trigger)).collect();
        assert_eq!(of_job("j", &all), (spec.schedule.clone(), spec.trigger.clone()));
        assert_eq!(names(&spec), ["j-schedule", "j-a", "j-b", "j-c"]);
    }

    #[test]
    fn triggers_of_other_jobs_and_workflows_are_not_ours() {
        let spec = spec(&serde_json::json!([{ "name": "x" }]));
        let all: Vec<_> = wanted(&spec).iter().map(|trigger| answer("j", trigger)).collect();
        // The same names, but starting another job; and one in a workflow.
        assert_eq!(of_job("k", &all), (None, Vec::new()));
        let mut in_workflow = all.clone();
        for trigger in &mut in_workflow {
            trigger.workflow_name = Some("w".into());
        }
        assert_eq!(of_job("j", &in_workflow), (None, Vec::new()));
    }

    #[test]
    fn a_schedule_that_was_switched_off_is_none() {
        let mut all: Vec<_> = wanted(&spec(&serde_json::json!([]))).iter().map(|trigger| answer("j", trigger)).collect();
        all[0].state = Some(glue::TriggerState::Deactivated);
        assert_eq!(of_job("j", &all).0, None);
    }

    #[test]
    fn what_was_recorded_is_deleted_with_the_job() {
        let recorded = Value::from_json(serde_json::json!({ "schedule": "cron(…)", "trigger": [{ "name": "a" }] })).unwrap();
        assert_eq!(recorded_names("j", &recorded), ["j-schedule", "j-a"]);
        assert!(recorded_names("j", &Value::table()).is_empty());
    }
}

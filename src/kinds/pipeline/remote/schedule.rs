//! The schedule of a pipeline: a schedule of EventBridge Scheduler with the pipeline's name, in the group `default`.

use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::types::{DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, ScheduleState, Target};

use super::super::spec::{ScheduleRetry, Spec};
use crate::aws::{Cx, Failure};
use crate::base::units::Duration;
use crate::model::reference::Ref;

/// The fields that a schedule is made of.
pub(super) const FIELDS: &[&str] =
    &["schedule", "enabled", "timezone", "schedule_input", "schedule_window", "schedule_retry", "schedule_dead_letter", "schedule_role"];

/// Reads the schedule into the spec and returns its ARN.
pub(super) async fn read(cx: &Cx<'_>, spec: &mut Spec) -> Result<Option<String>, Failure> {
    let answer = cx.read("scheduler:GetSchedule", || cx.session.scheduler().get_schedule().name(&spec.name).send()).await?;
    let Some(schedule) = answer else { return Ok(None) };
    take(&schedule, spec);
    Ok(schedule.arn)
}

/// Makes, changes or deletes the schedule, as the spec says.
pub(super) async fn settle(cx: &Cx<'_>, spec: &Spec, machine: &str) -> Result<(), Failure> {
    let Some(expression) = &spec.schedule else { return delete(cx, &spec.name).await };
    let (scheduler, name) = (cx.session.scheduler(), &spec.name);
    let (target, window) = (target_of(spec, machine)?, window_of(spec)?);
    let state = if spec.enabled { ScheduleState::Enabled } else { ScheduleState::Disabled };
    let there = cx.read("scheduler:GetSchedule", || scheduler.get_schedule().name(name).send()).await?;
    // A full-replace API: everything is sent, and what others set beside it is sent again.
    let Some(there) = there else {
        cx.create("scheduler:CreateSchedule", name, || {
            scheduler
                .create_schedule()
                .name(name)
                .client_token(cx.operation)
                .schedule_expression(expression)
                .set_schedule_expression_timezone(spec.timezone.clone())
                .state(state.clone())
                .flexible_time_window(window.clone())
                .target(target.clone())
                .send()
        })
        .await?;
        return Ok(());
    };
    cx.write("scheduler:UpdateSchedule", || {
        scheduler
            .update_schedule()
            .name(name)
            .schedule_expression(expression)
            .set_schedule_expression_timezone(spec.timezone.clone())
            .state(state.clone())
            .flexible_time_window(window.clone())
            .target(target.clone())
            .set_description(there.description.clone())
            .set_start_date(there.start_date)
            .set_end_date(there.end_date)
            .set_kms_key_arn(there.kms_key_arn.clone())
            .set_action_after_completion(there.action_after_completion.clone())
            .send()
    })
    .await?;
    Ok(())
}

/// Deletes the schedule; not there is fine.
pub(super) async fn delete(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.delete("scheduler:DeleteSchedule", || cx.session.scheduler().delete_schedule().name(name).send()).await
}

fn target_of(spec: &Spec, machine: &str) -> Result<Target, Failure> {
    let role = spec.schedule_role.as_ref().map(Ref::as_str).unwrap_or_default();
    let mut target = Target::builder().arn(machine).role_arn(role).set_input(spec.schedule_input.clone());
    if let Some(ScheduleRetry { attempts, max_age }) = &spec.schedule_retry {
        let whole = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        let policy = RetryPolicy::builder();
        let policy = policy.maximum_retry_attempts(whole(u64::from(*attempts))).maximum_event_age_in_seconds(whole(max_age.as_seconds()));
        target = target.retry_policy(policy.build());
    }
    if let Some(queue) = &spec.schedule_dead_letter {
        target = target.dead_letter_config(DeadLetterConfig::builder().arn(queue.as_str()).build());
    }
    target.build().map_err(|error| Failure::local("scheduler:CreateSchedule", error.to_string()))
}

fn window_of(spec: &Spec) -> Result<FlexibleTimeWindow, Failure> {
    let window = match spec.schedule_window {
        None => FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off),
        Some(window) => FlexibleTimeWindow::builder()
            .mode(FlexibleTimeWindowMode::Flexible)
            .maximum_window_in_minutes(i32::try_from(window.as_minutes()).unwrap_or(i32::MAX)),
    };
    window.build().map_err(|error| Failure::local("scheduler:CreateSchedule", error.to_string()))
}

/// Puts what EventBridge Scheduler answered into the spec.
fn take(schedule: &GetScheduleOutput, spec: &mut Spec) {
    let positive = |number: Option<i32>| number.and_then(|number| u64::try_from(number).ok());
    spec.schedule = schedule.schedule_expression().map(str::to_owned);
    spec.enabled = schedule.state() != Some(&ScheduleState::Disabled);
    spec.timezone = schedule.schedule_expression_timezone().map(str::to_owned);
    let window = schedule.flexible_time_window().filter(|window| *window.mode() == FlexibleTimeWindowMode::Flexible);
    spec.schedule_window = window.and_then(|window| positive(window.maximum_window_in_minutes())).map(Duration::minutes);
    let Some(target) = schedule.target() else { return };
    spec.schedule_input = target.input().filter(|input| !input.is_empty()).map(str::to_owned);
    spec.schedule_role = Some(Ref(target.role_arn().to_owned()));
    spec.schedule_dead_letter = target.dead_letter_config().and_then(|queue| queue.arn()).map(|arn| Ref(arn.to_owned()));
    spec.schedule_retry = target.retry_policy().and_then(|policy| {
        Some(ScheduleRetry {
            attempts: u32::try_from(policy.maximum_retry_attempts()?).ok()?,
            max_age: Duration::seconds(positive(policy.maximum_event_age_in_seconds())?),
        })
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_survives_the_way_to_aws_and_back() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "name": "a", "role": "r", "definition": "{}", "schedule": "rate(1 day)", "enabled": false, "timezone": "Europe/Berlin",
            "schedule_input": "{\"a\":1}", "schedule_window": "15m", "schedule_retry": { "attempts": 2, "max_age": "1h" },
            "schedule_dead_letter": "arn:aws:sqs:us-east-1:1:dead", "schedule_role": "arn:aws:iam::1:role/s",
        }))
        .unwrap();
        let answer = GetScheduleOutput::builder()
            .schedule_expression("rate(1 day)")
            .schedule_expression_timezone("Europe/Berlin")
            .state(ScheduleState::Disabled)
            .flexible_time_window(window_of(&spec).unwrap())
            .target(target_of(&spec, "arn").unwrap())
            .build();
        let mut read: Spec = serde_json::from_value(serde_json::json!({ "name": "a", "role": "r", "definition": "{}" })).unwrap();
        take(&answer, &mut read);
        assert_eq!(read, spec);
    }
}

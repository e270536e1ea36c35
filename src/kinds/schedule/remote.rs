//! How a schedule is read, made, changed and deleted. Its update replaces everything, so everything is always sent.

mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_scheduler::error::BuildError;
use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::primitives::DateTime;
use aws_sdk_scheduler::types as api;
use serde_json::Value as Json;

use super::Schedule;
use super::spec::{Destination, Event, Retry, Spec, field_of};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::units::Duration;
use crate::model::reference::Ref;

/// Calls of the Glue API that a schedule makes, the field that names what is started, and the parameter that holds it.
const CALLS: [(&str, &str, &str); 2] = [("glue:startJobRun", "job", "JobName"), ("glue:startCrawler", "crawler", "Name")];

#[async_trait]
impl Remote for Schedule {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(found) = get(cx, target.id).await? else { return Ok(None) };
        let outputs = BTreeMap::from([("arn".to_owned(), found.arn().unwrap_or_default().to_owned())]);
        Ok(Some(Found { spec: spec_of(&found)?, outputs, tags: BTreeMap::new() }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let parts = Parts::of(cx, spec)?;
        // With its token the call could be repeated; the engine looks it up by its name all the same.
        cx.create("scheduler:CreateSchedule", cx.operation, || {
            let call = cx.session.scheduler().create_schedule().name(&spec.name).group_name(&spec.group).client_token(cx.operation);
            call.schedule_expression(&spec.schedule)
                .schedule_expression_timezone(&spec.timezone)
                .set_description(spec.description.clone())
                .set_start_date(parts.start)
                .set_end_date(parts.end)
                .state(parts.state.clone())
                .set_kms_key_arn(spec.kms_key.clone())
                .action_after_completion(parts.after.clone())
                .flexible_time_window(parts.window.clone())
                .target(parts.target.clone())
                .send()
        })
        .await?;
        Ok(Created { id: id_of(spec) })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let spec = &sent(cx.session.partition(), update)?;
        let parts = Parts::of(cx, spec)?;
        cx.write("scheduler:UpdateSchedule", || {
            let call = cx.session.scheduler().update_schedule().name(&spec.name).group_name(&spec.group);
            call.schedule_expression(&spec.schedule)
                .schedule_expression_timezone(&spec.timezone)
                .set_description(spec.description.clone())
                .set_start_date(parts.start)
                .set_end_date(parts.end)
                .state(parts.state.clone())
                .set_kms_key_arn(spec.kms_key.clone())
                .action_after_completion(parts.after.clone())
                .flexible_time_window(parts.window.clone())
                .target(parts.target.clone())
                .send()
        })
        .await
        .map(|_| ())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let (group, name) = place(target.id);
        cx.delete("scheduler:DeleteSchedule", || cx.session.scheduler().delete_schedule().group_name(group).name(name).send()).await?;
        cx.wait("the schedule to be gone", || async {
            Ok(if get(cx, target.id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let id = id_of(spec);
        Ok(get(cx, &id).await?.map(|_| id))
    }
}

/// What an update sends: what others added to the schedule stays; of another target's settings nothing does.
fn sent(partition: &str, update: &Update<'_, Spec>) -> Result<Spec, Failure> {
    let mut spec = update.merged()?;
    let arn = |spec: &Spec| Ok::<_, Failure>(to_send(partition, &spec.role, &spec.target)?.arn);
    if arn(update.prior)? != arn(update.desired)? {
        spec.target = update.desired.target.clone();
    }
    Ok(spec)
}

fn id_of(spec: &Spec) -> String {
    format!("{}/{}", spec.group, spec.name)
}

fn place(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("default", id))
}

async fn get(cx: &Cx<'_>, id: &str) -> Result<Option<GetScheduleOutput>, Failure> {
    let (group, name) = place(id);
    cx.read("scheduler:GetSchedule", || cx.session.scheduler().get_schedule().group_name(group).name(name).send()).await
}

/// What is sent beside plain text.
struct Parts {
    start: Option<DateTime>,
    end: Option<DateTime>,
    state: api::ScheduleState,
    after: api::ActionAfterCompletion,
    window: api::FlexibleTimeWindow,
    target: api::Target,
}

impl Parts {
    fn of(cx: &Cx<'_>, spec: &Spec) -> Result<Self, Failure> {
        Self::build(cx.session.partition(), spec)
    }

    fn build(partition: &str, spec: &Spec) -> Result<Self, Failure> {
        let Spec {
            name: _,
            group: _,
            description: _,
            schedule: _,
            timezone: _,
            window,
            start,
            end,
            enabled,
            delete_after_completion,
            kms_key: _,
            role,
            target,
        } = spec;
        let mode = if window.is_some() { api::FlexibleTimeWindowMode::Flexible } else { api::FlexibleTimeWindowMode::Off };
        let minutes = window.and_then(|window| i32::try_from(window.as_minutes()).ok());
        Ok(Self {
            start: start.as_deref().map(moment).transpose()?,
            end: end.as_deref().map(moment).transpose()?,
            state: if *enabled { api::ScheduleState::Enabled } else { api::ScheduleState::Disabled },
            after: if *delete_after_completion { api::ActionAfterCompletion::Delete } else { api::ActionAfterCompletion::None },
            window: built(api::FlexibleTimeWindow::builder().mode(mode).set_maximum_window_in_minutes(minutes).build())?,
            target: to_send(partition, role, target)?,
        })
    }
}

fn built<T>(built: Result<T, BuildError>) -> Result<T, Failure> {
    built.map_err(|error| Failure::local("scheduler:CreateSchedule", error.to_string()))
}

fn moment(text: &str) -> Result<DateTime, Failure> {
    let moment: jiff::Timestamp =
        text.parse().map_err(|error: jiff::Error| Failure::local("scheduler:CreateSchedule", error.to_string()))?;
    Ok(DateTime::from_secs(moment.as_second()))
}

fn to_send(partition: &str, role: &Ref, destination: &Destination) -> Result<api::Target, Failure> {
    let Destination {
        function,
        pipeline,
        job,
        crawler,
        queue,
        topic,
        stream,
        arn,
        input,
        message_group,
        partition_key,
        event,
        retry,
        dead_letter,
    } = destination;
    let references = [function, pipeline, queue, topic, stream];
    let plain = references.into_iter().flatten().map(|reference| reference.0.clone()).next().or_else(|| arn.clone());
    let started = [("job", job), ("crawler", crawler)].into_iter().find_map(|(field, name)| Some((field, name.as_ref()?)));
    let (arn, input) = match started {
        Some((field, name)) => {
            let (call, _, parameter) = CALLS.iter().find(|(_, of, _)| *of == field).copied().unwrap_or(CALLS[0]);
            let given = input.as_deref().and_then(|input| serde_json::from_str(input).ok());
            let mut whole = given.unwrap_or_else(|| Json::Object(serde_json::Map::new()));
            whole[parameter] = name.0.clone().into();
            (format!("arn:{partition}:scheduler:::aws-sdk:{call}"), Some(whole.to_string()))
        }
        None => (plain.unwrap_or_default(), input.clone()),
    };
    let stream = partition_key.as_ref().map(|key| built(api::KinesisParameters::builder().partition_key(key).build()));
    let event = event
        .as_ref()
        .map(|Event { source, detail_type }| built(api::EventBridgeParameters::builder().source(source).detail_type(detail_type).build()));
    let retry = retry.as_ref().map(|Retry { attempts, max_age }| {
        api::RetryPolicy::builder()
            .set_maximum_retry_attempts(attempts.and_then(|attempts| i32::try_from(attempts).ok()))
            .set_maximum_event_age_in_seconds(max_age.and_then(|age| i32::try_from(age.as_seconds()).ok()))
            .build()
    });
    let target = api::Target::builder()
        .arn(arn)
        .role_arn(role.as_str())
        .set_input(input)
        .set_sqs_parameters(message_group.as_ref().map(|group| api::SqsParameters::builder().message_group_id(group).build()))
        .set_kinesis_parameters(stream.transpose()?)
        .set_event_bridge_parameters(event.transpose()?)
        .set_retry_policy(retry)
        .set_dead_letter_config(dead_letter.as_ref().map(|queue| api::DeadLetterConfig::builder().arn(queue.as_str()).build()));
    built(target.build())
}

fn destination_of(target: &api::Target) -> Destination {
    let call = CALLS.iter().find(|(call, ..)| target.arn().ends_with(&format!(":scheduler:::aws-sdk:{call}")));
    let mut input = target.input().map(str::to_owned);
    let mut started = None;
    if let Some((_, field, parameter)) = call
        && let Some(Json::Object(mut whole)) = target.input().and_then(|input| serde_json::from_str(input).ok())
        && let Some(Json::String(name)) = whole.shift_remove(*parameter)
    {
        input = (!whole.is_empty()).then(|| Json::Object(whole).to_string());
        started = Some((*field, name));
    }
    let of_call = |field: &str| started.as_ref().filter(|(of, _)| *of == field).map(|(_, name)| Ref(name.clone()));
    let field = if started.is_some() { "" } else { field_of(target.arn()) };
    let of_arn = |wanted: &str| (field == wanted).then(|| Ref(target.arn().to_owned()));
    Destination {
        function: of_arn("function"),
        pipeline: of_arn("pipeline"),
        job: of_call("job"),
        crawler: of_call("crawler"),
        queue: of_arn("queue"),
        topic: of_arn("topic"),
        stream: of_arn("stream"),
        arn: (field == "arn").then(|| target.arn().to_owned()),
        input,
        message_group: target.sqs_parameters().and_then(|sqs| sqs.message_group_id()).map(str::to_owned),
        partition_key: target.kinesis_parameters().map(|kinesis| kinesis.partition_key().to_owned()),
        event: target
            .event_bridge_parameters()
            .map(|event| Event { source: event.source().to_owned(), detail_type: event.detail_type().to_owned() }),
        retry: target.retry_policy().map(|retry| Retry {
            attempts: retry.maximum_retry_attempts().and_then(|attempts| u32::try_from(attempts).ok()),
            max_age: retry.maximum_event_age_in_seconds().and_then(|age| u64::try_from(age).ok()).map(Duration::seconds),
        }),
        dead_letter: target.dead_letter_config().and_then(|config| config.arn()).map(|arn| Ref(arn.to_owned())),
    }
}

fn spec_of(found: &GetScheduleOutput) -> Result<Spec, Failure> {
    let target = found.target().ok_or_else(|| Failure::unexpected("scheduler:GetSchedule", "the answer has no target"))?;
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let time = |time: Option<&DateTime>| time.and_then(|time| jiff::Timestamp::from_second(time.secs()).ok()).map(|time| time.to_string());
    let window = found.flexible_time_window().and_then(aws_sdk_scheduler::types::FlexibleTimeWindow::maximum_window_in_minutes);
    Ok(Spec {
        name: found.name().unwrap_or_default().to_owned(),
        group: text(found.group_name()).unwrap_or_else(|| "default".to_owned()),
        description: text(found.description()),
        schedule: found.schedule_expression().unwrap_or_default().to_owned(),
        timezone: text(found.schedule_expression_timezone()).unwrap_or_else(|| "UTC".to_owned()),
        window: window.and_then(|minutes| u64::try_from(minutes).ok()).map(Duration::minutes),
        start: time(found.start_date()),
        end: time(found.end_date()),
        enabled: found.state() != Some(&api::ScheduleState::Disabled),
        delete_after_completion: found.action_after_completion() == Some(&api::ActionAfterCompletion::Delete),
        kms_key: text(found.kms_key_arn()),
        role: Ref(target.role_arn().to_owned()),
        target: destination_of(target),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::base::address::Address;
    use crate::model::plan::Change;
    use crate::model::value::Value;

    fn back(destination: serde_json::Value) -> (api::Target, Destination, Destination) {
        let given: Destination = serde_json::from_value(destination).unwrap();
        let sent = to_send("aws", &Ref("role".into()), &given).unwrap();
        let read = destination_of(&sent);
        (sent, given, read)
    }

    #[test]
    fn a_job_is_a_call_that_is_read_back_as_a_job() {
        let (sent, given, read) = back(serde_json::json!({ "job": "a", "input": "{\"WorkerType\":\"G.1X\"}" }));
        assert_eq!(sent.arn(), "arn:aws:scheduler:::aws-sdk:glue:startJobRun");
        assert!(sent.input().unwrap().contains("\"JobName\":\"a\""));
        assert_eq!(read, given);
    }

    #[test]
    fn what_others_added_stays_unless_the_target_is_another() {
        let spec = |target: serde_json::Value, more: serde_json::Value| -> Spec {
            let mut whole = serde_json::json!({ "schedule": "rate(1 hour)", "role": "r", "target": target });
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value(whole).unwrap()
        };
        let sent = |desired: Spec, prior: Spec, path: &str, after: &str| {
            let changes =
                [Change { path: path.into(), before: None, after: Some(Value::Text(after.to_owned())), replaces: None, sensitive: false }];
            let (address, table, outputs) = (Address::of("schedule", "s"), Value::table(), BTreeMap::new());
            let target = Target { address: &address, id: "default/s", recorded: &table, desired: &table, outputs: &outputs };
            super::sent("aws", &Update { target, desired: &desired, prior: &prior, changes: &changes }).unwrap()
        };
        let queue = |more: serde_json::Value| {
            let mut target = serde_json::json!({ "queue": "arn:aws:sqs:r:1:a.fifo" });
            target.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            target
        };
        let none = || serde_json::json!({});
        let prior = || spec(queue(serde_json::json!({ "message_group": "theirs" })), serde_json::json!({ "end": "2030-01-01T00:00:00Z" }));
        let kept = sent(spec(queue(none()), serde_json::json!({ "description": "d" })), prior(), "description", "d");
        assert_eq!((kept.description.as_deref(), kept.end.as_deref()), (Some("d"), Some("2030-01-01T00:00:00Z")));
        assert_eq!(kept.target.message_group.as_deref(), Some("theirs"));
        let other = serde_json::json!({ "function": "arn:aws:lambda:r:1:function:f" });
        let moved = sent(spec(other, none()), prior(), "target.function", "arn:aws:lambda:r:1:function:f");
        assert_eq!((moved.target.queue, moved.target.message_group, moved.end.is_some()), (None, None, true));
    }

    #[test]
    fn targets_are_read_as_they_are_sent() {
        for destination in [
            serde_json::json!({ "crawler": "a" }),
            serde_json::json!({ "arn": "arn:aws:scheduler:::aws-sdk:emr:runJobFlow", "input": "{}" }),
            serde_json::json!({ "stream": "arn:aws:kinesis:r:1:stream/a", "partition_key": "k", "input": "x", "dead_letter": "q" }),
            serde_json::json!({ "queue": "arn:aws:sqs:r:1:a.fifo", "message_group": "g", "retry": { "attempts": 0, "max_age": "1h" } }),
            serde_json::json!({ "arn": "arn:aws:events:r:1:event-bus/a", "event": { "source": "s", "detail_type": "d" } }),
        ] {
            let (_, given, read) = back(destination);
            assert_eq!(read, given);
        }
    }
}

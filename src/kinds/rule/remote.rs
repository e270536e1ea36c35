//! How a rule and its targets are read, made, changed and deleted.

mod list;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_eventbridge::error::BuildError;
use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput;
use aws_sdk_eventbridge::types as api;

use super::Rule;
use super::spec::{InputTransformer, Retry, Spec, Target as RuleTarget, field_of};
use crate::aws::policy::{self, Policy, Statement};
use crate::aws::{Class, Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::units::Duration;
use crate::model::reference::Ref;
use crate::model::value::Value;

#[async_trait]
impl Remote for Rule {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(rule) = describe(cx, target.id).await? else { return Ok(None) };
        let arn = rule.arn().unwrap_or_default().to_owned();
        let (targets, tags) = futures::join!(targets(cx, target.id), tags(cx, &arn));
        let own_role = target.recorded.get("role").and_then(Value::text);
        let named =
            |id: &str| [target.recorded, target.desired].iter().filter_map(|side| item(side, id)).any(|item| item.get("role").is_some());
        let mut found = Vec::new();
        for told in targets? {
            let mut one = target_of(&told, own_role.filter(|_| !named(told.id())));
            // A function that was made anew has lost what let the rule invoke it: half a target, which the plan makes whole.
            if let Some(function) =
                one.function.take_if(|_| [target.recorded, target.desired].iter().any(|side| item(side, told.id()).is_some()))
            {
                one.function = may_invoke(cx, &arn, function.as_str()).await?.then_some(function);
            }
            found.push(one);
        }
        Ok(Some(Found { spec: spec_of(&rule, found), outputs: BTreeMap::from([("arn".to_owned(), arn)]), tags: tags? }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "eventbridge:PutRule";
        let id = id_of(spec);
        // PutRule changes a rule that is there without a word: it would be taken over without a look at its tags.
        if describe(cx, &id).await?.is_some() {
            return Err(Failure::exists(OPERATION, &format!("the rule {id}")));
        }
        let tags = tag_list(cx.tags)?;
        cx.create(OPERATION, &id, || put(cx, spec).set_tags(Some(tags.clone())).send()).await?;
        Ok(Created { id })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let events = cx.session.eventbridge();
        let arn = &arn_of(cx, update.target.id);
        // PutRule replaces the rule as a whole.
        if update.touches(&["description", "event_pattern", "schedule", "enabled", "all_management_events"]) {
            let whole = update.merged()?;
            cx.write("eventbridge:PutRule", || put(cx, &whole).send()).await?;
        }
        if update.touches(&["targets", "role"]) {
            write_targets(cx, update, arn).await?;
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            let tags = tag_list(&set)?;
            cx.write("eventbridge:TagResource", || events.tag_resource().resource_arn(arn).set_tags(Some(tags.clone())).send()).await?;
        }
        if !remove.is_empty() {
            cx.write("eventbridge:UntagResource", || events.untag_resource().resource_arn(arn).set_tag_keys(Some(remove.clone())).send())
                .await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let (bus, name) = place(target.id);
        let (all, arn) = (targets(cx, target.id).await?, arn_of(cx, target.id));
        remove_targets(cx, target.id, all.iter().map(|target| target.id().to_owned()).collect()).await?;
        // What it was last applied with counts too: a rule that somebody else deleted has no targets left, and its statements stay.
        let recorded = target.recorded.get("targets").and_then(Value::items).unwrap_or_default();
        let recorded = recorded.iter().filter_map(|target| target.get("function")?.text());
        let functions: BTreeSet<&str> =
            all.iter().map(api::Target::arn).filter(|arn| field_of(arn) == "function").chain(recorded).collect();
        for function in functions {
            forbid(cx, &arn, function).await?;
        }
        cx.delete("eventbridge:DeleteRule", || cx.session.eventbridge().delete_rule().event_bus_name(bus).name(name).send()).await?;
        cx.wait("the rule to be gone", || async {
            Ok(if describe(cx, target.id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let id = id_of(spec);
        Ok(describe(cx, &id).await?.map(|_| id))
    }
}

/// `name`, or `bus/name` for a bus of one's own.
fn id_of(spec: &Spec) -> String {
    if spec.bus == "default" { spec.name.clone() } else { format!("{}/{}", spec.bus, spec.name) }
}

/// The bus and the name. Partner buses have slashes in their names, rules have not.
fn place(id: &str) -> (&str, &str) {
    id.rsplit_once('/').unwrap_or(("default", id))
}

/// The ARN, whose form AWS has fixed.
fn arn_of(cx: &Cx<'_>, id: &str) -> String {
    format!("arn:{}:events:{}:{}:rule/{id}", cx.session.partition(), cx.session.region(), cx.session.account())
}

async fn describe(cx: &Cx<'_>, id: &str) -> Result<Option<DescribeRuleOutput>, Failure> {
    let (bus, name) = place(id);
    cx.read("eventbridge:DescribeRule", || cx.session.eventbridge().describe_rule().event_bus_name(bus).name(name).send()).await
}

fn put(cx: &Cx<'_>, spec: &Spec) -> aws_sdk_eventbridge::operation::put_rule::builders::PutRuleFluentBuilder {
    let Spec { name, bus, description, event_pattern, schedule, enabled, all_management_events, role: _, targets: _ } = spec;
    let state = match (enabled, all_management_events) {
        (false, _) => api::RuleState::Disabled,
        (true, true) => api::RuleState::EnabledWithAllCloudtrailManagementEvents,
        (true, false) => api::RuleState::Enabled,
    };
    cx.session
        .eventbridge()
        .put_rule()
        .name(name)
        .event_bus_name(bus)
        .set_description(description.clone())
        .set_event_pattern(event_pattern.clone())
        .set_schedule_expression(schedule.clone())
        .state(state)
}

fn spec_of(rule: &DescribeRuleOutput, targets: Vec<RuleTarget>) -> Spec {
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Spec {
        name: rule.name().unwrap_or_default().to_owned(),
        bus: text(rule.event_bus_name()).unwrap_or_else(|| "default".to_owned()),
        description: text(rule.description()),
        event_pattern: text(rule.event_pattern()),
        schedule: text(rule.schedule_expression()),
        enabled: rule.state() != Some(&api::RuleState::Disabled),
        all_management_events: rule.state() == Some(&api::RuleState::EnabledWithAllCloudtrailManagementEvents),
        role: None,
        targets,
    }
}

async fn targets(cx: &Cx<'_>, id: &str) -> Result<Vec<api::Target>, Failure> {
    let (bus, name) = place(id);
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("eventbridge:ListTargetsByRule", || {
                cx.session.eventbridge().list_targets_by_rule().event_bus_name(bus).rule(name).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        found.extend(page.targets.unwrap_or_default());
        next = page.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// Puts our targets that differ, and takes away those that left the file; others stay.
async fn write_targets(cx: &Cx<'_>, update: &Update<'_, Spec>, arn: &str) -> Result<(), Failure> {
    const OPERATION: &str = "eventbridge:PutTargets";
    let (bus, name) = place(update.target.id);
    let wanted: Vec<String> = update.desired.targets.iter().filter_map(|target| target.id.clone()).collect();
    let ours = |id: &str| item(update.target.recorded, id).is_some();
    let gone: Vec<&RuleTarget> =
        update.prior.targets.iter().filter(|prior| prior.id.as_ref().is_some_and(|id| !wanted.contains(id) && ours(id))).collect();
    remove_targets(cx, update.target.id, gone.iter().filter_map(|target| target.id.clone()).collect()).await?;
    let changed: Vec<&RuleTarget> =
        update.desired.targets.iter().filter(|target| update.touches(&["role"]) || !update.prior.targets.contains(target)).collect();
    for target in &changed {
        if let Some(function) = &target.function {
            allow(cx, arn, function.as_str()).await?;
        }
    }
    let entries: Vec<api::Target> = changed.iter().map(|target| to_send(target, update.desired)).collect::<Result<_, _>>()?;
    if !entries.is_empty() {
        let answer = cx
            .write(OPERATION, || {
                cx.session.eventbridge().put_targets().event_bus_name(bus).rule(name).set_targets(Some(entries.clone())).send()
            })
            .await?;
        // Refused targets come back in an answer that says "done".
        if let Some(failed) = answer.failed_entries().first() {
            let (id, code) = (failed.target_id().unwrap_or_default(), failed.error_code().unwrap_or_default());
            let message = format!("the target {id} was refused: {}", failed.error_message().unwrap_or(code));
            return Err(Failure { code: code.to_owned(), ..Failure::unexpected(OPERATION, message) });
        }
    }
    let still = |arn: &str| update.desired.targets.iter().any(|target| target.destination() == Some(arn));
    let before = update.prior.targets.iter().filter(|prior| prior.id.as_ref().is_some_and(|id| ours(id)));
    for function in before.filter_map(|target| target.function.as_ref()).filter(|function| !still(function.as_str())) {
        forbid(cx, arn, function.as_str()).await?;
    }
    Ok(())
}

/// The target of this name in a rule's normal form.
fn item<'v>(rule: &'v Value, id: &str) -> Option<&'v Value> {
    rule.get("targets")?.items()?.iter().find(|target| target.get("id").and_then(Value::text) == Some(id))
}

async fn remove_targets(cx: &Cx<'_>, id: &str, ids: Vec<String>) -> Result<(), Failure> {
    const OPERATION: &str = "eventbridge:RemoveTargets";
    if ids.is_empty() {
        return Ok(());
    }
    let (bus, name) = place(id);
    let answer = cx
        .write(OPERATION, || cx.session.eventbridge().remove_targets().event_bus_name(bus).rule(name).set_ids(Some(ids.clone())).send())
        .await?;
    match answer.failed_entries().first() {
        Some(failed) => {
            let why = failed.error_message().or(failed.error_code()).unwrap_or("no reason given");
            Err(Failure::unexpected(OPERATION, format!("the target {} stays: {why}", failed.target_id().unwrap_or_default())))
        }
        None => Ok(()),
    }
}

/// The statement that lets a rule invoke a function. Rules of one name on two buses are told apart by their ARNs.
fn statement(rule: &str) -> (String, Statement) {
    let name = rule.rsplit('/').next().unwrap_or_default().replace('.', "-");
    let id = policy::id("events", &format!("{name}-{}", policy::short_hash(rule)));
    (id, Statement { source_arn: Some(rule.to_owned()), ..Statement::of("events.amazonaws.com") })
}

/// Whether a function's policy lets the rule invoke it, by whichever statement. A policy that we may not read is taken to do so.
async fn may_invoke(cx: &Cx<'_>, rule: &str, function: &str) -> Result<bool, Failure> {
    let (_, wanted) = statement(rule);
    match policy::read(cx, function).await {
        Ok(policy) => Ok(policy.values().any(|statement| *statement == wanted)),
        Err(failure) if failure.class == Class::Denied => Ok(true),
        Err(failure) => Err(failure),
    }
}

async fn allow(cx: &Cx<'_>, rule: &str, function: &str) -> Result<(), Failure> {
    let (id, wanted) = statement(rule);
    policy::ensure(cx, &mut Policy::new(), function, &id, &wanted).await
}

async fn forbid(cx: &Cx<'_>, rule: &str, function: &str) -> Result<(), Failure> {
    let (id, ours) = statement(rule);
    policy::remove(cx, &mut Policy::from([(id.clone(), ours)]), function, &id).await
}

fn built<T>(built: Result<T, BuildError>) -> Result<T, Failure> {
    built.map_err(|error| Failure::local("eventbridge:PutTargets", error.to_string()))
}

fn to_send(target: &RuleTarget, spec: &Spec) -> Result<api::Target, Failure> {
    let RuleTarget {
        id,
        queue: _,
        topic: _,
        function: _,
        pipeline: _,
        stream: _,
        arn: _,
        input,
        input_path,
        input_transformer,
        role,
        dead_letter,
        retry,
        message_group,
        partition_key_path,
    } = target;
    let role = role.as_ref().or_else(|| spec.role.as_ref().filter(|_| target.needs_role()));
    let transformer = input_transformer.as_ref().map(|InputTransformer { paths, template }| {
        let paths = (!paths.is_empty()).then(|| paths.clone().into_iter().collect());
        built(api::InputTransformer::builder().set_input_paths_map(paths).input_template(template).build())
    });
    let stream = partition_key_path.as_ref().map(|path| built(api::KinesisParameters::builder().partition_key_path(path).build()));
    let retry = retry.as_ref().map(|Retry { attempts, max_age }| {
        api::RetryPolicy::builder()
            .set_maximum_retry_attempts(attempts.and_then(|attempts| i32::try_from(attempts).ok()))
            .set_maximum_event_age_in_seconds(max_age.and_then(|age| i32::try_from(age.as_seconds()).ok()))
            .build()
    });
    let entry = api::Target::builder()
        .id(id.clone().unwrap_or_default())
        .arn(target.destination().unwrap_or_default())
        .set_role_arn(role.map(|role| role.0.clone()))
        .set_input(input.clone())
        .set_input_path(input_path.clone())
        .set_input_transformer(transformer.transpose()?)
        .set_dead_letter_config(dead_letter.as_ref().map(|queue| api::DeadLetterConfig::builder().arn(queue.as_str()).build()))
        .set_retry_policy(retry)
        .set_sqs_parameters(message_group.as_ref().map(|group| api::SqsParameters::builder().message_group_id(group).build()))
        .set_kinesis_parameters(stream.transpose()?);
    built(entry.build())
}

/// A target as EventBridge tells it; the role is left out where it is the rule's own.
fn target_of(target: &api::Target, own_role: Option<&str>) -> RuleTarget {
    let field = field_of(target.arn());
    let reference = |name: &str| (field == name).then(|| Ref(target.arn().to_owned()));
    RuleTarget {
        id: Some(target.id().to_owned()),
        queue: reference("queue"),
        topic: reference("topic"),
        function: reference("function"),
        pipeline: reference("pipeline"),
        stream: reference("stream"),
        arn: (field == "arn").then(|| target.arn().to_owned()),
        input: target.input().map(str::to_owned),
        input_path: target.input_path().map(str::to_owned),
        input_transformer: target.input_transformer().map(|transformer| InputTransformer {
            paths: transformer.input_paths_map().into_iter().flatten().map(|(name, path)| (name.clone(), path.clone())).collect(),
            template: transformer.input_template().to_owned(),
        }),
        role: target.role_arn().filter(|role| Some(*role) != own_role).map(|role| Ref(role.to_owned())),
        dead_letter: target.dead_letter_config().and_then(|config| config.arn()).map(|arn| Ref(arn.to_owned())),
        retry: target.retry_policy().map(|retry| Retry {
            attempts: retry.maximum_retry_attempts().and_then(|attempts| u32::try_from(attempts).ok()),
            max_age: retry.maximum_event_age_in_seconds().and_then(|age| u64::try_from(age).ok()).map(Duration::seconds),
        }),
        message_group: target.sqs_parameters().and_then(|sqs| sqs.message_group_id()).map(str::to_owned),
        partition_key_path: target.kinesis_parameters().map(|kinesis| kinesis.partition_key_path().to_owned()),
    }
}

async fn tags(cx: &Cx<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let answer =
        cx.read("eventbridge:ListTagsForResource", || cx.session.eventbridge().list_tags_for_resource().resource_arn(arn).send()).await?;
    let tags = answer.map(|answer| answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect());
    Ok(tags.unwrap_or_default())
}

fn tag_list(tags: &BTreeMap<String, String>) -> Result<Vec<api::Tag>, Failure> {
    let built: Result<Vec<_>, _> = tags.iter().map(|(key, value)| api::Tag::builder().key(key).value(value).build()).collect();
    built.map_err(|error| Failure::local("eventbridge:TagResource", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn rules_of_one_name_on_two_buses_have_statements_of_their_own() {
        let of = |rest: &str| statement(&format!("arn:aws:events:us-east-1:123456789012:rule/{rest}"));
        let (one, other) = (of("failed.runs"), of("own/failed.runs"));
        assert_ne!(one.0, other.0);
        assert_eq!(other.1.source_arn.as_deref(), Some("arn:aws:events:us-east-1:123456789012:rule/own/failed.runs"));
        // The letters that Lambda takes in a statement's id.
        assert!(one.0.starts_with("pipetoll-events-failed-runs-") && one.0.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
    }
}

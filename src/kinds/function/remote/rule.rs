//! Schedules and rules of EventBridge that start a function: the function's own rules, and its place among the targets of others.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types as api;
use aws_smithy_types::error::operation::BuildError;

use super::arn;
use super::configuration::{count, whole};
use super::policy::{self, Policy, Statement};
use crate::aws::{Cx, Failure, Target, Update};
use crate::base::units::Duration;
use crate::kinds::function::spec::{Delivery, InputTransformer, RuleTrigger, Schedule, Spec};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// EventBridge's longest names of rules and targets.
const LONGEST_NAME: usize = 64;

/// A rule: its name and its bus.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    name: String,
    bus: Option<String>,
}

impl Place {
    /// From `arn:aws:events:us-east-1:123456789012:rule/bus/name`, or without the bus for the default one.
    fn of_arn(arn: &str) -> Option<Self> {
        let (_, path) = arn.split_once(":rule/")?;
        Some(match path.split_once('/') {
            Some((bus, name)) => Self { name: name.to_owned(), bus: Some(bus.to_owned()) },
            None => Self { name: path.to_owned(), bus: None },
        })
    }

    /// A rule of the function's own.
    fn own(function: &str, trigger: &str, bus: Option<&str>) -> Self {
        Self { name: bounded(&format!("{function}-{trigger}")), bus: bus.filter(|bus| *bus != "default").map(str::to_owned) }
    }

    fn arn(&self, cx: &Cx<'_>) -> String {
        let path = self.bus.as_ref().map_or_else(|| self.name.clone(), |bus| format!("{bus}/{}", self.name));
        format!("arn:{}:events:{}:{}:rule/{path}", cx.session.partition(), cx.session.region(), cx.session.account())
    }
}

fn bounded(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let hash = policy::short_hash(name);
    let kept: String = name.chars().take(LONGEST_NAME - hash.len() - 1).collect();
    format!("{kept}-{hash}")
}

/// The id of the function among the targets of a rule.
fn target_id(function: &str, trigger: &str) -> String {
    bounded(&format!("pipetoll-{function}-{trigger}"))
}

/// A rule and our target in it.
struct There {
    rule: aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput,
    target: Option<api::Target>,
}

async fn look(cx: &Cx<'_>, place: &Place, id: &str) -> Result<Option<There>, Failure> {
    let events = cx.session.eventbridge();
    let rule = cx
        .read("eventbridge:DescribeRule", || events.describe_rule().name(&place.name).set_event_bus_name(place.bus.clone()).send())
        .await?;
    let Some(rule) = rule else { return Ok(None) };
    let target = targets(cx, place).await?.into_iter().find(|target| target.id() == id);
    Ok(Some(There { rule, target }))
}

async fn targets(cx: &Cx<'_>, place: &Place) -> Result<Vec<api::Target>, Failure> {
    let events = cx.session.eventbridge();
    let (mut token, mut found) = (None::<String>, Vec::new());
    loop {
        let page = cx
            .read("eventbridge:ListTargetsByRule", || {
                let call = events.list_targets_by_rule().rule(&place.name).set_event_bus_name(place.bus.clone());
                call.set_next_token(token.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        found.extend(page.targets.unwrap_or_default());
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// Names and rules of the triggers of one list: those with a permission, and those recorded.
fn known(target: &Target<'_>, policy: &Policy, list: &str, own: impl Fn(&Value, &str) -> Option<Place>) -> BTreeMap<String, Place> {
    let recorded = target.recorded.get(&format!("trigger.{list}")).and_then(Value::items).unwrap_or_default();
    let recorded = recorded.iter().filter_map(|item| {
        let name = item.get("name")?.text()?.to_owned();
        let place = own(item, &name)?;
        Some((name, place))
    });
    let mut found: BTreeMap<String, Place> = recorded.collect();
    let prefix = format!("{}{list}-", policy::PREFIX);
    for (id, statement) in policy {
        if let (Some(name), Some(place)) = (id.strip_prefix(&prefix), statement.source_arn.as_deref().and_then(Place::of_arn)) {
            found.insert(name.to_owned(), place);
        }
    }
    found
}

/// The schedules that are there. Half a one is told without its expression, so that the plan mends it.
pub(super) async fn read_schedules(cx: &Cx<'_>, target: &Target<'_>, policy: &Policy) -> Result<Vec<Schedule>, Failure> {
    let own = |_: &Value, name: &str| Some(Place::own(target.id, name, None));
    let mut found = Vec::new();
    for (name, place) in known(target, policy, "schedule", own) {
        let allowed = policy.contains_key(&policy::id("schedule", &name));
        let id = target_id(target.id, &name);
        match look(cx, &place, &id).await? {
            Some(There { rule, target }) => found.push(Schedule {
                schedule: rule.schedule_expression().filter(|_| allowed && target.is_some()).unwrap_or_default().to_owned(),
                input: target.as_ref().and_then(|target| target.input()).map(str::to_owned),
                description: rule.description().filter(|text| !text.is_empty()).map(str::to_owned),
                dead_letter: target.as_ref().and_then(dead_letter_of),
                retry: target.as_ref().and_then(retry_of),
                enabled: rule.state() != Some(&api::RuleState::Disabled),
                name,
            }),
            None if allowed => {
                found.push(Schedule {
                    name,
                    schedule: String::new(),
                    input: None,
                    description: None,
                    dead_letter: None,
                    retry: None,
                    enabled: true,
                });
            }
            None => {}
        }
    }
    Ok(found)
}

/// The rule triggers that are there. Half a one is told with neither rule nor pattern, so that the plan mends it.
pub(super) async fn read_rules(cx: &Cx<'_>, target: &Target<'_>, policy: &Policy) -> Result<Vec<RuleTrigger>, Failure> {
    let own = |item: &Value, name: &str| match item.get("rule").and_then(Value::text) {
        Some(rule) => Place::of_arn(rule),
        None => Some(Place::own(target.id, name, item.get("bus").and_then(Value::text))),
    };
    let mut found = Vec::new();
    for (name, place) in known(target, policy, "rule", own) {
        let allowed = policy.contains_key(&policy::id("rule", &name));
        let there = look(cx, &place, &target_id(target.id, &name)).await?;
        if there.is_none() && !allowed {
            continue;
        }
        let is_own = place.name == Place::own(target.id, &name, None).name;
        let whole = allowed && there.as_ref().is_some_and(|there| there.target.is_some());
        let rule = there.as_ref().map(|there| &there.rule);
        let aim = there.as_ref().and_then(|there| there.target.as_ref());
        found.push(RuleTrigger {
            rule: (!is_own && whole).then(|| Ref(place.arn(cx))),
            pattern: rule.and_then(|rule| rule.event_pattern()).filter(|_| is_own && whole).map(str::to_owned),
            description: rule.and_then(|rule| rule.description()).filter(|text| is_own && !text.is_empty()).map(str::to_owned),
            bus: Some(place.bus.clone().unwrap_or_else(|| "default".to_owned())).filter(|_| is_own),
            input: aim.and_then(|aim| aim.input()).map(str::to_owned),
            input_path: aim.and_then(|aim| aim.input_path()).map(str::to_owned),
            input_transformer: aim.and_then(|aim| aim.input_transformer()).map(|transformer| InputTransformer {
                paths: transformer.input_paths_map().cloned().unwrap_or_default().into_iter().collect(),
                template: transformer.input_template().to_owned(),
            }),
            dead_letter: aim.and_then(dead_letter_of),
            retry: aim.and_then(retry_of),
            enabled: !is_own || rule.and_then(|rule| rule.state()) != Some(&api::RuleState::Disabled),
            name,
        });
    }
    Ok(found)
}

fn dead_letter_of(target: &api::Target) -> Option<Ref> {
    target.dead_letter_config().and_then(|config| config.arn()).filter(|arn| !arn.is_empty()).map(|arn| Ref(arn.to_owned()))
}

fn retry_of(target: &api::Target) -> Option<Delivery> {
    let policy = target.retry_policy()?;
    let attempts = policy.maximum_retry_attempts().and_then(|attempts| u32::try_from(attempts).ok());
    Some(Delivery { attempts, max_age: count(policy.maximum_event_age_in_seconds()).map(Duration::seconds) })
}

/// What is written of a trigger: the rule, if it is the function's own, and the target.
struct Wanted<'a> {
    place: Place,
    own: Option<OwnRule<'a>>,
    input: Option<&'a str>,
    input_path: Option<&'a str>,
    input_transformer: Option<&'a InputTransformer>,
    dead_letter: Option<&'a Ref>,
    retry: Option<&'a Delivery>,
}

struct OwnRule<'a> {
    schedule: Option<&'a str>,
    pattern: Option<&'a str>,
    description: Option<&'a str>,
    enabled: bool,
}

impl<'a> Wanted<'a> {
    fn of_schedule(function: &str, trigger: &'a Schedule) -> Self {
        let Schedule { name, schedule, input, description, dead_letter, retry, enabled } = trigger;
        let own = OwnRule { schedule: Some(schedule), pattern: None, description: description.as_deref(), enabled: *enabled };
        Self {
            place: Place::own(function, name, None),
            own: Some(own),
            input: input.as_deref(),
            input_path: None,
            input_transformer: None,
            dead_letter: dead_letter.as_ref(),
            retry: retry.as_ref(),
        }
    }

    fn of_rule(function: &str, trigger: &'a RuleTrigger) -> Result<Self, Failure> {
        let RuleTrigger { name, rule, pattern, description, bus, input, input_path, input_transformer, dead_letter, retry, enabled } =
            trigger;
        let (place, own) = if let Some(rule) = rule {
            let place = Place::of_arn(rule.as_str())
                .ok_or_else(|| Failure::local("eventbridge:PutTargets", format!("`{rule}` is not the ARN of a rule")))?;
            (place, None)
        } else {
            let own = OwnRule { schedule: None, pattern: pattern.as_deref(), description: description.as_deref(), enabled: *enabled };
            (Place::own(function, name, bus.as_deref()), Some(own))
        };
        Ok(Self {
            place,
            own,
            input: input.as_deref(),
            input_path: input_path.as_deref(),
            input_transformer: input_transformer.as_ref(),
            dead_letter: dead_letter.as_ref(),
            retry: retry.as_ref(),
        })
    }

    fn target(&self, id: String, arn: String) -> Result<api::Target, BuildError> {
        let transformer = self.input_transformer.map(|InputTransformer { paths, template }| {
            let paths = (!paths.is_empty()).then(|| paths.clone().into_iter().collect());
            api::InputTransformer::builder().set_input_paths_map(paths).input_template(template).build()
        });
        api::Target::builder()
            .id(id)
            .arn(arn)
            .set_input(self.input.map(str::to_owned))
            .set_input_path(self.input_path.map(str::to_owned))
            .set_input_transformer(transformer.transpose()?)
            .set_dead_letter_config(self.dead_letter.map(|queue| api::DeadLetterConfig::builder().arn(&queue.0).build()))
            .set_retry_policy(self.retry.map(|Delivery { attempts, max_age }| {
                api::RetryPolicy::builder()
                    .set_maximum_retry_attempts(attempts.map(|attempts| whole(attempts.into())))
                    .set_maximum_event_age_in_seconds(max_age.map(|age| whole(age.as_seconds())))
                    .build()
            }))
            .build()
    }

    /// PutRule and PutTargets both make or replace.
    async fn put(&self, cx: &Cx<'_>, function: &str, trigger: &str) -> Result<(), Failure> {
        let events = cx.session.eventbridge();
        if let Some(OwnRule { schedule, pattern, description, enabled }) = &self.own {
            let state = if *enabled { api::RuleState::Enabled } else { api::RuleState::Disabled };
            let tags: Result<Vec<_>, _> = cx.tags.iter().map(|(key, value)| api::Tag::builder().key(key).value(value).build()).collect();
            let tags = tags.map_err(super::configuration::unbuilt)?;
            cx.write("eventbridge:PutRule", || {
                events
                    .put_rule()
                    .name(&self.place.name)
                    .set_event_bus_name(self.place.bus.clone())
                    .set_schedule_expression(schedule.map(str::to_owned))
                    .set_event_pattern(pattern.map(str::to_owned))
                    .set_description(description.map(str::to_owned))
                    .state(state.clone())
                    .set_tags(Some(tags.clone()))
                    .send()
            })
            .await?;
        }
        let target = self.target(target_id(function, trigger), arn(cx, function)).map_err(super::configuration::unbuilt)?;
        let answer = cx
            .write("eventbridge:PutTargets", || {
                events.put_targets().rule(&self.place.name).set_event_bus_name(self.place.bus.clone()).targets(target.clone()).send()
            })
            .await?;
        // A target that is refused comes back with HTTP 200.
        match answer.failed_entries().first() {
            Some(failed) => Err(Failure::unexpected(
                "eventbridge:PutTargets",
                format!("{}: {}", failed.error_code().unwrap_or_default(), failed.error_message().unwrap_or_default()),
            )),
            None => Ok(()),
        }
    }

    /// Takes the target away, and with it a rule of the function's own.
    async fn remove(&self, cx: &Cx<'_>, function: &str, trigger: &str) -> Result<(), Failure> {
        let events = cx.session.eventbridge();
        let mut ids = vec![target_id(function, trigger)];
        if self.own.is_some() {
            ids.extend(targets(cx, &self.place).await?.into_iter().map(|target| target.id).filter(|id| *id != ids[0]).collect::<Vec<_>>());
        }
        cx.delete("eventbridge:RemoveTargets", || {
            let call = events.remove_targets().rule(&self.place.name).set_event_bus_name(self.place.bus.clone());
            call.set_ids(Some(ids.clone())).send()
        })
        .await?;
        if self.own.is_some() {
            cx.delete("eventbridge:DeleteRule", || {
                events.delete_rule().name(&self.place.name).set_event_bus_name(self.place.bus.clone()).send()
            })
            .await?;
        }
        Ok(())
    }
}

fn statement(cx: &Cx<'_>, place: &Place) -> Statement {
    Statement { source_arn: Some(place.arn(cx)), ..Statement::of("events.amazonaws.com") }
}

/// Brings schedules and rule triggers to what is desired.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, function: &str) -> Result<(), Failure> {
    if !update.touches(&["trigger.schedule", "trigger.rule"]) {
        return Ok(());
    }
    let (desired, prior) = (&update.desired.trigger, &update.prior.trigger);
    for list in ["schedule", "rule"] {
        for name in update.removed_items(&format!("trigger.{list}"), "name") {
            let there = match list {
                "schedule" => prior.schedule.iter().find(|there| there.name == name).map(|there| Wanted::of_schedule(function, there)),
                _ => prior.rule.iter().find(|there| there.name == name).map(|there| Wanted::of_rule(function, there)).transpose()?,
            };
            if let Some(there) = there {
                there.remove(cx, function, &name).await?;
            }
            policy::remove(cx, policy, function, &policy::id(list, &name)).await?;
        }
    }
    for trigger in desired.schedule.iter().filter(|trigger| !prior.schedule.contains(trigger)) {
        let wanted = Wanted::of_schedule(function, trigger);
        policy::ensure(cx, policy, function, &policy::id("schedule", &trigger.name), &statement(cx, &wanted.place)).await?;
        wanted.put(cx, function, &trigger.name).await?;
    }
    for trigger in desired.rule.iter().filter(|trigger| !prior.rule.contains(trigger)) {
        let wanted = Wanted::of_rule(function, trigger)?;
        if let Some(there) = prior.rule.iter().find(|there| there.name == trigger.name) {
            let there = Wanted::of_rule(function, there)?;
            if there.place != wanted.place {
                there.remove(cx, function, &trigger.name).await?;
            }
        }
        policy::ensure(cx, policy, function, &policy::id("rule", &trigger.name), &statement(cx, &wanted.place)).await?;
        wanted.put(cx, function, &trigger.name).await?;
    }
    Ok(())
}

/// Takes all of them away; the function itself is about to go.
pub(super) async fn remove_all(cx: &Cx<'_>, spec: &Spec, function: &str) -> Result<(), Failure> {
    for trigger in &spec.trigger.schedule {
        Wanted::of_schedule(function, trigger).remove(cx, function, &trigger.name).await?;
    }
    for trigger in &spec.trigger.rule {
        Wanted::of_rule(function, trigger)?.remove(cx, function, &trigger.name).await?;
    }
    Ok(())
}

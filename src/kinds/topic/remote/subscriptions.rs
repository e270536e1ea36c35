//! Who is subscribed to a topic: read, subscribed, changed and unsubscribed. SNS can change neither the protocol nor the endpoint of a
//! subscription: another one takes its place.

use super::{Attributes, choice, word};
use crate::aws::subscription::{SCOPE, in_order};
use crate::aws::{Cx, Failure, Target, Update};
use crate::kinds::topic::spec::{Protocol, Spec, Subscription};
use crate::model::reference::Ref;
use crate::model::value::Value;

const FILTER: &str = "FilterPolicy";
const REDRIVE: &str = "RedrivePolicy";
const REPLAY: &str = "ReplayPolicy";

/// A subscription as SNS lists it.
#[derive(Debug)]
struct Listed {
    arn: String,
    protocol: Protocol,
    endpoint: String,
}

impl Listed {
    /// One that waits for its owner's answer has no ARN yet, and can be neither read, changed nor ended.
    fn is_confirmed(&self) -> bool {
        self.arn.starts_with("arn:")
    }

    fn is(&self, subscription: &Subscription) -> bool {
        self.protocol == subscription.protocol && self.endpoint == subscription.endpoint.0
    }

    async fn read(self, cx: &Cx<'_>) -> Result<Subscription, Failure> {
        let answer = cx
            .read("sns:GetSubscriptionAttributes", || cx.session.sns().get_subscription_attributes().subscription_arn(&self.arn).send())
            .await?;
        let attributes: Attributes = answer.and_then(|answer| answer.attributes).unwrap_or_default().into_iter().collect();
        let text = |name: &str| attributes.get(name).filter(|value| !value.is_empty() && *value != "{}").cloned();
        let dead_letter = text(REDRIVE).and_then(|policy| serde_json::from_str::<serde_json::Value>(&policy).ok());
        Ok(Subscription {
            protocol: self.protocol,
            endpoint: Ref(self.endpoint),
            filter_policy: text(FILTER),
            filter_policy_scope: choice(text(SCOPE)),
            raw: text("RawMessageDelivery").is_some_and(|value| value == "true"),
            dead_letter: dead_letter.and_then(|policy| Some(Ref(policy.get("deadLetterTargetArn")?.as_str()?.to_owned()))),
            role: text("SubscriptionRoleArn").map(Ref),
            delivery_policy: text("DeliveryPolicy"),
            replay_policy: text(REPLAY),
        })
    }
}

/// The subscriptions that were declared here before; a function's own (`trigger.sns`) and other people's are not read. One that waits for its
/// owner is what it was asked to be: SNS tells no more of it.
pub(super) async fn read(cx: &Cx<'_>, topic: &str, target: &Target<'_>) -> Result<Vec<Subscription>, Failure> {
    let recorded = recorded(target);
    let mut subscriptions = Vec::new();
    for found in list(cx, topic).await? {
        let Some(ours) = recorded.iter().find(|ours| found.is(ours)) else { continue };
        if found.is_confirmed() {
            subscriptions.push(found.read(cx).await?);
        } else {
            cx.remark(format!("the subscription of {} waits until its owner confirms it", found.endpoint));
            subscriptions.push(ours.clone());
        }
    }
    Ok(subscriptions)
}

/// Ends the subscriptions that were declared here before.
pub(super) async fn end(cx: &Cx<'_>, topic: &str, target: &Target<'_>) -> Result<(), Failure> {
    let recorded = recorded(target);
    for found in list(cx, topic).await?.iter().filter(|found| recorded.iter().any(|ours| found.is(ours))) {
        unsubscribe(cx, found).await?;
    }
    Ok(())
}

async fn unsubscribe(cx: &Cx<'_>, found: &Listed) -> Result<(), Failure> {
    if found.is_confirmed() {
        return cx.delete("sns:Unsubscribe", || cx.session.sns().unsubscribe().subscription_arn(&found.arn).send()).await;
    }
    cx.remark(format!(
        "the subscription of {} was never confirmed; SNS lets nobody end it, and forgets it 48 hours after it was asked for",
        found.endpoint
    ));
    Ok(())
}

fn recorded(target: &Target<'_>) -> Vec<Subscription> {
    let items = target.recorded.get("subscription").and_then(Value::items).unwrap_or_default();
    items.iter().filter_map(|item| serde_json::from_value(item.to_literal_json()).ok()).collect()
}

async fn list(cx: &Cx<'_>, topic: &str) -> Result<Vec<Listed>, Failure> {
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let page = cx
            .read("sns:ListSubscriptionsByTopic", || {
                cx.session.sns().list_subscriptions_by_topic().topic_arn(topic).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        for listed in page.subscriptions() {
            // Another account's that was ended: SNS lists it for three days more.
            if listed.subscription_arn() == Some("Deleted") {
                continue;
            }
            let protocol = choice(listed.protocol().map(str::to_owned));
            if let (Some(protocol), Some(endpoint)) = (protocol, listed.endpoint()) {
                let arn = listed.subscription_arn().unwrap_or_default().to_owned();
                found.push(Listed { arn, protocol, endpoint: endpoint.to_owned() });
            }
        }
        next = page.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// Subscribes whom the plan adds, changes who is there, and ends what was declared before and is no more.
pub(super) async fn update(cx: &Cx<'_>, topic: &str, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (sns, listed) = (cx.session.sns(), list(cx, topic).await?);
    for (at, wanted) in update.desired.subscription.iter().enumerate() {
        let prior = update.prior.subscription.iter().find(|prior| prior.endpoint == wanted.endpoint && prior.protocol == wanted.protocol);
        let removes = |field: &str| update.removes_from_item("subscription", at, field);
        match listed.iter().find(|found| found.is(wanted)) {
            Some(found) if found.is_confirmed() => {
                for (name, value) in changed(wanted, prior, &removes) {
                    cx.write("sns:SetSubscriptionAttributes", || {
                        sns.set_subscription_attributes().subscription_arn(&found.arn).attribute_name(&name).attribute_value(&value).send()
                    })
                    .await?;
                }
            }
            // Asking an owner again would be one more mail for nothing.
            Some(_) if prior == Some(wanted) => {}
            _ => subscribe(cx, topic, wanted).await?,
        }
    }
    let recorded = recorded(&update.target);
    let is_wanted = |found: &Listed| update.desired.subscription.iter().any(|wanted| found.is(wanted));
    for found in listed.iter().filter(|found| recorded.iter().any(|ours| found.is(ours)) && !is_wanted(found)) {
        unsubscribe(cx, found).await?;
    }
    Ok(())
}

async fn subscribe(cx: &Cx<'_>, topic: &str, wanted: &Subscription) -> Result<(), Failure> {
    let protocol = word(wanted.protocol);
    let attributes = first(wanted);
    cx.write("sns:Subscribe", || {
        let mut call = cx.session.sns().subscribe().topic_arn(topic).set_protocol(protocol.clone()).endpoint(&wanted.endpoint.0);
        for (name, value) in &attributes {
            call = call.attributes(name, value);
        }
        call.return_subscription_arn(true).send()
    })
    .await?;
    Ok(())
}

/// The attributes with which a subscription begins. SNS refuses an empty value on Subscribe, and takes it as a reset on
/// SetSubscriptionAttributes; to most protocols it delivers with its envelope only.
fn first(wanted: &Subscription) -> Attributes {
    let mut attributes = attributes(wanted);
    attributes.retain(|_, value| !["", "{}", "false"].contains(&value.as_str()));
    attributes
}

/// The attributes of a subscription that must be set, in order.
fn changed(wanted: &Subscription, prior: Option<&Subscription>, removes: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut wanted = attributes(wanted);
    for (field, name, reset) in [("filter_policy_scope", SCOPE, "MessageAttributes"), ("replay_policy", REPLAY, "")] {
        if removes(field) {
            wanted.insert(name.to_owned(), reset.to_owned());
        }
    }
    let prior = prior.map(attributes).unwrap_or_default();
    // What stands as it is wanted is not sent again: a replay would begin anew.
    let mut changed: Vec<_> = wanted.into_iter().filter(|(name, value)| prior.get(name) != Some(value)).collect();
    in_order(&mut changed);
    changed
}

fn attributes(subscription: &Subscription) -> Attributes {
    let Subscription { protocol, endpoint: _, filter_policy, filter_policy_scope, raw, dead_letter, role, delivery_policy, replay_policy } =
        subscription;
    let mut attributes = Attributes::from([("RawMessageDelivery".to_owned(), raw.to_string())]);
    attributes.insert(FILTER.to_owned(), filter_policy.clone().unwrap_or_else(|| "{}".to_owned()));
    if let Some(scope) = filter_policy_scope.and_then(word) {
        attributes.insert(SCOPE.to_owned(), scope);
    }
    let redrive = dead_letter.as_ref().map(|queue| serde_json::json!({ "deadLetterTargetArn": queue }).to_string());
    attributes.insert(REDRIVE.to_owned(), redrive.unwrap_or_default());
    if let Some(role) = role {
        attributes.insert("SubscriptionRoleArn".to_owned(), role.0.clone());
    }
    if matches!(protocol, Protocol::Http | Protocol::Https) {
        attributes.insert("DeliveryPolicy".to_owned(), delivery_policy.clone().unwrap_or_default());
    }
    if let Some(policy) = replay_policy {
        attributes.insert(REPLAY.to_owned(), policy.clone());
    }
    attributes
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn subscription(more: &serde_json::Value) -> Subscription {
        let mut json = serde_json::json!({ "protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:1:q" });
        json.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(json).unwrap()
    }

    fn sent(wanted: &serde_json::Value, prior: &serde_json::Value, removed: &str) -> Vec<String> {
        let changed = changed(&subscription(wanted), Some(&subscription(prior)), &|field| field == removed);
        changed.into_iter().map(|(name, value)| format!("{name} {value}")).collect()
    }

    #[test]
    fn a_nested_filter_is_never_set_while_attributes_are_looked_at() {
        let attributes = serde_json::json!({ "filter_policy": "{\"a\":[1]}", "filter_policy_scope": "MessageAttributes" });
        let body = serde_json::json!({ "filter_policy": "{\"a\":{\"b\":[1]}}", "filter_policy_scope": "MessageBody" });
        assert_eq!(sent(&body, &attributes, ""), ["FilterPolicyScope MessageBody", "FilterPolicy {\"a\":{\"b\":[1]}}"]);
        assert_eq!(sent(&attributes, &body, ""), ["FilterPolicy {\"a\":[1]}", "FilterPolicyScope MessageAttributes"]);
        let without = serde_json::json!({ "filter_policy": "{\"a\":[1]}" });
        assert_eq!(sent(&without, &body, "filter_policy_scope"), ["FilterPolicy {\"a\":[1]}", "FilterPolicyScope MessageAttributes"]);
    }

    #[test]
    fn what_left_the_configuration_is_reset_and_what_stands_is_not_sent_again() {
        let all = serde_json::json!({ "filter_policy": "{\"a\":[1]}", "raw": true, "dead_letter": "arn:aws:sqs:us-east-1:1:d", "replay_policy": "{}" });
        assert!(sent(&all, &all, "").is_empty());
        let reset = ["FilterPolicy {}", "RawMessageDelivery false", "RedrivePolicy ", "ReplayPolicy "];
        assert_eq!(sent(&serde_json::json!({}), &all, "replay_policy"), reset);
        let replay = |day: u8| serde_json::json!({ "replay_policy": format!("{{\"StartingPoint\":\"2026-11-{day}\"}}") });
        assert_eq!(sent(&replay(21), &replay(20), ""), ["ReplayPolicy {\"StartingPoint\":\"2026-11-21\"}"]);
        assert_eq!(
            first(&subscription(&replay(20))),
            Attributes::from([(REPLAY.to_owned(), "{\"StartingPoint\":\"2026-11-20\"}".to_owned())])
        );
    }
}

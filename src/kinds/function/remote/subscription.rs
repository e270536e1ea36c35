//! SNS triggers: a permission and a subscription.

use std::collections::BTreeMap;

use super::arn;
use super::policy::{self, Policy, Statement};
use crate::aws::subscription::in_order;
use crate::aws::{Cx, Failure, Target, Update};
use crate::kinds::function::spec::{FilterScope, Sns, Spec};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// A topic's statement is told apart by the whole ARN: two accounts can have a topic of one name.
fn statement_id(topic: &str) -> String {
    let name = topic.rsplit(':').next().unwrap_or_default();
    policy::id("sns", &format!("{}-{}", name.replace('.', "-"), policy::short_hash(topic)))
}

fn statement(topic: &str) -> Statement {
    Statement { source_arn: Some(topic.to_owned()), ..Statement::of("sns.amazonaws.com") }
}

/// The SNS triggers that are there: topics with a permission, and those recorded. Half a trigger is not told, so that the plan makes it whole.
pub(super) async fn read(cx: &Cx<'_>, target: &Target<'_>, policy: &Policy) -> Result<Vec<Sns>, Failure> {
    let recorded = target.recorded.get("trigger.sns").and_then(Value::items).unwrap_or_default();
    let mut topics: Vec<String> = recorded.iter().filter_map(|item| item.get("topic")?.text().map(str::to_owned)).collect();
    let prefix = format!("{}sns-", policy::PREFIX);
    topics.extend(policy.iter().filter(|(id, _)| id.starts_with(&prefix)).filter_map(|(_, statement)| statement.source_arn.clone()));
    topics.sort();
    topics.dedup();
    let mut found = Vec::new();
    for topic in topics {
        if !policy.contains_key(&statement_id(&topic)) {
            continue;
        }
        if let Some(subscription) = subscription(cx, &topic, target.id).await? {
            let attributes = attributes_of(cx, &subscription).await?;
            let text = |name: &str| attributes.get(name).filter(|text| !text.is_empty()).cloned();
            let dead_letter = text("RedrivePolicy")
                .and_then(|policy| serde_json::from_str::<serde_json::Value>(&policy).ok())
                .and_then(|policy| policy.get("deadLetterTargetArn")?.as_str().map(|arn| Ref(arn.to_owned())));
            found.push(Sns {
                topic: Ref(topic),
                filter: text("FilterPolicy").filter(|filter| filter != "{}"),
                filter_scope: match text("FilterPolicyScope").as_deref() {
                    Some("MessageBody") => Some(FilterScope::MessageBody),
                    Some("MessageAttributes") => Some(FilterScope::MessageAttributes),
                    _ => None,
                },
                dead_letter,
            });
        }
    }
    Ok(found)
}

/// The subscription of a function to a topic, as an ARN.
async fn subscription(cx: &Cx<'_>, topic: &str, function: &str) -> Result<Option<String>, Failure> {
    let (sns, endpoint) = (cx.session.sns(), arn(cx, function));
    let mut token = None::<String>;
    loop {
        let page = cx
            .read("sns:ListSubscriptionsByTopic", || {
                sns.list_subscriptions_by_topic().topic_arn(topic).set_next_token(token.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(None) };
        if let Some(found) = page.subscriptions().iter().find(|subscription| subscription.endpoint() == Some(endpoint.as_str())) {
            return Ok(found.subscription_arn().map(str::to_owned));
        }
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            return Ok(None);
        }
    }
}

async fn attributes_of(cx: &Cx<'_>, subscription: &str) -> Result<BTreeMap<String, String>, Failure> {
    let sns = cx.session.sns();
    let found =
        cx.read("sns:GetSubscriptionAttributes", || sns.get_subscription_attributes().subscription_arn(subscription).send()).await?;
    Ok(found.and_then(|found| found.attributes).unwrap_or_default().into_iter().collect())
}

/// The attributes to set, in order; an absent one is empty, which takes it away.
fn attributes(trigger: &Sns) -> [(&'static str, String); 3] {
    let Sns { topic: _, filter, filter_scope, dead_letter } = trigger;
    let scope = match filter_scope {
        Some(FilterScope::MessageBody) => "MessageBody",
        Some(FilterScope::MessageAttributes) | None => "MessageAttributes",
    };
    let redrive = dead_letter.as_ref().map(|queue| serde_json::json!({ "deadLetterTargetArn": queue.0 }).to_string());
    let mut attributes = [
        ("FilterPolicyScope", scope.to_owned()),
        ("FilterPolicy", filter.clone().unwrap_or_else(|| "{}".to_owned())),
        ("RedrivePolicy", redrive.unwrap_or_default()),
    ];
    in_order(&mut attributes);
    attributes
}

/// Brings the SNS triggers to what is desired.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, function: &str) -> Result<(), Failure> {
    if !update.touches(&["trigger.sns"]) {
        return Ok(());
    }
    let sns = cx.session.sns();
    for wanted in &update.desired.trigger.sns {
        let topic = wanted.topic.as_str();
        let prior = update.prior.trigger.sns.iter().find(|there| there.topic == wanted.topic);
        if prior == Some(wanted) {
            continue;
        }
        policy::ensure(cx, policy, function, &statement_id(topic), &statement(topic)).await?;
        let wanted_attributes = attributes(wanted);
        let Some(there) = subscription(cx, topic, function).await? else {
            let endpoint = arn(cx, function);
            // Subscribing the same endpoint again gives the same subscription, so that doing it twice is harmless.
            cx.write("sns:Subscribe", || {
                let mut call = sns.subscribe().topic_arn(topic).protocol("lambda").endpoint(&endpoint).return_subscription_arn(true);
                for (name, value) in wanted_attributes.iter().filter(|(_, value)| !value.is_empty() && value != "{}") {
                    if *name != "FilterPolicyScope" || wanted.filter.is_some() {
                        call = call.attributes(*name, value);
                    }
                }
                call.send()
            })
            .await?;
            continue;
        };
        let now = attributes_of(cx, &there).await?;
        for (name, value) in &wanted_attributes {
            let current = now.get(*name).map(String::as_str).unwrap_or_default();
            let same = current == value
                || (current.is_empty() && value == "{}")
                || super::super::canonical_json(current).is_some_and(|current| current == *value);
            // The scope alone says nothing, and some topics have none.
            let idle = *name == "FilterPolicyScope" && (wanted.filter.is_none() || (current.is_empty() && value == "MessageAttributes"));
            if !same && !idle {
                cx.write("sns:SetSubscriptionAttributes", || {
                    sns.set_subscription_attributes().subscription_arn(&there).attribute_name(*name).attribute_value(value).send()
                })
                .await?;
            }
        }
    }
    for topic in update.removed_items("trigger.sns", "topic") {
        remove(cx, &topic, function).await?;
        policy::remove(cx, policy, function, &statement_id(&topic)).await?;
    }
    Ok(())
}

/// Ends a subscription.
pub(super) async fn remove(cx: &Cx<'_>, topic: &str, function: &str) -> Result<(), Failure> {
    let sns = cx.session.sns();
    match subscription(cx, topic, function).await? {
        // One that waits to be confirmed has no ARN and ends by itself after three days.
        Some(there) if there.starts_with("arn:") => {
            cx.delete("sns:Unsubscribe", || sns.unsubscribe().subscription_arn(&there).send()).await
        }
        _ => Ok(()),
    }
}

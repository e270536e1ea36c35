//! What stands in a log group, each with calls of its own: metric filters, subscriptions, indexed fields, data protection.

use aws_sdk_cloudwatchlogs::types as api;

use crate::aws::{Cx, Failure, Target, Update};
use crate::kinds::log_group::spec::{Distribution, MetricFilter, Spec, Subscription};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// What stands in a log group.
pub(super) struct Parts {
    pub(super) metric: Vec<MetricFilter>,
    pub(super) subscription: Vec<Subscription>,
    pub(super) indexed_fields: Vec<String>,
    pub(super) data_protection: Option<String>,
}

/// What is there; each part is asked for only where it matters.
pub(super) async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Parts, Failure> {
    let name = target.id;
    let metric = async { if target.matters(&["metric"]) { metrics(cx, name).await } else { Ok(Vec::new()) } };
    let subscription = async { if target.matters(&["subscription"]) { subscriptions(cx, name).await } else { Ok(Vec::new()) } };
    let fields = async { if target.matters(&["indexed_fields"]) { indexed_fields(cx, name).await } else { Ok(Vec::new()) } };
    let protection = async { if target.matters(&["data_protection"]) { data_protection(cx, name).await } else { Ok(None) } };
    let (metric, subscription, fields, protection) = futures::join!(metric, subscription, fields, protection);
    Ok(Parts { metric: metric?, subscription: subscription?, indexed_fields: fields?, data_protection: protection? })
}

pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (logs, name, desired) = (cx.session.logs(), update.target.id, update.desired);
    if update.touches(&["metric"]) {
        write_metrics(cx, update).await?;
    }
    if update.touches(&["subscription"]) {
        write_subscriptions(cx, update).await?;
    }
    if update.touches(&["indexed_fields"]) {
        if desired.indexed_fields.is_empty() {
            cx.delete("logs:DeleteIndexPolicy", || logs.delete_index_policy().log_group_identifier(name).send()).await?;
        } else {
            let document = serde_json::json!({ "Fields": desired.indexed_fields }).to_string();
            cx.write("logs:PutIndexPolicy", || logs.put_index_policy().log_group_identifier(name).policy_document(&document).send())
                .await?;
        }
    }
    if update.touches(&["data_protection"]) {
        match &desired.data_protection {
            Some(policy) => {
                cx.write("logs:PutDataProtectionPolicy", || {
                    logs.put_data_protection_policy().log_group_identifier(name).policy_document(policy).send()
                })
                .await?;
            }
            None => {
                cx.delete("logs:DeleteDataProtectionPolicy", || logs.delete_data_protection_policy().log_group_identifier(name).send())
                    .await?;
            }
        }
    }
    Ok(())
}

/// The names of what we wrote into a list.
fn mine<'a>(update: &'a Update<'_, Spec>, field: &str) -> Vec<&'a str> {
    let recorded = update.target.recorded.get(field).and_then(Value::items).unwrap_or_default();
    recorded.iter().filter_map(|item| item.get("name").and_then(Value::text)).collect()
}

async fn metrics(cx: &Cx<'_>, name: &str) -> Result<Vec<MetricFilter>, Failure> {
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("logs:DescribeMetricFilters", || {
                cx.session.logs().describe_metric_filters().log_group_name(name).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        found.extend(page.metric_filters().iter().filter_map(metric_of));
        next = page.next_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// A filter has exactly one metric.
pub(super) fn metric_of(filter: &api::MetricFilter) -> Option<MetricFilter> {
    let metric = filter.metric_transformations().first()?;
    let dimensions = metric.dimensions().into_iter().flatten();
    Some(MetricFilter {
        name: filter.filter_name()?.to_owned(),
        pattern: filter.filter_pattern().unwrap_or_default().to_owned(),
        metric: metric.metric_name().to_owned(),
        namespace: metric.metric_namespace().to_owned(),
        value: metric.metric_value().to_owned(),
        default: metric.default_value(),
        dimensions: dimensions.map(|(name, value)| (name.clone(), value.clone())).collect(),
        unit: metric.unit().map(|unit| unit.as_str().to_owned()),
    })
}

pub(super) fn metric_to_send(metric: &MetricFilter) -> Result<api::MetricTransformation, Failure> {
    let MetricFilter { name: _, pattern: _, metric, namespace, value, default, dimensions, unit } = metric;
    let dimensions = (!dimensions.is_empty()).then(|| dimensions.clone().into_iter().collect());
    let transformation = api::MetricTransformation::builder()
        .metric_name(metric)
        .metric_namespace(namespace)
        .metric_value(value)
        .set_default_value(*default)
        .set_dimensions(dimensions)
        .set_unit(unit.as_deref().map(api::StandardUnit::from));
    transformation.build().map_err(|error| Failure::local("logs:PutMetricFilter", error.to_string()))
}

async fn write_metrics(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (logs, group) = (cx.session.logs(), update.target.id);
    let (prior, desired) = (&update.prior.metric, &update.desired.metric);
    let mine = mine(update, "metric");
    let is_wanted = |name: &str| desired.iter().any(|wanted| wanted.name == name);
    for gone in prior.iter().filter(|there| !is_wanted(&there.name) && mine.contains(&there.name.as_str())) {
        cx.delete("logs:DeleteMetricFilter", || logs.delete_metric_filter().log_group_name(group).filter_name(&gone.name).send()).await?;
    }
    for metric in desired.iter().filter(|wanted| !prior.contains(wanted)) {
        let transformation = metric_to_send(metric)?;
        cx.write("logs:PutMetricFilter", || {
            let call = logs.put_metric_filter().log_group_name(group).filter_name(&metric.name).filter_pattern(&metric.pattern);
            call.metric_transformations(transformation.clone()).send()
        })
        .await?;
    }
    Ok(())
}

/// There are two at most, so there is one page.
async fn subscriptions(cx: &Cx<'_>, name: &str) -> Result<Vec<Subscription>, Failure> {
    let logs = cx.session.logs();
    let answer = cx.read("logs:DescribeSubscriptionFilters", || logs.describe_subscription_filters().log_group_name(name).send()).await?;
    let filters = answer.and_then(|answer| answer.subscription_filters).unwrap_or_default();
    Ok(filters.into_iter().filter_map(subscription_of).collect())
}

fn subscription_of(filter: api::SubscriptionFilter) -> Option<Subscription> {
    Some(Subscription {
        name: filter.filter_name?,
        pattern: filter.filter_pattern.unwrap_or_default(),
        to: Ref(filter.destination_arn?),
        role: filter.role_arn.map(Ref),
        distribution: match filter.distribution {
            Some(api::Distribution::Random) => Distribution::Random,
            _ => Distribution::ByLogStream,
        },
    })
}

async fn write_subscriptions(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (logs, group) = (cx.session.logs(), update.target.id);
    let (prior, desired) = (&update.prior.subscription, &update.desired.subscription);
    let mine = mine(update, "subscription");
    let is_wanted = |name: &str| desired.iter().any(|wanted| wanted.name == name);
    // A group has two at most: what goes, goes first.
    for gone in prior.iter().filter(|there| !is_wanted(&there.name) && mine.contains(&there.name.as_str())) {
        cx.delete("logs:DeleteSubscriptionFilter", || {
            logs.delete_subscription_filter().log_group_name(group).filter_name(&gone.name).send()
        })
        .await?;
    }
    for Subscription { name, pattern, to, role, distribution } in desired.iter().filter(|wanted| !prior.contains(wanted)) {
        let distribution = match distribution {
            Distribution::ByLogStream => api::Distribution::ByLogStream,
            Distribution::Random => api::Distribution::Random,
        };
        cx.write("logs:PutSubscriptionFilter", || {
            let call = logs.put_subscription_filter().log_group_name(group).filter_name(name).filter_pattern(pattern);
            let call = call.destination_arn(to.as_str()).set_role_arn(role.as_ref().map(|role| role.as_str().to_owned()));
            call.distribution(distribution.clone()).send()
        })
        .await?;
    }
    Ok(())
}

/// The group's own policy; one of the whole account is not ours to tell.
async fn indexed_fields(cx: &Cx<'_>, name: &str) -> Result<Vec<String>, Failure> {
    let logs = cx.session.logs();
    let answer = cx.read("logs:DescribeIndexPolicies", || logs.describe_index_policies().log_group_identifiers(name).send()).await?;
    let policies = answer.and_then(|answer| answer.index_policies).unwrap_or_default();
    let own = policies.into_iter().find(|policy| policy.source != Some(api::IndexSource::Account));
    Ok(own.and_then(|policy| policy.policy_document).map(|document| fields_of(&document)).unwrap_or_default())
}

fn fields_of(document: &str) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(document).unwrap_or_default();
    let fields = document["Fields"].as_array().into_iter().flatten();
    fields.filter_map(|field| field.as_str().map(str::to_owned)).collect()
}

async fn data_protection(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let logs = cx.session.logs();
    let answer = cx.read("logs:GetDataProtectionPolicy", || logs.get_data_protection_policy().log_group_identifier(name).send()).await?;
    Ok(answer.and_then(|answer| answer.policy_document).filter(|document| !document.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_read_as_it_was_sent() {
        let metric: MetricFilter = serde_json::from_value(serde_json::json!({
            "name": "f", "pattern": "{ $.ms > 5 }", "metric": "m", "namespace": "n", "value": "$.ms", "dimensions": { "a": "$.a" }, "unit": "Milliseconds",
        }))
        .expect("that is a metric");
        let filter = api::MetricFilter::builder()
            .filter_name(&metric.name)
            .filter_pattern(&metric.pattern)
            .metric_transformations(metric_to_send(&metric).expect("that can be sent"));
        assert_eq!(metric_of(&filter.build()), Some(metric));
    }

    #[test]
    fn fields_are_read_from_a_policy() {
        assert_eq!(fields_of(r#"{"Fields":["a","b"]}"#), ["a", "b"]);
        assert!(fields_of("no policy").is_empty());
    }
}

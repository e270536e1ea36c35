//! What a table has beside itself, each read and written by calls of its own: expiry, recovery, Kinesis, insights, a policy.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types as api;

use super::convert::{self, Beside, built};
use crate::aws::{Cx, Failure, Poll, Target, Update};
use crate::base::units::Duration;
use crate::kinds::dynamodb::spec::{Insights, Kinesis, Precision, Spec};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// What is there. What few tables have is asked for only where it matters.
pub(super) async fn read(cx: &Cx<'_>, target: &Target<'_>, arn: &str) -> Result<Beside, Failure> {
    let name = target.id;
    let kinesis = async { if target.matters(&["kinesis"]) { kinesis(cx, name).await } else { Ok(Vec::new()) } };
    let insights = async { if has_insights(target) { insights(cx, name).await } else { Ok(BTreeMap::new()) } };
    let policy = async { if target.matters(&["policy"]) { policy(cx, arn).await } else { Ok(None) } };
    let (ttl, recovery, kinesis, insights, policy) = futures::join!(ttl(cx, name), recovery(cx, name), kinesis, insights, policy);
    Ok(Beside { ttl: ttl?, recovery: recovery?, kinesis: kinesis?, insights: insights?, policy: policy? })
}

/// Whether the insights of the table or of one of its indexes matter.
fn has_insights(target: &Target<'_>) -> bool {
    const FIELD: &str = "contributor_insights";
    let of_index = |side: &Value| {
        let indexes = side.get("index").and_then(Value::items).unwrap_or_default();
        indexes.iter().any(|index| index.get(FIELD).is_some())
    };
    target.matters(&[FIELD]) || of_index(target.recorded) || of_index(target.desired)
}

pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, arn: &str) -> Result<(), Failure> {
    let (name, desired, prior) = (update.target.id, update.desired, update.prior);
    if update.touches(&["ttl"]) {
        if let Some(old) = &prior.ttl {
            set_ttl(cx, name, old, false).await?;
        }
        if let Some(new) = &desired.ttl {
            set_ttl(cx, name, new, true).await?;
        }
    }
    if update.touches(&["point_in_time_recovery", "recovery_window"]) {
        set_recovery(cx, name, desired.point_in_time_recovery == Some(true), desired.recovery_window).await?;
    }
    if update.touches(&["kinesis"]) {
        write_kinesis(cx, update).await?;
    }
    if update.touches(&["contributor_insights", "index"]) {
        write_insights(cx, update).await?;
    }
    if update.touches(&["policy"]) && desired.policy != prior.policy {
        let client = cx.session.dynamodb();
        match &desired.policy {
            Some(policy) => {
                cx.write("dynamodb:PutResourcePolicy", || client.put_resource_policy().resource_arn(arn).policy(policy).send()).await?;
            }
            None => cx.delete("dynamodb:DeleteResourcePolicy", || client.delete_resource_policy().resource_arn(arn).send()).await?,
        }
    }
    Ok(())
}

async fn ttl(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let answer = cx.read("dynamodb:DescribeTimeToLive", || cx.session.dynamodb().describe_time_to_live().table_name(name).send()).await?;
    let ttl = answer.and_then(|answer| answer.time_to_live_description);
    let on = |ttl: &api::TimeToLiveDescription| {
        matches!(ttl.time_to_live_status(), Some(api::TimeToLiveStatus::Enabled | api::TimeToLiveStatus::Enabling))
    };
    Ok(ttl.filter(on).and_then(|ttl| ttl.attribute_name))
}

async fn set_ttl(cx: &Cx<'_>, name: &str, attribute: &str, on: bool) -> Result<(), Failure> {
    const OPERATION: &str = "dynamodb:UpdateTimeToLive";
    let wanted = built(OPERATION, api::TimeToLiveSpecification::builder().enabled(on).attribute_name(attribute).build())?;
    let client = cx.session.dynamodb();
    cx.write(OPERATION, || client.update_time_to_live().table_name(name).time_to_live_specification(wanted.clone()).send())
        .await
        .map(|_| ())
}

/// Whether recovery is on, and how far back.
async fn recovery(cx: &Cx<'_>, name: &str) -> Result<(bool, Option<Duration>), Failure> {
    let client = cx.session.dynamodb();
    let answer = cx.read("dynamodb:DescribeContinuousBackups", || client.describe_continuous_backups().table_name(name).send()).await?;
    let recovery =
        answer.and_then(|answer| answer.continuous_backups_description).and_then(|backups| backups.point_in_time_recovery_description);
    let Some(recovery) = recovery else { return Ok((false, None)) };
    let on = recovery.point_in_time_recovery_status() == Some(&api::PointInTimeRecoveryStatus::Enabled);
    let days = recovery.recovery_period_in_days().and_then(|days| u64::try_from(days).ok()).filter(|_| on);
    Ok((on, days.map(|days| Duration::hours(days * 24))))
}

async fn set_recovery(cx: &Cx<'_>, name: &str, on: bool, window: Option<Duration>) -> Result<(), Failure> {
    const OPERATION: &str = "dynamodb:UpdateContinuousBackups";
    let days = window.and_then(|window| i32::try_from(window.as_days()).ok()).filter(|_| on);
    let wanted = api::PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(on).set_recovery_period_in_days(days);
    let wanted = built(OPERATION, wanted.build())?;
    let client = cx.session.dynamodb();
    cx.write(OPERATION, || client.update_continuous_backups().table_name(name).point_in_time_recovery_specification(wanted.clone()).send())
        .await
        .map(|_| ())
}

async fn destinations(cx: &Cx<'_>, name: &str) -> Result<Vec<api::KinesisDataStreamDestination>, Failure> {
    let client = cx.session.dynamodb();
    let answer = cx
        .read("dynamodb:DescribeKinesisStreamingDestination", || client.describe_kinesis_streaming_destination().table_name(name).send())
        .await?;
    Ok(answer.and_then(|answer| answer.kinesis_data_stream_destinations).unwrap_or_default())
}

/// Destinations that were disabled are told for a day; only live ones count.
async fn kinesis(cx: &Cx<'_>, name: &str) -> Result<Vec<Kinesis>, Failure> {
    let live = |destination: &api::KinesisDataStreamDestination| {
        use api::DestinationStatus::{Active, Enabling, Updating};
        matches!(destination.destination_status(), Some(Active | Enabling | Updating))
    };
    let found = destinations(cx, name).await?.into_iter().filter(live).filter_map(|destination| {
        let precision = match destination.approximate_creation_date_time_precision() {
            Some(api::ApproximateCreationDateTimePrecision::Microsecond) => Some(Precision::Microsecond),
            Some(api::ApproximateCreationDateTimePrecision::Millisecond) => Some(Precision::Millisecond),
            _ => None,
        };
        Some(Kinesis { stream: Ref(destination.stream_arn?), precision })
    });
    Ok(found.collect())
}

/// Enables, updates and disables streams, one at a time, each waited for: DynamoDB takes no other change of a destination meanwhile.
async fn write_kinesis(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, name) = (cx.session.dynamodb(), update.target.id);
    let (prior, desired) = (&update.prior.kinesis, &update.desired.kinesis);
    let recorded = update.target.recorded.get("kinesis").and_then(Value::items).unwrap_or_default();
    let mine: Vec<&str> = recorded.iter().filter_map(|item| item.get("stream").and_then(Value::text)).collect();
    let is_wanted = |stream: &Ref| desired.iter().any(|wanted| wanted.stream == *stream);
    // A table has two at most: what goes, goes first.
    for gone in prior.iter().filter(|there| !is_wanted(&there.stream) && mine.contains(&there.stream.as_str())) {
        let stream = gone.stream.as_str();
        cx.delete("dynamodb:DisableKinesisStreamingDestination", || {
            client.disable_kinesis_streaming_destination().table_name(name).stream_arn(stream).send()
        })
        .await?;
        settled(cx, name, stream).await?;
    }
    for Kinesis { stream, precision } in desired {
        let (stream, wanted) = (stream.as_str(), precision.map(convert::precision));
        match prior.iter().find(|there| there.stream.as_str() == stream) {
            None => {
                let configuration = wanted.map(|wanted| {
                    api::EnableKinesisStreamingConfiguration::builder().approximate_creation_date_time_precision(wanted).build()
                });
                cx.write("dynamodb:EnableKinesisStreamingDestination", || {
                    let call = client.enable_kinesis_streaming_destination().table_name(name).stream_arn(stream);
                    call.set_enable_kinesis_streaming_configuration(configuration.clone()).send()
                })
                .await?;
            }
            Some(there) if precision.is_some() && there.precision != *precision => {
                let configuration =
                    api::UpdateKinesisStreamingConfiguration::builder().set_approximate_creation_date_time_precision(wanted).build();
                cx.write("dynamodb:UpdateKinesisStreamingDestination", || {
                    let call = client.update_kinesis_streaming_destination().table_name(name).stream_arn(stream);
                    call.update_kinesis_streaming_configuration(configuration.clone()).send()
                })
                .await?;
            }
            Some(_) => continue,
        }
        settled(cx, name, stream).await?;
    }
    Ok(())
}

/// Waits until a destination is what it was asked to be.
async fn settled(cx: &Cx<'_>, name: &str, stream: &str) -> Result<(), Failure> {
    cx.wait("the Kinesis destination to be ready", || async {
        use api::DestinationStatus::{Active, Disabled, EnableFailed};
        let destinations = destinations(cx, name).await?;
        let destination = destinations.iter().find(|destination| destination.stream_arn() == Some(stream));
        match destination.map(|destination| (destination.destination_status(), destination.destination_status_description())) {
            None | Some((Some(Active | Disabled), _)) => Ok(Poll::Ready(())),
            Some((Some(EnableFailed), why)) => {
                let why = why.unwrap_or("DynamoDB cannot write to the stream");
                Err(Failure::unexpected("dynamodb:EnableKinesisStreamingDestination", why))
            }
            Some((status, _)) => Ok(Poll::Pending(status.map_or("ENABLING", |status| status.as_str()).to_owned())),
        }
    })
    .await
}

/// Of the table, under no name, and of its indexes.
async fn insights(cx: &Cx<'_>, name: &str) -> Result<BTreeMap<Option<String>, Insights>, Failure> {
    let (mut found, mut next) = (BTreeMap::new(), None::<String>);
    loop {
        let client = cx.session.dynamodb();
        let page = cx
            .read("dynamodb:ListContributorInsights", || {
                client.list_contributor_insights().table_name(name).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        for summary in page.contributor_insights_summaries.unwrap_or_default() {
            if let Some(mode) = insights_of(&summary) {
                found.insert(summary.index_name, mode);
            }
        }
        next = page.next_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// What was enabled before there were modes counts all keys.
fn insights_of(summary: &api::ContributorInsightsSummary) -> Option<Insights> {
    use api::ContributorInsightsStatus::{Enabled, Enabling};
    matches!(summary.contributor_insights_status(), Some(Enabled | Enabling)).then(|| match summary.contributor_insights_mode() {
        Some(api::ContributorInsightsMode::ThrottledKeys) => Insights::ThrottledKeys,
        _ => Insights::AccessedAndThrottledKeys,
    })
}

async fn write_insights(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (prior, desired) = (update.prior, update.desired);
    if prior.contributor_insights != desired.contributor_insights {
        set_insights(cx, update.target.id, None, desired.contributor_insights).await?;
    }
    for index in &desired.index {
        // An index that was made anew begins without.
        let there = prior.index.iter().find(|there| there.name == index.name && !super::indexes::goes(update, &index.name));
        if there.and_then(|there| there.contributor_insights) != index.contributor_insights {
            set_insights(cx, update.target.id, Some(&index.name), index.contributor_insights).await?;
        }
    }
    Ok(())
}

async fn set_insights(cx: &Cx<'_>, table: &str, index: Option<&str>, wanted: Option<Insights>) -> Result<(), Failure> {
    let action = if wanted.is_some() { api::ContributorInsightsAction::Enable } else { api::ContributorInsightsAction::Disable };
    let client = cx.session.dynamodb();
    cx.write("dynamodb:UpdateContributorInsights", || {
        client
            .update_contributor_insights()
            .table_name(table)
            .set_index_name(index.map(str::to_owned))
            .contributor_insights_action(action.clone())
            .set_contributor_insights_mode(wanted.map(convert::mode))
            .send()
    })
    .await
    .map(|_| ())
}

async fn policy(cx: &Cx<'_>, arn: &str) -> Result<Option<String>, Failure> {
    let answer = cx.read("dynamodb:GetResourcePolicy", || cx.session.dynamodb().get_resource_policy().resource_arn(arn).send()).await?;
    Ok(answer.and_then(|answer| answer.policy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insights_are_told_by_mode_and_only_while_they_are_on() {
        let summary = |status: &str, mode: Option<&str>| {
            let summary = api::ContributorInsightsSummary::builder().contributor_insights_status(status.into());
            insights_of(&summary.set_contributor_insights_mode(mode.map(Into::into)).build())
        };
        assert_eq!(summary("ENABLED", Some("THROTTLED_KEYS")), Some(Insights::ThrottledKeys));
        assert_eq!(summary("ENABLING", Some("ACCESSED_AND_THROTTLED_KEYS")), Some(Insights::AccessedAndThrottledKeys));
        assert_eq!(summary("ENABLED", None), Some(Insights::AccessedAndThrottledKeys));
        assert_eq!(summary("DISABLED", Some("THROTTLED_KEYS")), None);
        for mode in [Insights::ThrottledKeys, Insights::AccessedAndThrottledKeys] {
            assert_eq!(summary("ENABLED", Some(convert::mode(mode).as_str())), Some(mode));
        }
    }
}

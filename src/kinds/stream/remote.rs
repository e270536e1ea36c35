//! How a stream is read, made, changed and deleted. Each change is a call of its own, followed by a wait for ACTIVE: Kinesis takes one at a time.

mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_kinesis::types::{
    EncryptionType, MetricsName, RecordDistributionStrategy, ScalingType, StreamDescriptionSummary, StreamMode, StreamModeDetails,
    StreamStatus,
};

use super::Stream;
use super::spec::{Distribution, Mode, ShardMetric, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::base::units::{Duration, Size};

#[async_trait]
impl Remote for Stream {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(summary) = describe(cx, target.id).await? else { return Ok(None) };
        if summary.stream_status == StreamStatus::Deleting {
            return Ok(None);
        }
        let outputs = BTreeMap::from([("arn".to_owned(), summary.stream_arn.clone())]);
        let answer = cx
            .read("kinesis:GetResourcePolicy", || cx.session.kinesis().get_resource_policy().resource_arn(&summary.stream_arn).send())
            .await?;
        let policy = answer.map(|answer| answer.policy).filter(|policy| !policy.is_empty());
        Ok(Some(Found { spec: spec_of(&summary, policy), outputs, tags: tags_of(cx, target.id).await? }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        // What CreateStream does not take is set by `update`, right after.
        let Spec {
            name,
            mode,
            shards: _,
            distribution,
            retention: _,
            kms_key: _,
            shard_metrics: _,
            max_record_size,
            warm_throughput,
            policy: _,
        } = spec;
        // Kinesis refuses the word for a provisioned stream, whatever it says.
        let distribution = (*mode == Mode::OnDemand).then(|| strategy(*distribution));
        let size = max_record_size.and_then(|size| i32::try_from(size.as_kilobytes()).ok());
        let details = details(*mode)?;
        cx.create("kinesis:CreateStream", name, || {
            cx.session
                .kinesis()
                .create_stream()
                .stream_name(name)
                .set_shard_count(spec.shard_count().and_then(|shards| i32::try_from(shards).ok()))
                .stream_mode_details(details.clone())
                .set_tags(Some(cx.tags.clone().into_iter().collect()))
                .set_record_distribution_strategy(distribution.clone())
                .set_max_record_size_in_kib(size)
                .set_warm_throughput_mibps(warm_throughput.and_then(|rate| i32::try_from(rate).ok()))
                .send()
        })
        .await?;
        active(cx, name).await?;
        Ok(Created { id: name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (kinesis, name, desired) = (cx.session.kinesis(), update.target.id, update.desired);
        let arn = active(cx, name).await?.stream_arn;
        // Only an on-demand stream is distributed by Kinesis, so that is switched off before the mode and on after it.
        if update.touches(&["distribution"]) && desired.distribution == Distribution::PartitionKey {
            distribute(cx, name, &arn, desired.distribution).await?;
        }
        if update.touches(&["mode"]) {
            let details = details(desired.mode)?;
            cx.write("kinesis:UpdateStreamMode", || {
                kinesis.update_stream_mode().stream_arn(&arn).stream_mode_details(details.clone()).send()
            })
            .await?;
            active(cx, name).await?;
        }
        if update.touches(&["distribution"]) && desired.distribution == Distribution::Auto {
            distribute(cx, name, &arn, desired.distribution).await?;
        }
        if update.touches(&["shards", "mode"])
            && let Some(wanted) = desired.shard_count()
        {
            reshard(cx, name, wanted).await?;
        }
        if update.touches(&["retention"]) {
            set_retention(cx, name, update).await?;
        }
        if update.touches(&["kms_key"]) {
            match (&desired.kms_key, &update.prior.kms_key) {
                (Some(key), _) => {
                    cx.write("kinesis:StartStreamEncryption", || {
                        kinesis.start_stream_encryption().stream_name(name).encryption_type(EncryptionType::Kms).key_id(key).send()
                    })
                    .await?;
                }
                (None, Some(key)) => {
                    cx.write("kinesis:StopStreamEncryption", || {
                        kinesis.stop_stream_encryption().stream_name(name).encryption_type(EncryptionType::Kms).key_id(key).send()
                    })
                    .await?;
                }
                (None, None) => {}
            }
            active(cx, name).await?;
        }
        if update.touches(&["shard_metrics"]) {
            set_metrics(cx, name, update).await?;
        }
        if update.touches(&["max_record_size"]) {
            let size = desired.max_record_size.and_then(|size| i32::try_from(size.as_kilobytes()).ok()).unwrap_or(DEFAULT_RECORD_SIZE);
            cx.write("kinesis:UpdateMaxRecordSize", || {
                kinesis.update_max_record_size().stream_arn(&arn).max_record_size_in_kib(size).send()
            })
            .await?;
            active(cx, name).await?;
        }
        if update.touches(&["warm_throughput"]) && desired.mode == Mode::OnDemand {
            let rate = desired.warm_throughput.and_then(|rate| i32::try_from(rate).ok()).unwrap_or(0);
            cx.write("kinesis:UpdateStreamWarmThroughput", || {
                kinesis.update_stream_warm_throughput().stream_arn(&arn).warm_throughput_mibps(rate).send()
            })
            .await?;
            active(cx, name).await?;
        }
        if update.touches(&["policy"]) {
            match &desired.policy {
                Some(policy) => {
                    cx.write("kinesis:PutResourcePolicy", || kinesis.put_resource_policy().resource_arn(&arn).policy(policy).send())
                        .await?;
                }
                None => {
                    cx.delete("kinesis:DeleteResourcePolicy", || kinesis.delete_resource_policy().resource_arn(&arn).send()).await?;
                }
            }
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            cx.write("kinesis:AddTagsToStream", || {
                kinesis.add_tags_to_stream().stream_name(name).set_tags(Some(set.clone().into_iter().collect())).send()
            })
            .await?;
        }
        if !remove.is_empty() {
            cx.write("kinesis:RemoveTagsFromStream", || {
                kinesis.remove_tags_from_stream().stream_name(name).set_tag_keys(Some(remove.clone())).send()
            })
            .await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let name = target.id;
        cx.delete("kinesis:DeleteStream", || cx.session.kinesis().delete_stream().stream_name(name).enforce_consumer_deletion(true).send())
            .await?;
        cx.wait("the stream to be gone", || async {
            Ok(describe(cx, name).await?.map_or(Poll::Ready(()), |summary| Poll::Pending(summary.stream_status.as_str().to_owned())))
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(describe(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

/// The largest record of a stream that says nothing, in KiB (Kinesis API reference, `MaxRecordSizeInKiB`).
const DEFAULT_RECORD_SIZE: i32 = 1024;

fn spec_of(summary: &StreamDescriptionSummary, policy: Option<String>) -> Spec {
    let on_demand = summary.stream_mode_details().is_some_and(|details| details.stream_mode == StreamMode::OnDemand);
    let metrics = summary.enhanced_monitoring.iter().flat_map(aws_sdk_kinesis::types::EnhancedMetrics::shard_level_metrics);
    Spec {
        name: summary.stream_name.clone(),
        mode: if on_demand { Mode::OnDemand } else { Mode::Provisioned },
        shards: (!on_demand).then(|| u32::try_from(summary.open_shard_count).unwrap_or(0)),
        distribution: match summary.record_distribution_strategy {
            Some(RecordDistributionStrategy::Auto) => Distribution::Auto,
            _ => Distribution::PartitionKey,
        },
        retention: Duration::hours(u64::try_from(summary.retention_period_hours).unwrap_or(24)),
        kms_key: summary.key_id.clone().filter(|_| summary.encryption_type == Some(EncryptionType::Kms)),
        shard_metrics: metrics.filter_map(metric_of).collect(),
        max_record_size: summary.max_record_size_in_kib.and_then(|size| u64::try_from(size).ok()).map(|size| Size::bytes(size << 10)),
        warm_throughput: summary
            .warm_throughput
            .as_ref()
            .and_then(|throughput| throughput.target_mibps)
            .and_then(|rate| u32::try_from(rate).ok())
            .filter(|_| on_demand),
        policy,
    }
}

fn metric_of(name: &MetricsName) -> Option<ShardMetric> {
    serde_json::from_value(name.as_str().into()).ok()
}

fn metric_name(metric: ShardMetric) -> MetricsName {
    let word = serde_json::to_value(metric).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    MetricsName::from(word.as_str())
}

fn details(mode: Mode) -> Result<StreamModeDetails, Failure> {
    let mode = if mode == Mode::OnDemand { StreamMode::OnDemand } else { StreamMode::Provisioned };
    StreamModeDetails::builder().stream_mode(mode).build().map_err(|error| Failure::local("kinesis", error.to_string()))
}

fn strategy(distribution: Distribution) -> RecordDistributionStrategy {
    match distribution {
        Distribution::Auto => RecordDistributionStrategy::Auto,
        Distribution::PartitionKey => RecordDistributionStrategy::UserPartitionKey,
    }
}

async fn distribute(cx: &Cx<'_>, name: &str, arn: &str, distribution: Distribution) -> Result<(), Failure> {
    cx.write("kinesis:UpdateStreamRecordDistributionStrategy", || {
        let call = cx.session.kinesis().update_stream_record_distribution_strategy().stream_arn(arn);
        call.record_distribution_strategy(strategy(distribution)).send()
    })
    .await?;
    active(cx, name).await.map(|_| ())
}

async fn describe(cx: &Cx<'_>, name: &str) -> Result<Option<StreamDescriptionSummary>, Failure> {
    let answer =
        cx.read("kinesis:DescribeStreamSummary", || cx.session.kinesis().describe_stream_summary().stream_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.stream_description_summary))
}

/// Waits until Kinesis takes the next change.
async fn active(cx: &Cx<'_>, name: &str) -> Result<StreamDescriptionSummary, Failure> {
    cx.wait("the stream to be ACTIVE", || async {
        Ok(match describe(cx, name).await? {
            Some(summary) if summary.stream_status == StreamStatus::Active => Poll::Ready(summary),
            Some(summary) => Poll::Pending(summary.stream_status.as_str().to_owned()),
            None => Poll::Pending("not there yet".to_owned()),
        })
    })
    .await
}

/// One call at most doubles or halves the shards, so several steps may be needed.
async fn reshard(cx: &Cx<'_>, name: &str, wanted: u32) -> Result<(), Failure> {
    loop {
        let now = u32::try_from(active(cx, name).await?.open_shard_count).unwrap_or(1).max(1);
        if now == wanted {
            return Ok(());
        }
        let next = wanted.clamp(now.div_ceil(2), now.saturating_mul(2));
        let target = i32::try_from(next).unwrap_or(i32::MAX);
        cx.note(format!("changing shards: {now} -> {next}"));
        cx.write("kinesis:UpdateShardCount", || {
            cx.session
                .kinesis()
                .update_shard_count()
                .stream_name(name)
                .target_shard_count(target)
                .scaling_type(ScalingType::UniformScaling)
                .send()
        })
        .await?;
    }
}

async fn set_retention(cx: &Cx<'_>, name: &str, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (kinesis, wanted) = (cx.session.kinesis(), update.desired.retention);
    let hours = i32::try_from(wanted.as_hours()).unwrap_or(i32::MAX);
    if wanted > update.prior.retention {
        cx.write("kinesis:IncreaseStreamRetentionPeriod", || {
            kinesis.increase_stream_retention_period().stream_name(name).retention_period_hours(hours).send()
        })
        .await?;
    } else {
        cx.write("kinesis:DecreaseStreamRetentionPeriod", || {
            kinesis.decrease_stream_retention_period().stream_name(name).retention_period_hours(hours).send()
        })
        .await?;
    }
    active(cx, name).await.map(|_| ())
}

async fn set_metrics(cx: &Cx<'_>, name: &str, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (kinesis, desired, prior) = (cx.session.kinesis(), &update.desired.shard_metrics, &update.prior.shard_metrics);
    let more: Vec<MetricsName> = desired.iter().filter(|metric| !prior.contains(metric)).map(|metric| metric_name(*metric)).collect();
    let fewer: Vec<MetricsName> = prior.iter().filter(|metric| !desired.contains(metric)).map(|metric| metric_name(*metric)).collect();
    if !more.is_empty() {
        cx.write("kinesis:EnableEnhancedMonitoring", || {
            kinesis.enable_enhanced_monitoring().stream_name(name).set_shard_level_metrics(Some(more.clone())).send()
        })
        .await?;
        active(cx, name).await?;
    }
    if !fewer.is_empty() {
        cx.write("kinesis:DisableEnhancedMonitoring", || {
            kinesis.disable_enhanced_monitoring().stream_name(name).set_shard_level_metrics(Some(fewer.clone())).send()
        })
        .await?;
        active(cx, name).await?;
    }
    Ok(())
}

async fn tags_of(cx: &Cx<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let (mut tags, mut last) = (BTreeMap::new(), None::<String>);
    loop {
        let page = cx
            .read("kinesis:ListTagsForStream", || {
                cx.session.kinesis().list_tags_for_stream().stream_name(name).set_exclusive_start_tag_key(last.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(tags) };
        tags.extend(page.tags.iter().map(|tag| (tag.key().to_owned(), tag.value().unwrap_or_default().to_owned())));
        last = page.tags.last().map(|tag| tag.key().to_owned());
        if !page.has_more_tags || last.is_none() {
            return Ok(tags);
        }
    }
}

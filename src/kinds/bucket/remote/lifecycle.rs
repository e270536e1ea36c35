//! Lifecycle rules: one document per bucket, in which the rules of others are kept.

use std::collections::BTreeMap;

use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types as s3;

use super::convert::{built, parse, tag_list, word};
use crate::aws::{Cx, Failure, Update};
use crate::base::units::{Duration, Size};
use crate::kinds::bucket::spec::{LifecycleRule, NoncurrentTransition, Spec, Transition};

const OPERATION: &str = "s3:PutBucketLifecycleConfiguration";

/// The document.
pub(super) struct Document {
    pub(super) rules: Vec<s3::LifecycleRule>,
    /// A setting of the whole document, which a write without it would put back to its default.
    pub(super) smallest: Option<s3::TransitionDefaultMinimumObjectSize>,
}

pub(super) async fn rules(cx: &Cx<'_>, bucket: &str) -> Result<Document, Failure> {
    let client = cx.session.s3();
    let answer =
        cx.read("s3:GetBucketLifecycleConfiguration", || client.get_bucket_lifecycle_configuration().bucket(bucket).send()).await?;
    Ok(match answer {
        Some(answer) => Document { rules: answer.rules.unwrap_or_default(), smallest: answer.transition_default_minimum_object_size },
        None => Document { rules: Vec::new(), smallest: None },
    })
}

/// Reads the document, exchanges our rules alone, and writes it whole.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let document = rules(cx, bucket).await?;
    let wanted = &update.desired.lifecycle_rule;
    let mine = super::recorded(update.target.recorded, "lifecycle_rule", "id");
    let is_ours = |id: &str| mine.contains(&id) || wanted.iter().any(|rule| rule.id == id);
    let mut all: Vec<s3::LifecycleRule> = document.rules.into_iter().filter(|rule| rule.id().is_none_or(|id| !is_ours(id))).collect();
    for rule in wanted {
        all.push(to_send(rule)?);
    }
    if all.is_empty() {
        return cx.delete("s3:DeleteBucketLifecycle", || client.delete_bucket_lifecycle().bucket(bucket).send()).await;
    }
    let smallest = match update.desired.transition_minimum {
        Some(minimum) => Some(s3::TransitionDefaultMinimumObjectSize::from(word(&minimum).as_str())),
        None => document.smallest,
    };
    let configuration = built(OPERATION, s3::BucketLifecycleConfiguration::builder().set_rules(Some(all)).build())?;
    cx.write(OPERATION, || {
        client
            .put_bucket_lifecycle_configuration()
            .bucket(bucket)
            .lifecycle_configuration(configuration.clone())
            .set_transition_default_minimum_object_size(smallest.clone())
            .send()
    })
    .await
    .map(|_| ())
}

pub(super) fn to_send(rule: &LifecycleRule) -> Result<s3::LifecycleRule, Failure> {
    let LifecycleRule {
        id,
        enabled,
        prefix,
        tags,
        larger_than,
        smaller_than,
        transition,
        expire_after,
        expire_on,
        remove_expired_markers,
        noncurrent_transition,
        noncurrent_expire_after,
        noncurrent_keep,
        abort_incomplete_after,
    } = rule;
    let expires = expire_after.is_some() || expire_on.is_some() || remove_expired_markers.is_some();
    let expiration = s3::LifecycleExpiration::builder()
        .set_days(expire_after.map(days))
        .set_date(expire_on.as_deref().map(midnight).transpose()?)
        .set_expired_object_delete_marker(*remove_expired_markers)
        .build();
    let mut transitions = Vec::new();
    for Transition { after, on, storage_class } in transition {
        transitions.push(
            s3::Transition::builder()
                .set_days(after.map(days))
                .set_date(on.as_deref().map(midnight).transpose()?)
                .storage_class(s3::TransitionStorageClass::from(word(storage_class).as_str()))
                .build(),
        );
    }
    let noncurrent = noncurrent_transition.iter().map(|NoncurrentTransition { after, keep, storage_class }| {
        s3::NoncurrentVersionTransition::builder()
            .noncurrent_days(days(*after))
            .set_newer_noncurrent_versions(keep.and_then(|keep| i32::try_from(keep).ok()))
            .storage_class(s3::TransitionStorageClass::from(word(storage_class).as_str()))
            .build()
    });
    let noncurrent_expiration = noncurrent_expire_after.map(|after| {
        s3::NoncurrentVersionExpiration::builder()
            .noncurrent_days(days(after))
            .set_newer_noncurrent_versions(noncurrent_keep.and_then(|keep| i32::try_from(keep).ok()))
            .build()
    });
    let abort =
        abort_incomplete_after.map(|after| s3::AbortIncompleteMultipartUpload::builder().days_after_initiation(days(after)).build());
    let rule = s3::LifecycleRule::builder()
        .id(id)
        .status(if *enabled { s3::ExpirationStatus::Enabled } else { s3::ExpirationStatus::Disabled })
        .filter(filter(prefix.as_deref(), tags, *larger_than, *smaller_than)?)
        .set_expiration(expires.then_some(expiration))
        .set_transitions((!transitions.is_empty()).then_some(transitions))
        .set_noncurrent_version_transitions((!noncurrent_transition.is_empty()).then(|| noncurrent.collect()))
        .set_noncurrent_version_expiration(noncurrent_expiration)
        .set_abort_incomplete_multipart_upload(abort)
        .build();
    built(OPERATION, rule)
}

/// S3 wants exactly one condition in a filter, or several within `And`.
fn filter(
    prefix: Option<&str>,
    tags: &BTreeMap<String, String>,
    larger: Option<Size>,
    smaller: Option<Size>,
) -> Result<s3::LifecycleRuleFilter, Failure> {
    let (larger, smaller) = (larger.map(bytes), smaller.map(bytes));
    let tag_list = tag_list(OPERATION, tags)?;
    let conditions = usize::from(prefix.is_some()) + tag_list.len() + usize::from(larger.is_some()) + usize::from(smaller.is_some());
    let filter = s3::LifecycleRuleFilter::builder();
    Ok(match conditions {
        0 => filter.prefix("").build(),
        1 => filter
            .set_prefix(prefix.map(str::to_owned))
            .set_tag(tag_list.into_iter().next())
            .set_object_size_greater_than(larger)
            .set_object_size_less_than(smaller)
            .build(),
        _ => {
            let all = s3::LifecycleRuleAndOperator::builder()
                .set_prefix(prefix.map(str::to_owned))
                .set_tags((!tag_list.is_empty()).then_some(tag_list))
                .set_object_size_greater_than(larger)
                .set_object_size_less_than(smaller)
                .build();
            filter.and(all).build()
        }
    })
}

/// A rule as S3 tells it; `None` for one of another program that has no id or uses what this one does not know.
pub(super) fn rule_of(rule: &s3::LifecycleRule) -> Option<LifecycleRule> {
    #[expect(deprecated, reason = "rules of old programs still have their prefix there")]
    let old_prefix = rule.prefix();
    let filter = rule.filter();
    let and = filter.and_then(s3::LifecycleRuleFilter::and);
    let prefix =
        filter.and_then(s3::LifecycleRuleFilter::prefix).or_else(|| and.and_then(s3::LifecycleRuleAndOperator::prefix)).or(old_prefix);
    let tags =
        filter.and_then(s3::LifecycleRuleFilter::tag).into_iter().chain(and.into_iter().flat_map(s3::LifecycleRuleAndOperator::tags));
    let larger = filter
        .and_then(s3::LifecycleRuleFilter::object_size_greater_than)
        .or_else(|| and.and_then(s3::LifecycleRuleAndOperator::object_size_greater_than));
    let smaller = filter
        .and_then(s3::LifecycleRuleFilter::object_size_less_than)
        .or_else(|| and.and_then(s3::LifecycleRuleAndOperator::object_size_less_than));
    let expiration = rule.expiration();
    let transition = rule.transitions().iter().map(|transition| {
        Some(Transition {
            after: transition.days().and_then(duration),
            on: transition.date().and_then(day),
            storage_class: parse(transition.storage_class()?.as_str())?,
        })
    });
    let noncurrent = rule.noncurrent_version_transitions().iter().map(|transition| {
        Some(NoncurrentTransition {
            after: transition.noncurrent_days().and_then(duration)?,
            keep: transition.newer_noncurrent_versions().and_then(|keep| u32::try_from(keep).ok()),
            storage_class: parse(transition.storage_class()?.as_str())?,
        })
    });
    let old = rule.noncurrent_version_expiration();
    Some(LifecycleRule {
        id: rule.id()?.to_owned(),
        enabled: rule.status() == &s3::ExpirationStatus::Enabled,
        prefix: prefix.filter(|prefix| !prefix.is_empty()).map(str::to_owned),
        tags: tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        larger_than: larger.and_then(|size| u64::try_from(size).ok()).map(Size::bytes),
        smaller_than: smaller.and_then(|size| u64::try_from(size).ok()).map(Size::bytes),
        transition: transition.collect::<Option<_>>()?,
        expire_after: expiration.and_then(s3::LifecycleExpiration::days).and_then(duration),
        expire_on: expiration.and_then(s3::LifecycleExpiration::date).and_then(day),
        remove_expired_markers: expiration.and_then(s3::LifecycleExpiration::expired_object_delete_marker),
        noncurrent_transition: noncurrent.collect::<Option<_>>()?,
        noncurrent_expire_after: old.and_then(s3::NoncurrentVersionExpiration::noncurrent_days).and_then(duration),
        noncurrent_keep: old.and_then(s3::NoncurrentVersionExpiration::newer_noncurrent_versions).and_then(|keep| u32::try_from(keep).ok()),
        abort_incomplete_after: rule
            .abort_incomplete_multipart_upload()
            .and_then(s3::AbortIncompleteMultipartUpload::days_after_initiation)
            .and_then(duration),
    })
}

pub(super) fn days(time: Duration) -> i32 {
    i32::try_from(time.as_days()).unwrap_or(i32::MAX)
}

/// S3 answers 0 days where it means none.
pub(super) fn duration(days: i32) -> Option<Duration> {
    u64::try_from(days).ok().filter(|days| *days > 0).map(|days| Duration::hours(days * 24))
}

fn bytes(size: Size) -> i64 {
    i64::try_from(size.as_bytes()).unwrap_or(i64::MAX)
}

/// S3 takes days as midnight UTC.
fn midnight(day: &str) -> Result<DateTime, Failure> {
    let date: jiff::civil::Date = day.parse().map_err(|error: jiff::Error| Failure::local(OPERATION, error.to_string()))?;
    let moment = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| Failure::local(OPERATION, error.to_string()))?;
    Ok(DateTime::from_secs(moment.timestamp().as_second()))
}

fn day(moment: &DateTime) -> Option<String> {
    let moment = jiff::Timestamp::from_second(moment.secs()).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

//! Switches of a bucket that are documents of their own: versioning, locks, access log, acceleration, who pays.

use aws_sdk_s3::types as s3;

use super::convert::{built, parse, word};
use super::lifecycle::{days, duration};
use crate::aws::{Cx, Failure, Update};
use crate::kinds::bucket::parts::{LogDate, Logging, Retention};
use crate::kinds::bucket::spec::Spec;
use crate::model::reference::Ref;

pub(super) async fn versioning(cx: &Cx<'_>, name: &str) -> Result<Option<bool>, Failure> {
    let answer = cx.read("s3:GetBucketVersioning", || cx.session.s3().get_bucket_versioning().bucket(name).send()).await?;
    Ok(answer.map(|answer| answer.status == Some(s3::BucketVersioningStatus::Enabled)))
}

pub(super) async fn set_versioning(cx: &Cx<'_>, name: &str, desired: Option<bool>, prior: Option<bool>) -> Result<(), Failure> {
    // A bucket that never had versions must not be told to suspend them.
    if desired != Some(true) && prior != Some(true) {
        return Ok(());
    }
    let status = if desired == Some(true) { s3::BucketVersioningStatus::Enabled } else { s3::BucketVersioningStatus::Suspended };
    let configuration = s3::VersioningConfiguration::builder().status(status).build();
    cx.write("s3:PutBucketVersioning", || {
        cx.session.s3().put_bucket_versioning().bucket(name).versioning_configuration(configuration.clone()).send()
    })
    .await
    .map(|_| ())
}

/// Whether objects may be locked, and how long new ones are.
pub(super) async fn lock(cx: &Cx<'_>, name: &str) -> Result<(bool, Option<Retention>), Failure> {
    let answer = cx.read("s3:GetObjectLockConfiguration", || cx.session.s3().get_object_lock_configuration().bucket(name).send()).await?;
    let Some(lock) = answer.and_then(|answer| answer.object_lock_configuration) else { return Ok((false, None)) };
    let on = lock.object_lock_enabled() == Some(&s3::ObjectLockEnabled::Enabled);
    Ok((on, lock.rule().and_then(s3::ObjectLockRule::default_retention).and_then(retention_of)))
}

/// S3 tells days or years, as they were set; a year of it is 365 days.
pub(super) fn retention_of(retention: &s3::DefaultRetention) -> Option<Retention> {
    let days = retention.days().filter(|days| *days > 0).or_else(|| retention.years()?.checked_mul(365));
    Some(Retention { mode: parse(retention.mode()?.as_str())?, period: days.and_then(duration)? })
}

pub(super) async fn set_lock(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    const OPERATION: &str = "s3:PutObjectLockConfiguration";
    let (name, desired, prior) = (update.target.id, update.desired, update.prior);
    if desired.object_lock == Some(false) && prior.object_lock == Some(true) {
        let message = "S3 never takes the lock from a bucket; remove `object_lock = false`, or give the bucket another `name`";
        return Err(Failure::unexpected(OPERATION, message));
    }
    if desired.object_lock != Some(true) && prior.object_lock != Some(true) {
        return Ok(());
    }
    // Versions are what is locked.
    if prior.object_lock != Some(true) && prior.versioning != Some(true) && desired.versioning != Some(true) {
        set_versioning(cx, name, Some(true), None).await?;
    }
    let lock = s3::ObjectLockConfiguration::builder().object_lock_enabled(s3::ObjectLockEnabled::Enabled);
    let rule = desired.default_retention.as_ref().map(|Retention { mode, period }| {
        let retention = s3::DefaultRetention::builder().mode(s3::ObjectLockRetentionMode::from(word(mode).as_str())).days(days(*period));
        s3::ObjectLockRule::builder().default_retention(retention.build()).build()
    });
    let lock = lock.set_rule(rule).build();
    cx.write(OPERATION, || cx.session.s3().put_object_lock_configuration().bucket(name).object_lock_configuration(lock.clone()).send())
        .await
        .map(|_| ())
}

pub(super) async fn logging(cx: &Cx<'_>, name: &str) -> Result<Option<Logging>, Failure> {
    let answer = cx.read("s3:GetBucketLogging", || cx.session.s3().get_bucket_logging().bucket(name).send()).await?;
    Ok(answer.and_then(|answer| answer.logging_enabled).map(|log| logging_of(&log)))
}

pub(super) fn logging_of(log: &s3::LoggingEnabled) -> Logging {
    let partitioned = log.target_object_key_format().and_then(s3::TargetObjectKeyFormat::partitioned_prefix);
    Logging {
        bucket: Ref(log.target_bucket().to_owned()),
        prefix: Some(log.target_prefix()).filter(|prefix| !prefix.is_empty()).map(str::to_owned),
        partition: partitioned.map(|partitioned| match partitioned.partition_date_source() {
            Some(s3::PartitionDateSource::DeliveryTime) => LogDate::DeliveryTime,
            _ => LogDate::EventTime,
        }),
    }
}

/// Without a wish: no log.
pub(super) fn logging_to_send(logging: Option<&Logging>) -> Result<s3::BucketLoggingStatus, Failure> {
    let Some(Logging { bucket, prefix, partition }) = logging else { return Ok(s3::BucketLoggingStatus::builder().build()) };
    let format = partition.map(|partition| {
        let source = s3::PartitionDateSource::from(word(&partition).as_str());
        let partitioned = s3::PartitionedPrefix::builder().partition_date_source(source).build();
        s3::TargetObjectKeyFormat::builder().partitioned_prefix(partitioned).build()
    });
    let log = s3::LoggingEnabled::builder()
        .target_bucket(&bucket.0)
        .target_prefix(prefix.as_deref().unwrap_or_default())
        .set_target_object_key_format(format);
    Ok(s3::BucketLoggingStatus::builder().logging_enabled(built("s3:PutBucketLogging", log.build())?).build())
}

pub(super) async fn set_logging(cx: &Cx<'_>, name: &str, logging: Option<&Logging>) -> Result<(), Failure> {
    let status = logging_to_send(logging)?;
    cx.write("s3:PutBucketLogging", || cx.session.s3().put_bucket_logging().bucket(name).bucket_logging_status(status.clone()).send())
        .await
        .map(|_| ())
}

pub(super) async fn acceleration(cx: &Cx<'_>, name: &str) -> Result<Option<bool>, Failure> {
    let client = cx.session.s3();
    let answer =
        cx.read("s3:GetBucketAccelerateConfiguration", || client.get_bucket_accelerate_configuration().bucket(name).send()).await?;
    Ok(answer.map(|answer| answer.status == Some(s3::BucketAccelerateStatus::Enabled)))
}

pub(super) async fn set_acceleration(cx: &Cx<'_>, name: &str, on: bool) -> Result<(), Failure> {
    let status = if on { s3::BucketAccelerateStatus::Enabled } else { s3::BucketAccelerateStatus::Suspended };
    let wanted = s3::AccelerateConfiguration::builder().status(status).build();
    let client = cx.session.s3();
    cx.write("s3:PutBucketAccelerateConfiguration", || {
        client.put_bucket_accelerate_configuration().bucket(name).accelerate_configuration(wanted.clone()).send()
    })
    .await
    .map(|_| ())
}

pub(super) async fn requester_pays(cx: &Cx<'_>, name: &str) -> Result<Option<bool>, Failure> {
    let client = cx.session.s3();
    let answer = cx.read("s3:GetBucketRequestPayment", || client.get_bucket_request_payment().bucket(name).send()).await?;
    Ok(answer.map(|answer| answer.payer == Some(s3::Payer::Requester)))
}

pub(super) async fn set_requester_pays(cx: &Cx<'_>, name: &str, pays: bool) -> Result<(), Failure> {
    const OPERATION: &str = "s3:PutBucketRequestPayment";
    let payer = if pays { s3::Payer::Requester } else { s3::Payer::BucketOwner };
    let wanted = built(OPERATION, s3::RequestPaymentConfiguration::builder().payer(payer).build())?;
    let client = cx.session.s3();
    cx.write(OPERATION, || client.put_bucket_request_payment().bucket(name).request_payment_configuration(wanted.clone()).send())
        .await
        .map(|_| ())
}

//! Replication: one document per bucket, in which the rules of others are kept.

use std::collections::BTreeMap;

use aws_sdk_s3::types as s3;

use super::convert::{built, parse, tag_list, word};
use crate::aws::{Cx, Failure, Update};
use crate::kinds::bucket::parts::{Replication, ReplicationRule};
use crate::kinds::bucket::spec::Spec;
use crate::model::reference::Ref;

const OPERATION: &str = "s3:PutBucketReplication";

/// What S3 promises with time control, and tells in its metrics; it takes no other value.
const MINUTES: i32 = 15;

pub(super) async fn document(cx: &Cx<'_>, bucket: &str) -> Result<Option<s3::ReplicationConfiguration>, Failure> {
    let answer = cx.read("s3:GetBucketReplication", || cx.session.s3().get_bucket_replication().bucket(bucket).send()).await?;
    Ok(answer.and_then(|answer| answer.replication_configuration))
}

/// The document as the spec tells it; none without a rule that this program knows.
pub(super) fn replication_of(document: &s3::ReplicationConfiguration) -> Option<Replication> {
    let rule: Vec<ReplicationRule> = document.rules().iter().filter_map(rule_of).collect();
    (!rule.is_empty()).then(|| Replication { role: Ref(document.role().to_owned()), rule })
}

/// Reads the document, exchanges our rules alone, and writes it whole.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let wanted = update.desired.replication.as_ref();
    let ours: Vec<&ReplicationRule> = wanted.into_iter().flat_map(|wanted| &wanted.rule).collect();
    let mine = super::recorded(update.target.recorded, "replication.rule", "id");
    let document = document(cx, bucket).await?;
    let role = wanted.map(|wanted| wanted.role.0.clone()).or_else(|| document.as_ref().map(|document| document.role().to_owned()));
    let is_ours = |id: &str| mine.contains(&id) || ours.iter().any(|rule| rule.id == id);
    let others = document.map(|document| document.rules).unwrap_or_default();
    let mut rules: Vec<s3::ReplicationRule> = others.into_iter().filter(|rule| rule.id().is_none_or(|id| !is_ours(id))).collect();
    for rule in ours {
        rules.push(to_send(rule)?);
    }
    if rules.is_empty() {
        return cx.delete("s3:DeleteBucketReplication", || client.delete_bucket_replication().bucket(bucket).send()).await;
    }
    let configuration = built(OPERATION, s3::ReplicationConfiguration::builder().set_role(role).set_rules(Some(rules)).build())?;
    cx.write(OPERATION, || client.put_bucket_replication().bucket(bucket).replication_configuration(configuration.clone()).send())
        .await
        .map(|_| ())
}

pub(super) fn to_send(rule: &ReplicationRule) -> Result<s3::ReplicationRule, Failure> {
    let ReplicationRule {
        id,
        enabled,
        priority,
        prefix,
        tags,
        bucket,
        account,
        change_owner,
        storage_class,
        kms_key,
        delete_markers,
        replica_changes,
        metrics,
        time_control,
    } = rule;
    let minutes = || s3::ReplicationTimeValue::builder().minutes(MINUTES).build();
    let owner = change_owner.then(|| s3::AccessControlTranslation::builder().owner(s3::OwnerOverride::Destination).build());
    let metrics = metrics.then(|| {
        let threshold = time_control.then(minutes);
        s3::Metrics::builder().status(s3::MetricsStatus::Enabled).set_event_threshold(threshold).build()
    });
    let time = time_control.then(|| s3::ReplicationTime::builder().status(s3::ReplicationTimeStatus::Enabled).time(minutes()).build());
    let destination = s3::Destination::builder()
        .bucket(&bucket.0)
        .set_account(account.clone())
        .set_access_control_translation(owner.transpose().map_err(|error| Failure::local(OPERATION, error.to_string()))?)
        .set_storage_class(storage_class.map(|class| s3::StorageClass::from(word(&class).as_str())))
        .set_encryption_configuration(kms_key.as_ref().map(|key| s3::EncryptionConfiguration::builder().replica_kms_key_id(key).build()))
        .set_metrics(metrics.transpose().map_err(|error| Failure::local(OPERATION, error.to_string()))?)
        .set_replication_time(time.transpose().map_err(|error| Failure::local(OPERATION, error.to_string()))?)
        .build();
    let markers = match delete_markers {
        true => s3::DeleteMarkerReplicationStatus::Enabled,
        false => s3::DeleteMarkerReplicationStatus::Disabled,
    };
    let rule = s3::ReplicationRule::builder()
        .id(id)
        .status(if *enabled { s3::ReplicationRuleStatus::Enabled } else { s3::ReplicationRuleStatus::Disabled })
        .set_priority(i32::try_from(*priority).ok())
        .filter(filter(prefix.as_deref(), tags)?)
        .set_source_selection_criteria(selection(kms_key.is_some(), *replica_changes)?)
        .destination(built(OPERATION, destination)?)
        .delete_marker_replication(s3::DeleteMarkerReplication::builder().status(markers).build())
        .build();
    built(OPERATION, rule)
}

/// Which objects beyond the plain ones are copied; none where nothing is said.
fn selection(encrypted: bool, replica_changes: bool) -> Result<Option<s3::SourceSelectionCriteria>, Failure> {
    if !encrypted && !replica_changes {
        return Ok(None);
    }
    let mut criteria = s3::SourceSelectionCriteria::builder();
    if encrypted {
        let objects = s3::SseKmsEncryptedObjects::builder().status(s3::SseKmsEncryptedObjectsStatus::Enabled).build();
        criteria = criteria.sse_kms_encrypted_objects(built(OPERATION, objects)?);
    }
    if replica_changes {
        let changes = s3::ReplicaModifications::builder().status(s3::ReplicaModificationsStatus::Enabled).build();
        criteria = criteria.replica_modifications(built(OPERATION, changes)?);
    }
    Ok(Some(criteria.build()))
}

/// S3 wants exactly one condition in a filter, or several within `And`.
fn filter(prefix: Option<&str>, tags: &BTreeMap<String, String>) -> Result<s3::ReplicationRuleFilter, Failure> {
    let tags = tag_list(OPERATION, tags)?;
    let filter = s3::ReplicationRuleFilter::builder();
    Ok(match (prefix, tags.len()) {
        (prefix, 0) => filter.prefix(prefix.unwrap_or_default()).build(),
        (None, 1) => filter.set_tag(tags.into_iter().next()).build(),
        (prefix, _) => {
            let and = s3::ReplicationRuleAndOperator::builder().set_prefix(prefix.map(str::to_owned)).set_tags(Some(tags));
            filter.and(and.build()).build()
        }
    })
}

/// A rule as S3 tells it; `None` for one without an id or a destination.
pub(super) fn rule_of(rule: &s3::ReplicationRule) -> Option<ReplicationRule> {
    let filter = rule.filter();
    let and = filter.and_then(s3::ReplicationRuleFilter::and);
    #[expect(deprecated, reason = "rules of old programs still have their prefix there")]
    let old_prefix = rule.prefix();
    let prefix =
        filter.and_then(s3::ReplicationRuleFilter::prefix).or_else(|| and.and_then(s3::ReplicationRuleAndOperator::prefix)).or(old_prefix);
    let tags =
        filter.and_then(s3::ReplicationRuleFilter::tag).into_iter().chain(and.into_iter().flat_map(s3::ReplicationRuleAndOperator::tags));
    let destination = rule.destination()?;
    let markers = rule.delete_marker_replication().and_then(s3::DeleteMarkerReplication::status);
    let changes = rule.source_selection_criteria().and_then(s3::SourceSelectionCriteria::replica_modifications);
    Some(ReplicationRule {
        id: rule.id()?.to_owned(),
        enabled: rule.status() == &s3::ReplicationRuleStatus::Enabled,
        priority: rule.priority().and_then(|priority| u32::try_from(priority).ok()).unwrap_or(0),
        prefix: prefix.filter(|prefix| !prefix.is_empty()).map(str::to_owned),
        tags: tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        bucket: Ref(destination.bucket().to_owned()),
        account: destination.account().filter(|account| !account.is_empty()).map(str::to_owned),
        change_owner: destination.access_control_translation().is_some(),
        storage_class: destination.storage_class().and_then(|class| parse(class.as_str())),
        kms_key: destination.encryption_configuration().and_then(s3::EncryptionConfiguration::replica_kms_key_id).map(str::to_owned),
        delete_markers: markers == Some(&s3::DeleteMarkerReplicationStatus::Enabled),
        replica_changes: changes.is_some_and(|changes| changes.status() == &s3::ReplicaModificationsStatus::Enabled),
        metrics: destination.metrics().is_some_and(|metrics| metrics.status() == &s3::MetricsStatus::Enabled),
        time_control: destination.replication_time().is_some_and(|time| time.status() == &s3::ReplicationTimeStatus::Enabled),
    })
}

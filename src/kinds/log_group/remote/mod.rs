//! How a log group is read, made, changed and deleted.

mod list;
mod parts;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::types::{LogGroup as Answer, LogGroupClass};

use super::LogGroup;
use super::spec::{Class, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Remote, Target, Update};

#[async_trait]
impl Remote for LogGroup {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(group) = describe(cx, target.id).await? else { return Ok(None) };
        let arn = arn_of(&group);
        let (tags, parts) = futures::join!(
            cx.read("logs:ListTagsForResource", || cx.session.logs().list_tags_for_resource().resource_arn(&arn).send()),
            parts::read(cx, target)
        );
        let parts::Parts { metric, subscription, indexed_fields, data_protection } = parts?;
        let tags = tags?.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect();
        let spec = Spec {
            name: target.id.to_owned(),
            retention_days: group.retention_in_days.and_then(|days| u32::try_from(days).ok()),
            class: match group.log_group_class {
                Some(LogGroupClass::InfrequentAccess) => Class::InfrequentAccess,
                Some(LogGroupClass::Delivery) => Class::Delivery,
                _ => Class::Standard,
            },
            kms_key: group.kms_key_id,
            deletion_protection: group.deletion_protection_enabled,
            metric,
            subscription,
            indexed_fields,
            data_protection,
        };
        Ok(Some(Found { spec, outputs: BTreeMap::from([("arn".to_owned(), arn)]), tags }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        // What has a call of its own is left to `update`, which comes right after.
        let Spec {
            name,
            retention_days: _,
            class,
            kms_key,
            deletion_protection,
            metric: _,
            subscription: _,
            indexed_fields: _,
            data_protection: _,
        } = spec;
        let class = match class {
            Class::Standard => None,
            Class::InfrequentAccess => Some(LogGroupClass::InfrequentAccess),
            Class::Delivery => Some(LogGroupClass::Delivery),
        };
        cx.create("logs:CreateLogGroup", name, || {
            cx.session
                .logs()
                .create_log_group()
                .log_group_name(name)
                .set_log_group_class(class.clone())
                .set_kms_key_id(kms_key.clone())
                .set_deletion_protection_enabled(*deletion_protection)
                .set_tags(Some(cx.tags.clone().into_iter().collect()))
                .send()
        })
        .await?;
        Ok(Created { id: name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (logs, name, desired) = (cx.session.logs(), update.target.id, update.desired);
        if update.touches(&["retention_days"]) {
            match desired.retention_days.and_then(|days| i32::try_from(days).ok()) {
                Some(days) => {
                    cx.write("logs:PutRetentionPolicy", || logs.put_retention_policy().log_group_name(name).retention_in_days(days).send())
                        .await?;
                }
                None => cx.delete("logs:DeleteRetentionPolicy", || logs.delete_retention_policy().log_group_name(name).send()).await?,
            }
        }
        if update.touches(&["kms_key"]) {
            match &desired.kms_key {
                Some(key) => {
                    cx.write("logs:AssociateKmsKey", || logs.associate_kms_key().log_group_name(name).kms_key_id(key).send()).await?;
                }
                None => cx.delete("logs:DisassociateKmsKey", || logs.disassociate_kms_key().log_group_name(name).send()).await?,
            }
        }
        if update.touches(&["deletion_protection"]) {
            let protected = desired.deletion_protection.unwrap_or(false);
            cx.write("logs:PutLogGroupDeletionProtection", || {
                logs.put_log_group_deletion_protection().log_group_identifier(name).deletion_protection_enabled(protected).send()
            })
            .await?;
        }
        parts::write(cx, update).await?;
        let (set, remove) = update.tags();
        if set.is_empty() && remove.is_empty() {
            return Ok(());
        }
        let Some(arn) = describe(cx, name).await?.as_ref().map(arn_of) else {
            return Err(Failure::unexpected("logs:DescribeLogGroups", "the log group is gone"));
        };
        if !set.is_empty() {
            cx.write("logs:TagResource", || {
                logs.tag_resource().resource_arn(&arn).set_tags(Some(set.clone().into_iter().collect())).send()
            })
            .await?;
        }
        if !remove.is_empty() {
            cx.write("logs:UntagResource", || logs.untag_resource().resource_arn(&arn).set_tag_keys(Some(remove.clone())).send()).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        cx.delete("logs:DeleteLogGroup", || cx.session.logs().delete_log_group().log_group_name(target.id).send()).await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(describe(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

/// CloudWatch answers by prefix; the one with the very name is wanted, and it comes first.
async fn describe(cx: &Cx<'_>, name: &str) -> Result<Option<Answer>, Failure> {
    let answer = cx.read("logs:DescribeLogGroups", || cx.session.logs().describe_log_groups().log_group_name_prefix(name).send()).await?;
    let groups = answer.and_then(|answer| answer.log_groups).unwrap_or_default();
    Ok(groups.into_iter().find(|group| group.log_group_name() == Some(name)))
}

/// The ARN without the `:*` that means the streams in it.
fn arn_of(group: &Answer) -> String {
    let arn = group.log_group_arn().or(group.arn()).unwrap_or_default();
    arn.trim_end_matches(":*").to_owned()
}

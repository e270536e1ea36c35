//! What a bucket has many of, each written by its name: archives of Intelligent-Tiering, metrics and inventories. Those of others are left alone.

use std::collections::BTreeMap;

use aws_sdk_s3::types as s3;

use super::convert::{built, parse, tag_list, word};
use super::lifecycle::{days, duration};
use crate::aws::{Cx, Failure, Update};
use crate::kinds::bucket::parts::{Inventory, Metrics, Tiering};
use crate::kinds::bucket::spec::Spec;
use crate::model::reference::Ref;

const TIERING: &str = "s3:PutBucketIntelligentTieringConfiguration";
const METRICS: &str = "s3:PutBucketMetricsConfiguration";
const INVENTORY: &str = "s3:PutBucketInventoryConfiguration";

/// The names that an update takes away: ours, there, and not wanted any more.
fn gone<'a, T>(update: &'a Update<'_, Spec>, field: &str, lists: [&'a [T]; 2], name: fn(&T) -> &str) -> Vec<&'a str> {
    let mine = super::recorded(update.target.recorded, field, "name");
    let [prior, desired] = lists;
    let is_ours = |is: &&str| mine.contains(is) && !desired.iter().any(|wanted| name(wanted) == *is);
    prior.iter().map(name).filter(is_ours).collect()
}

/// What is wanted and is not so.
fn changed<'a, T: PartialEq>(prior: &'a [T], desired: &'a [T]) -> impl Iterator<Item = &'a T> {
    desired.iter().filter(|wanted| !prior.contains(wanted))
}

pub(super) async fn tierings(cx: &Cx<'_>, bucket: &str) -> Result<Vec<Tiering>, Failure> {
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("s3:ListBucketIntelligentTieringConfigurations", || {
                let call = cx.session.s3().list_bucket_intelligent_tiering_configurations().bucket(bucket);
                call.set_continuation_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        found.extend(page.intelligent_tiering_configuration_list().iter().map(tiering_of));
        next = page.next_continuation_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

pub(super) async fn write_tierings(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let (prior, desired) = (&update.prior.intelligent_tiering, &update.desired.intelligent_tiering);
    for name in gone(update, "intelligent_tiering", [prior, desired], |tiering| &tiering.name) {
        cx.delete("s3:DeleteBucketIntelligentTieringConfiguration", || {
            client.delete_bucket_intelligent_tiering_configuration().bucket(bucket).id(name).send()
        })
        .await?;
    }
    for tiering in changed(prior, desired) {
        let wanted = tiering_to_send(tiering)?;
        cx.write(TIERING, || {
            let call = client.put_bucket_intelligent_tiering_configuration().bucket(bucket).id(&tiering.name);
            call.intelligent_tiering_configuration(wanted.clone()).send()
        })
        .await?;
    }
    Ok(())
}

pub(super) fn tiering_to_send(tiering: &Tiering) -> Result<s3::IntelligentTieringConfiguration, Failure> {
    let Tiering { name, enabled, prefix, tags, archive_after, deep_archive_after } = tiering;
    let tags = tag_list(TIERING, tags)?;
    let filter = s3::IntelligentTieringFilter::builder();
    let filter = match (prefix, tags.len()) {
        (None, 0) => None,
        (prefix, 0) => Some(filter.set_prefix(prefix.clone()).build()),
        (None, 1) => Some(filter.set_tag(tags.into_iter().next()).build()),
        (prefix, _) => {
            let and = s3::IntelligentTieringAndOperator::builder().set_prefix(prefix.clone()).set_tags(Some(tags)).build();
            Some(filter.and(and).build())
        }
    };
    let mut archives = Vec::new();
    let ages = [
        (s3::IntelligentTieringAccessTier::ArchiveAccess, archive_after),
        (s3::IntelligentTieringAccessTier::DeepArchiveAccess, deep_archive_after),
    ];
    for (tier, after) in ages {
        if let Some(after) = after {
            archives.push(built(TIERING, s3::Tiering::builder().access_tier(tier).days(days(*after)).build())?);
        }
    }
    let configuration = s3::IntelligentTieringConfiguration::builder()
        .id(name)
        .status(if *enabled { s3::IntelligentTieringStatus::Enabled } else { s3::IntelligentTieringStatus::Disabled })
        .set_filter(filter)
        .set_tierings(Some(archives));
    built(TIERING, configuration.build())
}

pub(super) fn tiering_of(configuration: &s3::IntelligentTieringConfiguration) -> Tiering {
    let filter = configuration.filter();
    let and = filter.and_then(s3::IntelligentTieringFilter::and);
    let prefix = filter.and_then(s3::IntelligentTieringFilter::prefix).or_else(|| and.and_then(s3::IntelligentTieringAndOperator::prefix));
    let tag = filter.and_then(s3::IntelligentTieringFilter::tag);
    let tags = tag.into_iter().chain(and.into_iter().flat_map(s3::IntelligentTieringAndOperator::tags));
    let after = |tier: &s3::IntelligentTieringAccessTier| {
        configuration.tierings().iter().find(|tiering| tiering.access_tier() == tier).and_then(|tiering| duration(tiering.days()))
    };
    Tiering {
        name: configuration.id().to_owned(),
        enabled: configuration.status() == &s3::IntelligentTieringStatus::Enabled,
        prefix: prefix.filter(|prefix| !prefix.is_empty()).map(str::to_owned),
        tags: tags_of(tags),
        archive_after: after(&s3::IntelligentTieringAccessTier::ArchiveAccess),
        deep_archive_after: after(&s3::IntelligentTieringAccessTier::DeepArchiveAccess),
    }
}

fn tags_of<'a>(tags: impl Iterator<Item = &'a s3::Tag>) -> BTreeMap<String, String> {
    tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

pub(super) async fn metrics(cx: &Cx<'_>, bucket: &str) -> Result<Vec<Metrics>, Failure> {
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("s3:ListBucketMetricsConfigurations", || {
                let call = cx.session.s3().list_bucket_metrics_configurations().bucket(bucket);
                call.set_continuation_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        found.extend(page.metrics_configuration_list().iter().map(metrics_of));
        next = page.next_continuation_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

pub(super) async fn write_metrics(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let (prior, desired) = (&update.prior.metrics, &update.desired.metrics);
    for name in gone(update, "metrics", [prior, desired], |metrics| &metrics.name) {
        cx.delete("s3:DeleteBucketMetricsConfiguration", || client.delete_bucket_metrics_configuration().bucket(bucket).id(name).send())
            .await?;
    }
    for metrics in changed(prior, desired) {
        let wanted = metrics_to_send(metrics)?;
        cx.write(METRICS, || {
            let call = client.put_bucket_metrics_configuration().bucket(bucket).id(&metrics.name);
            call.metrics_configuration(wanted.clone()).send()
        })
        .await?;
    }
    Ok(())
}

pub(super) fn metrics_to_send(metrics: &Metrics) -> Result<s3::MetricsConfiguration, Failure> {
    let Metrics { name, prefix, tags, access_point } = metrics;
    let mut tags = tag_list(METRICS, tags)?;
    let filter = match (prefix, tags.len(), access_point) {
        (None, 0, None) => None,
        (Some(prefix), 0, None) => Some(s3::MetricsFilter::Prefix(prefix.clone())),
        (None, 0, Some(point)) => Some(s3::MetricsFilter::AccessPointArn(point.clone())),
        (None, 1, None) => tags.pop().map(s3::MetricsFilter::Tag),
        _ => {
            let and = s3::MetricsAndOperator::builder()
                .set_prefix(prefix.clone())
                .set_tags((!tags.is_empty()).then_some(tags))
                .set_access_point_arn(access_point.clone());
            Some(s3::MetricsFilter::And(and.build()))
        }
    };
    built(METRICS, s3::MetricsConfiguration::builder().id(name).set_filter(filter).build())
}

pub(super) fn metrics_of(configuration: &s3::MetricsConfiguration) -> Metrics {
    let mut metrics = Metrics { name: configuration.id().to_owned(), prefix: None, tags: BTreeMap::new(), access_point: None };
    match configuration.filter() {
        Some(s3::MetricsFilter::Prefix(prefix)) => metrics.prefix = Some(prefix.clone()),
        Some(s3::MetricsFilter::AccessPointArn(point)) => metrics.access_point = Some(point.clone()),
        Some(s3::MetricsFilter::Tag(tag)) => metrics.tags = tags_of(std::iter::once(tag)),
        Some(s3::MetricsFilter::And(and)) => {
            metrics.prefix = and.prefix().filter(|prefix| !prefix.is_empty()).map(str::to_owned);
            metrics.access_point = and.access_point_arn().filter(|point| !point.is_empty()).map(str::to_owned);
            metrics.tags = tags_of(and.tags().iter());
        }
        _ => {}
    }
    metrics
}

pub(super) async fn inventories(cx: &Cx<'_>, bucket: &str) -> Result<Vec<Inventory>, Failure> {
    let (mut found, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("s3:ListBucketInventoryConfigurations", || {
                let call = cx.session.s3().list_bucket_inventory_configurations().bucket(bucket);
                call.set_continuation_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(found) };
        found.extend(page.inventory_configuration_list().iter().filter_map(inventory_of));
        next = page.next_continuation_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

pub(super) async fn write_inventories(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, bucket) = (cx.session.s3(), update.target.id);
    let (prior, desired) = (&update.prior.inventory, &update.desired.inventory);
    for name in gone(update, "inventory", [prior, desired], |inventory| &inventory.name) {
        cx.delete("s3:DeleteBucketInventoryConfiguration", || {
            client.delete_bucket_inventory_configuration().bucket(bucket).id(name).send()
        })
        .await?;
    }
    for inventory in changed(prior, desired) {
        let wanted = inventory_to_send(inventory)?;
        cx.write(INVENTORY, || {
            let call = client.put_bucket_inventory_configuration().bucket(bucket).id(&inventory.name);
            call.inventory_configuration(wanted.clone()).send()
        })
        .await?;
    }
    Ok(())
}

pub(super) fn inventory_to_send(inventory: &Inventory) -> Result<s3::InventoryConfiguration, Failure> {
    let Inventory { name, enabled, bucket, account, destination_prefix, format, sse_s3, kms_key, prefix, versions, frequency, fields } =
        inventory;
    let encryption = s3::InventoryEncryption::builder();
    let encryption = match kms_key {
        Some(key) => Some(encryption.ssekms(built(INVENTORY, s3::Ssekms::builder().key_id(key).build())?).build()),
        None => sse_s3.then(|| encryption.sses3(s3::Sses3::builder().build()).build()),
    };
    let destination = s3::InventoryS3BucketDestination::builder()
        .bucket(&bucket.0)
        .set_account_id(account.clone())
        .set_prefix(destination_prefix.clone())
        .format(s3::InventoryFormat::from(word(format).as_str()))
        .set_encryption(encryption)
        .build();
    let destination = s3::InventoryDestination::builder().s3_bucket_destination(built(INVENTORY, destination)?).build();
    let filter = prefix.as_ref().map(|prefix| s3::InventoryFilter::builder().prefix(prefix).build()).transpose();
    let schedule = s3::InventorySchedule::builder().frequency(s3::InventoryFrequency::from(word(frequency).as_str())).build();
    let told = fields.iter().map(|field| s3::InventoryOptionalField::from(field.as_str())).collect();
    let configuration = s3::InventoryConfiguration::builder()
        .id(name)
        .is_enabled(*enabled)
        .destination(destination)
        .set_filter(built(INVENTORY, filter)?)
        .included_object_versions(s3::InventoryIncludedObjectVersions::from(word(versions).as_str()))
        .schedule(built(INVENTORY, schedule)?)
        .set_optional_fields((!fields.is_empty()).then_some(told));
    built(INVENTORY, configuration.build())
}

/// `None` for one that uses what this program does not know.
pub(super) fn inventory_of(configuration: &s3::InventoryConfiguration) -> Option<Inventory> {
    let destination = configuration.destination()?.s3_bucket_destination()?;
    let encryption = destination.encryption();
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Inventory {
        name: configuration.id().to_owned(),
        enabled: configuration.is_enabled(),
        bucket: Ref(destination.bucket().to_owned()),
        account: text(destination.account_id()),
        destination_prefix: text(destination.prefix()),
        format: parse(destination.format().as_str())?,
        sse_s3: encryption.is_some_and(|encryption| encryption.sses3().is_some()),
        kms_key: encryption.and_then(s3::InventoryEncryption::ssekms).map(|kms| kms.key_id().to_owned()),
        prefix: text(configuration.filter().map(s3::InventoryFilter::prefix)),
        versions: parse(configuration.included_object_versions().as_str())?,
        frequency: parse(configuration.schedule()?.frequency().as_str())?,
        fields: configuration.optional_fields().iter().map(|field| field.as_str().to_owned()).collect(),
    })
}

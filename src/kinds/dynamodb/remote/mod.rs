//! How a table is read, made, changed and deleted. Each change is a call of its own, followed by a wait for ACTIVE: DynamoDB takes one at a time.

mod beside;
mod convert;
mod indexes;
mod list;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableFluentBuilder;
use aws_sdk_dynamodb::types as api;
use convert::built;

use super::Dynamodb;
use super::spec::{Billing, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};

#[async_trait]
impl Remote for Dynamodb {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(table) = describe(cx, target.id).await? else { return Ok(None) };
        if table.table_status() == Some(&api::TableStatus::Deleting) {
            return Ok(None);
        }
        let arn = table.table_arn().unwrap_or_default().to_owned();
        let (beside, tags) = futures::join!(beside::read(cx, target, &arn), tags(cx, &arn));
        let mut outputs = BTreeMap::from([("arn".to_owned(), arn)]);
        // The ARN of a stream that was switched off stays for a day; only a live one is told.
        if table.stream_specification().is_some_and(api::StreamSpecification::stream_enabled)
            && let Some(stream) = table.latest_stream_arn()
        {
            outputs.insert("stream_arn".to_owned(), stream.to_owned());
        }
        let known = target.recorded.get("kms_key").and_then(|key| key.text());
        Ok(Some(Found { spec: convert::spec_of(&table, beside?, known), outputs, tags: tags? }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "dynamodb:CreateTable";
        let tags: Result<Vec<_>, _> = cx.tags.iter().map(|(key, value)| api::Tag::builder().key(key).value(value).build()).collect();
        let tags = built(OPERATION, tags)?;
        let request = convert::table_to_create(spec)?;
        cx.create(OPERATION, &spec.name, || {
            let call = cx.session.dynamodb().create_table().set_tags(Some(tags.clone()));
            convert::fill(call, request.clone()).send()
        })
        .await?;
        active(cx, &spec.name).await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (name, desired, prior) = (update.target.id, update.desired, update.prior);
        for key in desired.key_attributes(&[]) {
            if let (Some(was), Some(is)) = (prior.attributes.get(key), desired.attributes.get(key))
                && was != is
            {
                let message = format!("the type of the key `{key}` cannot change; give the table another `name` to make it anew");
                return Err(Failure::unexpected("dynamodb:UpdateTable", message));
            }
        }
        let table = active(cx, name).await?;
        let capacities = ["billing_mode", "read_capacity", "write_capacity"];
        let maxima = ["max_read_units", "max_write_units"];
        // Indexes that go first need no capacity of their own.
        if update.touches(&["index", "attributes"]) {
            indexes::remove(cx, update).await?;
        }
        if update.touches(&capacities) {
            set_billing(cx, update, &table).await?;
        }
        if update.touches(&maxima) && desired.billing_mode == Billing::OnDemand {
            let limits = convert::maxima(desired.max_read_units, desired.max_write_units);
            change(cx, name, |call| call.on_demand_throughput(limits.clone())).await?;
        }
        if update.touches(&["index", "attributes"]) {
            indexes::change(cx, update).await?;
        }
        if update.touches(&["warm_throughput"])
            && let Some(warm) = desired.warm_throughput.as_ref().map(convert::warm)
        {
            change(cx, name, |call| call.warm_throughput(warm.clone())).await?;
        }
        if update.touches(&["stream"]) {
            set_stream(cx, update).await?;
        }
        if update.touches(&["kms_key"]) {
            let encryption = convert::encryption(desired.kms_key.as_deref());
            change(cx, name, |call| call.sse_specification(encryption.clone())).await?;
        }
        if update.touches(&["table_class"]) {
            let class = desired.table_class.map_or(api::TableClass::Standard, convert::class);
            change(cx, name, |call| call.table_class(class.clone())).await?;
        }
        if update.touches(&["deletion_protection"]) {
            change(cx, name, |call| call.deletion_protection_enabled(desired.deletion_protection)).await?;
        }
        beside::write(cx, update, table.table_arn().unwrap_or_default()).await?;
        set_tags(cx, update, table.table_arn().unwrap_or_default()).await
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let name = target.id;
        cx.delete("dynamodb:DeleteTable", || cx.session.dynamodb().delete_table().table_name(name).send()).await?;
        cx.wait("the table to be gone", || async {
            let table = describe(cx, name).await?;
            Ok(table.map_or(Poll::Ready(()), |table| Poll::Pending(table.table_status().map_or("DELETING", |s| s.as_str()).to_owned())))
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(describe(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

async fn describe(cx: &Cx<'_>, name: &str) -> Result<Option<api::TableDescription>, Failure> {
    let answer = cx.read("dynamodb:DescribeTable", || cx.session.dynamodb().describe_table().table_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.table))
}

/// Waits until the table and all its indexes take the next change.
async fn active(cx: &Cx<'_>, name: &str) -> Result<api::TableDescription, Failure> {
    cx.wait("the table to be ACTIVE", || async {
        let Some(table) = describe(cx, name).await? else { return Ok(Poll::Pending("not there yet".into())) };
        let mut indexes = table.global_secondary_indexes().iter().map(|index| (index.index_name(), index.index_status()));
        let busy = indexes.find(|(_, status)| status.is_some_and(|status| *status != api::IndexStatus::Active));
        let busy = busy.map(|(index, status)| {
            format!("index {} {}", index.unwrap_or_default(), status.map(api::IndexStatus::as_str).unwrap_or_default())
        });
        let encrypting = table.sse_description().and_then(|sse| sse.status()).filter(|status| **status == api::SseStatus::Updating);
        Ok(match (table.table_status(), busy, encrypting) {
            (Some(api::TableStatus::Active), None, None) => Poll::Ready(table),
            (Some(api::TableStatus::Active), Some(busy), _) => Poll::Pending(busy),
            (Some(api::TableStatus::Active), None, Some(_)) => Poll::Pending("encryption UPDATING".into()),
            (status, _, _) => Poll::Pending(status.map(|status| status.as_str().to_owned()).unwrap_or_default()),
        })
    })
    .await
}

/// One UpdateTable, and the wait after it.
async fn change(
    cx: &Cx<'_>,
    name: &str,
    with: impl Fn(UpdateTableFluentBuilder) -> UpdateTableFluentBuilder,
) -> Result<api::TableDescription, Failure> {
    cx.write("dynamodb:UpdateTable", || with(cx.session.dynamodb().update_table().table_name(name)).send()).await?;
    active(cx, name).await
}

/// A table that becomes provisioned needs capacities for every index that is there, those of others too.
async fn set_billing(cx: &Cx<'_>, update: &Update<'_, Spec>, table: &api::TableDescription) -> Result<(), Failure> {
    let (name, desired) = (update.target.id, update.desired);
    if desired.billing_mode == Billing::OnDemand {
        if update.touches(&["billing_mode"]) {
            change(cx, name, |call| call.billing_mode(api::BillingMode::PayPerRequest)).await?;
        }
        return Ok(());
    }
    let throughput = convert::throughput(desired.read_capacity, desired.write_capacity)?;
    let mut updates = Vec::new();
    if update.touches(&["billing_mode"]) {
        let gone = |name: &str| indexes::goes(update, name);
        for index in table.global_secondary_indexes().iter().filter_map(api::GlobalSecondaryIndexDescription::index_name) {
            if gone(index) {
                continue;
            }
            let wanted = desired.index.iter().find(|wanted| wanted.name == index);
            updates.push(indexes::capacity(desired, wanted, index)?);
        }
    }
    change(cx, name, |call| {
        call.billing_mode(api::BillingMode::Provisioned)
            .provisioned_throughput(throughput.clone())
            .set_global_secondary_index_updates((!updates.is_empty()).then(|| updates.clone()))
    })
    .await
    .map(|_| ())
}

/// The content of a stream cannot change: it is switched off and on.
async fn set_stream(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    const OPERATION: &str = "dynamodb:UpdateTable";
    let name = update.target.id;
    if update.prior.stream.is_some() {
        let off = built(OPERATION, api::StreamSpecification::builder().stream_enabled(false).build())?;
        change(cx, name, |call| call.stream_specification(off.clone())).await?;
    }
    if let Some(content) = update.desired.stream {
        let on = api::StreamSpecification::builder().stream_enabled(true).stream_view_type(convert::content(content));
        let on = built(OPERATION, on.build())?;
        change(cx, name, |call| call.stream_specification(on.clone())).await?;
    }
    Ok(())
}

async fn tags(cx: &Cx<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let (mut tags, mut next) = (BTreeMap::new(), None::<String>);
    loop {
        let page = cx
            .read("dynamodb:ListTagsOfResource", || {
                cx.session.dynamodb().list_tags_of_resource().resource_arn(arn).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(tags) };
        tags.extend(page.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())));
        next = page.next_token;
        if next.is_none() {
            return Ok(tags);
        }
    }
}

async fn set_tags(cx: &Cx<'_>, update: &Update<'_, Spec>, arn: &str) -> Result<(), Failure> {
    const OPERATION: &str = "dynamodb:TagResource";
    let client = cx.session.dynamodb();
    let (set, remove) = update.tags();
    if !set.is_empty() {
        let tags: Result<Vec<_>, _> = set.iter().map(|(key, value)| api::Tag::builder().key(key).value(value).build()).collect();
        let tags = built(OPERATION, tags)?;
        cx.write(OPERATION, || client.tag_resource().resource_arn(arn).set_tags(Some(tags.clone())).send()).await?;
    }
    if !remove.is_empty() {
        cx.write("dynamodb:UntagResource", || client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove.clone())).send()).await?;
    }
    Ok(())
}

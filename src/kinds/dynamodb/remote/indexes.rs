//! Global indexes: DynamoDB makes or deletes one per call.

use aws_sdk_dynamodb::types as api;

use super::convert::{self, built};
use crate::aws::{Cx, Failure, Update};
use crate::kinds::dynamodb::spec::{Billing, Index, Spec};
use crate::model::value::Value;

const OPERATION: &str = "dynamodb:UpdateTable";

/// Whether two indexes differ in what cannot be changed in place.
fn is_other(left: &Index, right: &Index) -> bool {
    let sorted = |index: &Index| {
        let mut include = index.include.clone();
        include.sort();
        include
    };
    !left.hash_keys().eq(right.hash_keys())
        || !left.range_keys().eq(right.range_keys())
        || (left.projection, sorted(left)) != (right.projection, sorted(right))
}

/// Whether a key of an index is of another type than it was: DynamoDB fixes the type while an index uses it.
fn is_retyped(index: &Index, [prior, desired]: [&Spec; 2]) -> bool {
    index.hash_keys().chain(index.range_keys()).any(|key| match (prior.attributes.get(key), desired.attributes.get(key)) {
        (Some(was), Some(is)) => was != is,
        _ => false,
    })
}

/// Whether an index is deleted by this update: ours and no longer wanted, or to be made anew.
pub(super) fn goes(update: &Update<'_, Spec>, name: &str) -> bool {
    let Some(prior) = update.prior.index.iter().find(|index| index.name == name) else { return false };
    if let Some(wanted) = update.desired.index.iter().find(|index| index.name == name) {
        is_other(prior, wanted) || is_retyped(prior, [update.prior, update.desired])
    } else {
        let recorded = update.target.recorded.get("index").and_then(Value::items).unwrap_or_default();
        recorded.iter().any(|index| index.get("name").and_then(Value::text) == Some(name))
    }
}

/// Deletes the indexes that go.
pub(super) async fn remove(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    for index in update.prior.index.iter().filter(|index| goes(update, &index.name)) {
        let action = built(OPERATION, api::DeleteGlobalSecondaryIndexAction::builder().index_name(&index.name).build())?;
        let step = api::GlobalSecondaryIndexUpdate::builder().delete(action).build();
        cx.note(format!("deleting the index {}", index.name));
        super::change(cx, update.target.id, |call| call.global_secondary_index_updates(step.clone())).await?;
    }
    Ok(())
}

/// Makes the indexes that are missing, and sets the capacities of those that stay.
pub(super) async fn change(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (table, desired) = (update.target.id, update.desired);
    // What is there when the first index is made; each one that is made joins it.
    let mut there: Vec<Index> = update.prior.index.iter().filter(|index| !goes(update, &index.name)).cloned().collect();
    for wanted in &desired.index {
        if let Some(prior) = there.iter().find(|index| index.name == wanted.name) {
            let mut steps = Vec::new();
            let capacities = (wanted.read_capacity, wanted.write_capacity) != (prior.read_capacity, prior.write_capacity);
            if desired.billing_mode == Billing::Provisioned
                && capacities
                && (wanted.read_capacity.is_some() || wanted.write_capacity.is_some())
                // Set together with the table's when it became provisioned.
                && !update.touches(&["billing_mode"])
            {
                steps.push(capacity(desired, Some(wanted), &wanted.name)?);
            }
            let maxima = (wanted.max_read_units, wanted.max_write_units) != (prior.max_read_units, prior.max_write_units);
            if desired.billing_mode == Billing::OnDemand && maxima {
                let action = api::UpdateGlobalSecondaryIndexAction::builder()
                    .index_name(&wanted.name)
                    .on_demand_throughput(convert::maxima(wanted.max_read_units, wanted.max_write_units));
                steps.push(api::GlobalSecondaryIndexUpdate::builder().update(built(OPERATION, action.build())?).build());
            }
            if let Some(warm) = wanted.warm_throughput.as_ref().filter(|warm| Some(*warm) != prior.warm_throughput.as_ref()) {
                let action = api::UpdateGlobalSecondaryIndexAction::builder().index_name(&wanted.name).warm_throughput(convert::warm(warm));
                steps.push(api::GlobalSecondaryIndexUpdate::builder().update(built(OPERATION, action.build())?).build());
            }
            for step in steps {
                super::change(cx, table, |call| call.global_secondary_index_updates(step.clone())).await?;
            }
            continue;
        }
        there.push(wanted.clone());
        let mut types = update.prior.attributes.clone();
        types.extend(desired.attributes.clone());
        let attributes = convert::attributes(desired.key_attributes(&there), &types)?;
        let action = convert::index_to_send(desired, wanted)?;
        let action = api::CreateGlobalSecondaryIndexAction::builder()
            .index_name(action.index_name)
            .set_key_schema(Some(action.key_schema))
            .set_projection(action.projection)
            .set_provisioned_throughput(action.provisioned_throughput)
            .set_on_demand_throughput(action.on_demand_throughput)
            .set_warm_throughput(action.warm_throughput)
            .build();
        let step = api::GlobalSecondaryIndexUpdate::builder().create(built(OPERATION, action)?).build();
        cx.note(format!("making the index {}", wanted.name));
        super::change(cx, table, |call| {
            call.set_attribute_definitions(Some(attributes.clone())).global_secondary_index_updates(step.clone())
        })
        .await?;
    }
    Ok(())
}

/// The call that sets an index's capacity; where nothing is said, the table's.
pub(super) fn capacity(spec: &Spec, wanted: Option<&Index>, name: &str) -> Result<api::GlobalSecondaryIndexUpdate, Failure> {
    let reads = wanted.and_then(|index| index.read_capacity).or(spec.read_capacity);
    let writes = wanted.and_then(|index| index.write_capacity).or(spec.write_capacity);
    let action =
        api::UpdateGlobalSecondaryIndexAction::builder().index_name(name).provisioned_throughput(convert::throughput(reads, writes)?);
    Ok(api::GlobalSecondaryIndexUpdate::builder().update(built(OPERATION, action.build())?).build())
}

#[cfg(test)]
mod tests {
    use super::is_retyped;
    use crate::kinds::dynamodb::spec::Spec;

    #[test]
    fn an_index_is_made_anew_when_its_key_is_of_another_type() {
        let spec = |of: &str| -> Spec {
            serde_json::from_value(serde_json::json!({
                "attributes": { "id": "S", "seen": of }, "hash_key": "id", "index": [{ "name": "i", "hash_key": "seen" }],
            }))
            .expect("that is a spec")
        };
        let (text, number) = (spec("S"), spec("N"));
        assert!(is_retyped(&text.index[0], [&text, &number]));
        assert!(!is_retyped(&text.index[0], [&text, &text]));
    }
}

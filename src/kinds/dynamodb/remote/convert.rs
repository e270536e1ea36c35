//! Between the spec's words and DynamoDB's.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableInput;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types as api;

use crate::aws::Failure;
use crate::base::units::Duration;
use crate::kinds::dynamodb::spec::{
    AttributeType, Billing, Index, Insights, Kinesis, LocalIndex, Precision, Projection, Spec, StreamContent, TableClass, WarmThroughput,
};

/// The account's own key for DynamoDB.
const ACCOUNT_KEY: &str = "alias/aws/dynamodb";

pub(super) fn built<T>(operation: &str, built: Result<T, BuildError>) -> Result<T, Failure> {
    built.map_err(|error| Failure::local(operation, error.to_string()))
}

/// The request that makes a table; what CreateTable does not take (`ttl`, recovery, insights, Kinesis) is set by
/// `update`, right after.
pub(super) fn table_to_create(spec: &Spec) -> Result<CreateTableInput, Failure> {
    const OPERATION: &str = "dynamodb:CreateTable";
    let Spec {
        name,
        attributes: types,
        hash_key,
        range_key,
        billing_mode,
        read_capacity,
        write_capacity,
        max_read_units,
        max_write_units,
        warm_throughput,
        index,
        local_index,
        stream,
        ttl: _,
        point_in_time_recovery: _,
        recovery_window: _,
        kms_key,
        table_class,
        deletion_protection,
        kinesis: _,
        contributor_insights: _,
        policy,
    } = spec;
    let provisioned = *billing_mode == Billing::Provisioned;
    let global: Result<Vec<_>, _> = index.iter().map(|index| index_to_send(spec, index)).collect();
    let local: Result<Vec<_>, _> = local_index
        .iter()
        .map(|LocalIndex { name, range_key, projection, include }| {
            let index = api::LocalSecondaryIndex::builder()
                .index_name(name)
                .set_key_schema(Some(key([hash_key.as_str()], [range_key.as_str()])?))
                .projection(projected(*projection, include));
            built(OPERATION, index.build())
        })
        .collect();
    let (global, local) = (global?, local?);
    let stream = stream.map(|of| api::StreamSpecification::builder().stream_enabled(true).stream_view_type(content(of)).build());
    let limited = max_read_units.is_some() || max_write_units.is_some();
    CreateTableInput::builder()
        .table_name(name)
        .set_attribute_definitions(Some(attributes(spec.key_attributes(index), types)?))
        .set_key_schema(Some(key([hash_key.as_str()], range_key.as_deref())?))
        .billing_mode(if provisioned { api::BillingMode::Provisioned } else { api::BillingMode::PayPerRequest })
        .set_provisioned_throughput(provisioned.then(|| throughput(*read_capacity, *write_capacity)).transpose()?)
        .set_on_demand_throughput(limited.then(|| maxima(*max_read_units, *max_write_units)))
        .set_warm_throughput(warm_throughput.as_ref().map(warm))
        .set_global_secondary_indexes((!global.is_empty()).then_some(global))
        .set_local_secondary_indexes((!local.is_empty()).then_some(local))
        .set_stream_specification(stream.transpose().map_err(|error| Failure::local(OPERATION, error.to_string()))?)
        .set_sse_specification(kms_key.as_deref().map(|key| encryption(Some(key))))
        .set_table_class(table_class.map(class))
        .deletion_protection_enabled(*deletion_protection)
        .set_resource_policy(policy.clone())
        .build()
        .map_err(|error| Failure::local(OPERATION, error.to_string()))
}

/// The call with a request that was made apart, so that it can be sent again.
pub(super) fn fill(call: CreateTableFluentBuilder, request: CreateTableInput) -> CreateTableFluentBuilder {
    call.set_table_name(request.table_name)
        .set_attribute_definitions(request.attribute_definitions)
        .set_key_schema(request.key_schema)
        .set_billing_mode(request.billing_mode)
        .set_provisioned_throughput(request.provisioned_throughput)
        .set_on_demand_throughput(request.on_demand_throughput)
        .set_warm_throughput(request.warm_throughput)
        .set_global_secondary_indexes(request.global_secondary_indexes)
        .set_local_secondary_indexes(request.local_secondary_indexes)
        .set_stream_specification(request.stream_specification)
        .set_sse_specification(request.sse_specification)
        .set_table_class(request.table_class)
        .set_deletion_protection_enabled(request.deletion_protection_enabled)
        .set_resource_policy(request.resource_policy)
}

pub(super) fn index_to_send(spec: &Spec, index: &Index) -> Result<api::GlobalSecondaryIndex, Failure> {
    let Index {
        name,
        hash_key: _,
        range_key: _,
        more_hash_keys: _,
        more_range_keys: _,
        projection,
        include,
        read_capacity,
        write_capacity,
        max_read_units,
        max_write_units,
        warm_throughput,
        contributor_insights: _,
    } = index;
    let provisioned = spec.billing_mode == Billing::Provisioned;
    let capacity = || throughput(read_capacity.or(spec.read_capacity), write_capacity.or(spec.write_capacity));
    let limited = max_read_units.is_some() || max_write_units.is_some();
    let index = api::GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key(index.hash_keys(), index.range_keys())?))
        .projection(projected(*projection, include))
        .set_provisioned_throughput(provisioned.then(capacity).transpose()?)
        .set_on_demand_throughput(limited.then(|| maxima(*max_read_units, *max_write_units)))
        .set_warm_throughput(warm_throughput.as_ref().map(warm));
    built("dynamodb:CreateTable", index.build())
}

/// The definitions of these key attributes, each once.
pub(super) fn attributes<'a>(
    keys: impl Iterator<Item = &'a str>,
    types: &BTreeMap<String, AttributeType>,
) -> Result<Vec<api::AttributeDefinition>, Failure> {
    let keys: BTreeSet<&str> = keys.collect();
    let definition = |key: &str| {
        let scalar = match types.get(key) {
            Some(AttributeType::N) => api::ScalarAttributeType::N,
            Some(AttributeType::B) => api::ScalarAttributeType::B,
            Some(AttributeType::S) | None => api::ScalarAttributeType::S,
        };
        built("dynamodb:CreateTable", api::AttributeDefinition::builder().attribute_name(key).attribute_type(scalar).build())
    };
    keys.into_iter().map(definition).collect()
}

/// A key: what spreads the items, then what sorts them.
fn key<'a>(
    hash: impl IntoIterator<Item = &'a str>,
    range: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<api::KeySchemaElement>, Failure> {
    let element = |of: api::KeyType| move |name: &str| api::KeySchemaElement::builder().attribute_name(name).key_type(of.clone()).build();
    let elements = hash.into_iter().map(element(api::KeyType::Hash)).chain(range.into_iter().map(element(api::KeyType::Range)));
    built("dynamodb:CreateTable", elements.collect())
}

pub(super) fn throughput(reads: Option<u32>, writes: Option<u32>) -> Result<api::ProvisionedThroughput, Failure> {
    let throughput = api::ProvisionedThroughput::builder()
        .read_capacity_units(i64::from(reads.unwrap_or(1)))
        .write_capacity_units(i64::from(writes.unwrap_or(1)));
    built("dynamodb:UpdateTable", throughput.build())
}

/// Minus one takes a limit away.
pub(super) fn maxima(reads: Option<u32>, writes: Option<u32>) -> api::OnDemandThroughput {
    let units = |units: Option<u32>| units.map_or(-1, i64::from);
    api::OnDemandThroughput::builder().max_read_request_units(units(reads)).max_write_request_units(units(writes)).build()
}

pub(super) fn warm(WarmThroughput { reads, writes }: &WarmThroughput) -> api::WarmThroughput {
    let (reads, writes) = (reads.map(i64::from), writes.map(i64::from));
    api::WarmThroughput::builder().set_read_units_per_second(reads).set_write_units_per_second(writes).build()
}

fn projected(projection: Projection, include: &[String]) -> api::Projection {
    let of = match projection {
        Projection::All => api::ProjectionType::All,
        Projection::KeysOnly => api::ProjectionType::KeysOnly,
        Projection::Include => api::ProjectionType::Include,
    };
    api::Projection::builder().projection_type(of).set_non_key_attributes((!include.is_empty()).then(|| include.to_vec())).build()
}

pub(super) fn content(content: StreamContent) -> api::StreamViewType {
    match content {
        StreamContent::KeysOnly => api::StreamViewType::KeysOnly,
        StreamContent::NewImage => api::StreamViewType::NewImage,
        StreamContent::OldImage => api::StreamViewType::OldImage,
        StreamContent::NewAndOldImages => api::StreamViewType::NewAndOldImages,
    }
}

pub(super) fn precision(precision: Precision) -> api::ApproximateCreationDateTimePrecision {
    match precision {
        Precision::Millisecond => api::ApproximateCreationDateTimePrecision::Millisecond,
        Precision::Microsecond => api::ApproximateCreationDateTimePrecision::Microsecond,
    }
}

pub(super) fn mode(insights: Insights) -> api::ContributorInsightsMode {
    match insights {
        Insights::AccessedAndThrottledKeys => api::ContributorInsightsMode::AccessedAndThrottledKeys,
        Insights::ThrottledKeys => api::ContributorInsightsMode::ThrottledKeys,
    }
}

pub(super) fn class(class: TableClass) -> api::TableClass {
    match class {
        TableClass::Standard => api::TableClass::Standard,
        TableClass::StandardInfrequentAccess => api::TableClass::StandardInfrequentAccess,
    }
}

/// Without a key: back to DynamoDB's own, which is "not enabled" in its words.
pub(super) fn encryption(key: Option<&str>) -> api::SseSpecification {
    let specification = api::SseSpecification::builder().enabled(key.is_some());
    match key {
        None => specification.build(),
        Some(ACCOUNT_KEY) => specification.sse_type(api::SseType::Kms).build(),
        Some(key) => specification.sse_type(api::SseType::Kms).kms_master_key_id(key).build(),
    }
}

/// What calls of their own tell of a table.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) ttl: Option<String>,
    /// Whether recovery is on, and how far back.
    pub(super) recovery: (bool, Option<Duration>),
    pub(super) kinesis: Vec<Kinesis>,
    /// By index; the table's own is under no name.
    pub(super) insights: BTreeMap<Option<String>, Insights>,
    pub(super) policy: Option<String>,
}

/// The spec that DynamoDB's answers tell. `known_key` is the key as it was written: an alias cannot be told from the ARN that is answered.
pub(super) fn spec_of(table: &api::TableDescription, beside: Beside, known_key: Option<&str>) -> Spec {
    let Beside { ttl, recovery: (recovery, window), kinesis, insights, policy } = beside;
    let on_demand = table.billing_mode_summary().is_some_and(|summary| summary.billing_mode() == Some(&api::BillingMode::PayPerRequest));
    let throughput = table.provisioned_throughput().filter(|_| !on_demand);
    let limits = table.on_demand_throughput().filter(|_| on_demand);
    let [hash, range] = keys(table.key_schema()).map(|keys| first(keys).0);
    let stream = table.stream_specification().filter(|stream| stream.stream_enabled()).and_then(|stream| stream.stream_view_type());
    let encrypted = table
        .sse_description()
        .filter(|sse| matches!(sse.status(), Some(api::SseStatus::Enabled | api::SseStatus::Enabling | api::SseStatus::Updating)));
    let mut spec = Spec {
        name: table.table_name().unwrap_or_default().to_owned(),
        attributes: BTreeMap::new(),
        hash_key: hash.unwrap_or_default(),
        range_key: range,
        billing_mode: if on_demand { Billing::OnDemand } else { Billing::Provisioned },
        read_capacity: throughput.and_then(|throughput| units(throughput.read_capacity_units())),
        write_capacity: throughput.and_then(|throughput| units(throughput.write_capacity_units())),
        max_read_units: limits.and_then(|limits| units(limits.max_read_request_units())),
        max_write_units: limits.and_then(|limits| units(limits.max_write_request_units())),
        warm_throughput: table
            .warm_throughput()
            .map(|warm| WarmThroughput { reads: units(warm.read_units_per_second()), writes: units(warm.write_units_per_second()) }),
        index: table.global_secondary_indexes().iter().map(|index| index_of(index, on_demand, &insights)).collect(),
        local_index: table.local_secondary_indexes().iter().map(local_index_of).collect(),
        stream: stream.and_then(|stream| match stream {
            api::StreamViewType::KeysOnly => Some(StreamContent::KeysOnly),
            api::StreamViewType::NewImage => Some(StreamContent::NewImage),
            api::StreamViewType::OldImage => Some(StreamContent::OldImage),
            api::StreamViewType::NewAndOldImages => Some(StreamContent::NewAndOldImages),
            _ => None,
        }),
        ttl,
        point_in_time_recovery: Some(recovery),
        recovery_window: window,
        kms_key: encrypted.map(|sse| key_of(sse.kms_master_key_arn(), known_key)),
        table_class: table.table_class_summary().and_then(|summary| summary.table_class()).and_then(|class| match class {
            api::TableClass::Standard => Some(TableClass::Standard),
            api::TableClass::StandardInfrequentAccess => Some(TableClass::StandardInfrequentAccess),
            _ => None,
        }),
        deletion_protection: table.deletion_protection_enabled().unwrap_or(false),
        kinesis,
        contributor_insights: insights.get(&None).copied(),
        policy,
    };
    // DynamoDB keeps definitions of attributes whose index is gone.
    let used: BTreeSet<String> = spec.key_attributes(&spec.index).map(str::to_owned).collect();
    spec.attributes = table
        .attribute_definitions()
        .iter()
        .filter(|definition| used.contains(definition.attribute_name()))
        .filter_map(|definition| Some((definition.attribute_name().to_owned(), type_of(definition.attribute_type())?)))
        .collect();
    spec
}

fn type_of(scalar: &api::ScalarAttributeType) -> Option<AttributeType> {
    match scalar {
        api::ScalarAttributeType::S => Some(AttributeType::S),
        api::ScalarAttributeType::N => Some(AttributeType::N),
        api::ScalarAttributeType::B => Some(AttributeType::B),
        _ => None,
    }
}

fn key_of(arn: Option<&str>, known: Option<&str>) -> String {
    match (arn, known) {
        // An alias or id stands for the key it led to when it was applied.
        (Some(arn), Some(known)) if known.contains(":key/") || (!known.contains("alias/") && !arn.ends_with(&format!("/{known}"))) => {
            arn.to_owned()
        }
        (_, Some(known)) => known.to_owned(),
        (Some(arn), None) => arn.to_owned(),
        (None, None) => ACCOUNT_KEY.to_owned(),
    }
}

fn index_of(index: &api::GlobalSecondaryIndexDescription, on_demand: bool, insights: &BTreeMap<Option<String>, Insights>) -> Index {
    let [(hash, more_hash_keys), (range_key, more_range_keys)] = keys(index.key_schema()).map(first);
    let (projection, include) = projection_of(index.projection());
    let throughput = index.provisioned_throughput().filter(|_| !on_demand);
    let limits = index.on_demand_throughput().filter(|_| on_demand);
    Index {
        name: index.index_name().unwrap_or_default().to_owned(),
        hash_key: hash.unwrap_or_default(),
        range_key,
        more_hash_keys,
        more_range_keys,
        projection,
        include,
        read_capacity: throughput.and_then(|throughput| units(throughput.read_capacity_units())),
        write_capacity: throughput.and_then(|throughput| units(throughput.write_capacity_units())),
        max_read_units: limits.and_then(|limits| units(limits.max_read_request_units())),
        max_write_units: limits.and_then(|limits| units(limits.max_write_request_units())),
        warm_throughput: index
            .warm_throughput()
            .map(|warm| WarmThroughput { reads: units(warm.read_units_per_second()), writes: units(warm.write_units_per_second()) }),
        contributor_insights: insights.get(&index.index_name().map(str::to_owned)).copied(),
    }
}

fn local_index_of(index: &api::LocalSecondaryIndexDescription) -> LocalIndex {
    let (projection, include) = projection_of(index.projection());
    let [_, range] = keys(index.key_schema()).map(|keys| first(keys).0);
    LocalIndex { name: index.index_name().unwrap_or_default().to_owned(), range_key: range.unwrap_or_default(), projection, include }
}

fn projection_of(projection: Option<&api::Projection>) -> (Projection, Vec<String>) {
    let of = match projection.and_then(|projection| projection.projection_type()) {
        Some(api::ProjectionType::KeysOnly) => Projection::KeysOnly,
        Some(api::ProjectionType::Include) => Projection::Include,
        _ => Projection::All,
    };
    (of, projection.map(|projection| projection.non_key_attributes().to_vec()).unwrap_or_default())
}

/// What spreads the items, and what sorts them.
fn keys(schema: &[api::KeySchemaElement]) -> [Vec<String>; 2] {
    [api::KeyType::Hash, api::KeyType::Range]
        .map(|of| schema.iter().filter(|element| *element.key_type() == of).map(|element| element.attribute_name().to_owned()).collect())
}

/// The first of several attributes of a key, and the others.
fn first(mut keys: Vec<String>) -> (Option<String>, Vec<String>) {
    let others = keys.split_off(keys.len().min(1));
    (keys.pop(), others)
}

/// Zero and minus one both mean "none".
fn units(units: Option<i64>) -> Option<u32> {
    units.filter(|units| *units > 0).and_then(|units| u32::try_from(units).ok())
}

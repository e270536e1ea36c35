//! What is sent to DynamoDB is what is read back.
#![expect(clippy::unwrap_used, reason = "a test")]

use aws_sdk_dynamodb::types as api;

use super::convert;
use crate::kinds::dynamodb::spec::Spec;

fn spec() -> Spec {
    serde_json::from_value(serde_json::json!({
        "name": "t", "attributes": { "a": "S", "b": "N", "c": "B" }, "hash_key": "a", "range_key": "b", "billing_mode": "provisioned",
        "read_capacity": 20, "write_capacity": 10, "stream": "new-and-old-images",
        "index": [{ "name": "i", "hash_key": "c", "projection": "include", "include": ["x"], "read_capacity": 5 }],
        "local_index": [{ "name": "l", "range_key": "c", "projection": "keys-only" }],
    }))
    .unwrap()
}

#[test]
fn the_request_names_each_key_attribute_once_and_gives_indexes_a_capacity() {
    let request = convert::table_to_create(&spec()).unwrap();
    let names: Vec<_> = request.attribute_definitions().iter().map(api::AttributeDefinition::attribute_name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let capacity = request.global_secondary_indexes()[0].provisioned_throughput().unwrap().clone();
    assert_eq!((capacity.read_capacity_units(), capacity.write_capacity_units()), (5, 10));
    assert!(request.on_demand_throughput().is_none() && request.sse_specification().is_none());
}

#[test]
fn attributes_that_no_key_uses_any_more_are_not_read() {
    let definition =
        |name: &str| api::AttributeDefinition::builder().attribute_name(name).attribute_type(api::ScalarAttributeType::S).build().unwrap();
    let key = api::KeySchemaElement::builder().attribute_name("a").key_type(api::KeyType::Hash).build().unwrap();
    let table = api::TableDescription::builder()
        .table_name("t")
        .set_attribute_definitions(Some(vec![definition("a"), definition("left-over")]))
        .set_key_schema(Some(vec![key]))
        .billing_mode_summary(api::BillingModeSummary::builder().billing_mode(api::BillingMode::PayPerRequest).build())
        .provisioned_throughput(api::ProvisionedThroughputDescription::builder().read_capacity_units(0).write_capacity_units(0).build())
        .on_demand_throughput(api::OnDemandThroughput::builder().max_read_request_units(-1).build())
        .build();
    let spec = convert::spec_of(&table, convert::Beside::default(), None);
    assert_eq!(serde_json::to_value(&spec.attributes).unwrap(), serde_json::json!({ "a": "S" }));
    assert_eq!((spec.read_capacity, spec.max_read_units), (None, None));
}

#[test]
fn a_key_is_told_as_it_was_written() {
    let table = |arn: &str| {
        let sse = api::SseDescription::builder().status(api::SseStatus::Enabled).kms_master_key_arn(arn).build();
        api::TableDescription::builder().table_name("t").sse_description(sse).build()
    };
    let read = |arn: &str, known: Option<&str>| convert::spec_of(&table(arn), convert::Beside::default(), known).kms_key.unwrap();
    let arn = "arn:aws:kms:us-east-1:1:key/abc";
    assert_eq!(read(arn, Some("alias/mine")), "alias/mine");
    assert_eq!(read(arn, Some("abc")), "abc");
    assert_eq!(read(arn, Some("other")), arn);
    assert_eq!(read(arn, Some("arn:aws:kms:us-east-1:1:key/other")), arn);
    assert_eq!(read(arn, None), arn);
}

#[test]
fn a_key_of_several_attributes_is_sent_and_read_in_its_order() {
    let spec: Spec = serde_json::from_value(serde_json::json!({
        "attributes": { "a": "S", "b": "S", "c": "N", "d": "S" }, "hash_key": "a",
        "index": [{ "name": "by-c", "hash_key": "c", "more_hash_keys": ["a"], "range_key": "d", "more_range_keys": ["b"] }],
    }))
    .unwrap();
    let sent = convert::index_to_send(&spec, &spec.index[0]).unwrap();
    let of = |element: &api::KeySchemaElement| (element.attribute_name().to_owned(), element.key_type().as_str().to_owned());
    let schema: Vec<_> = sent.key_schema().iter().map(of).collect();
    let expected = [("c", "HASH"), ("a", "HASH"), ("d", "RANGE"), ("b", "RANGE")];
    assert_eq!(schema, expected.map(|(name, of)| (name.to_owned(), of.to_owned())));
    let index = api::GlobalSecondaryIndexDescription::builder().index_name("by-c").set_key_schema(Some(sent.key_schema)).build();
    let table = api::TableDescription::builder().table_name("t").global_secondary_indexes(index).build();
    let read = convert::spec_of(&table, convert::Beside::default(), None);
    assert!(read.index[0].hash_keys().eq(["c", "a"]) && read.index[0].range_keys().eq(["d", "b"]));
}

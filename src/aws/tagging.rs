//! The tags of many resources by one call, whatever their service: the index that the Resource Groups Tagging API keeps.

use std::collections::BTreeMap;

use futures::StreamExt;

use super::context::Cx;
use super::error::{Class, Failure};

/// How many ARNs GetResources takes (API reference, read 2026-11).
const BATCH: usize = 100;
/// How many calls run at once.
const AT_ONCE: usize = 4;

/// What the index knows of these ARNs. It runs a little behind the services, has no entry for what never carried a tag, and may be closed to these
/// credentials: whoever asks it asks the service itself where that matters.
pub async fn indexed_tags(cx: &Cx<'_>, arns: &[String]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut batches = Vec::new();
    for batch in arns.chunks(BATCH) {
        batches.push(asked(cx, batch));
    }
    let mut answers = futures::stream::iter(batches).buffered(AT_ONCE);
    let mut found = BTreeMap::new();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(tags) => found.extend(tags),
            Err(failure) if failure.class == Class::Denied => {
                cx.note("tags are read one by one; with the permission `tag:GetResources` they would be read by the hundred");
            }
            // Whatever else is wrong with the index, the services know better.
            Err(_) => {}
        }
    }
    found
}

async fn asked(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<(String, BTreeMap<String, String>)>, Failure> {
    let tagging = cx.session.tagging();
    let tags_of = |tags: Vec<aws_sdk_resourcegroupstagging::types::Tag>| tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let request = tagging.get_resources().set_resource_arn_list(Some(arns.to_vec())).set_pagination_token(next.take());
        let Some(answer) = cx.read("tag:GetResources", || request.clone().send()).await? else { return Ok(found) };
        let resources = answer.resource_tag_mapping_list.unwrap_or_default();
        found.extend(resources.into_iter().filter_map(|found| Some((found.resource_arn?, tags_of(found.tags.unwrap_or_default())))));
        // AWS answers all that was asked for at once; servers that stand in for it do not.
        next = answer.pagination_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(found);
        }
    }
}

//! What all resources of AWS Glue share: reading them by the hundred, and their tags, which no list of Glue's tells.

use std::collections::BTreeMap;

use futures::StreamExt;

use super::context::Cx;
use super::error::Failure;
use super::remote::{Found, Target};
use super::tagging::indexed_tags;
use crate::base::path::Path;
use crate::model::value::Value;

/// How many calls run at once.
const AT_ONCE: usize = 8;
/// How many names BatchGetJobs and BatchGetCrawlers take.
const BATCH: usize = 100;

/// The ARN of a Glue resource: `glue_arn(cx, "job/nightly")`.
pub fn glue_arn(cx: &Cx<'_>, rest: &str) -> String {
    let session = cx.session;
    format!("arn:{}:glue:{}:{}:{rest}", session.partition(), session.region(), session.account())
}

/// The tags of one resource.
pub async fn glue_tags(cx: &Cx<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let answer = cx.read("glue:GetTags", || cx.session.glue().get_tags().resource_arn(arn).send()).await?;
    Ok(answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
}

/// The tags of many resources, in their order, of which each comes with what was last applied to it.
///
/// Glue has no call that tells the tags of several. They come from the index of all tags, and from Glue itself where the index lacks what was
/// applied: it may only be late, so that no difference is ever told on its word alone.
pub async fn glue_tags_of(cx: &Cx<'_>, resources: &[(String, &Value)]) -> Vec<Result<BTreeMap<String, String>, Failure>> {
    let arns: Vec<String> = resources.iter().map(|(arn, _)| arn.clone()).collect();
    let mut indexed = indexed_tags(cx, &arns).await;
    let mut tags = Vec::with_capacity(resources.len());
    for (arn, recorded) in resources {
        let known = indexed.remove(arn).filter(|tags| holds(tags, recorded));
        tags.push(async move {
            match known {
                Some(tags) => Ok(tags),
                None => glue_tags(cx, arn).await,
            }
        });
    }
    futures::stream::iter(tags).buffered(AT_ONCE).collect().await
}

/// Whether all tags that were last applied are among these. Others may have set more.
fn holds(tags: &BTreeMap<String, String>, recorded: &Value) -> bool {
    let applied = recorded.get("tags").and_then(Value::entries);
    applied.is_some_and(|applied| applied.iter().all(|(key, value)| tags.get(key).map(String::as_str) == value.text()))
}

/// Reads many resources of one sort by their names, in the order asked, with their tags. `batch` answers by name what is there of at most a hundred.
pub async fn glue_read_many<A, S, F>(
    cx: &Cx<'_>,
    targets: &[Target<'_>],
    arn: impl Fn(&str) -> String,
    batch: impl Fn(Vec<String>) -> F,
    found: impl Fn(&A, String, BTreeMap<String, String>) -> Found<S>,
) -> Vec<Result<Option<Found<S>>, Failure>>
where
    F: Future<Output = Result<Vec<(String, A)>, Failure>>,
{
    let mut batches = Vec::new();
    for chunk in targets.chunks(BATCH) {
        batches.push(batch(chunk.iter().map(|target| target.id.to_owned()).collect()));
    }
    let answers: Vec<_> = futures::stream::iter(batches).buffered(AT_ONCE).collect().await;
    let (mut there, mut failures) = (BTreeMap::new(), BTreeMap::new());
    for (chunk, answer) in targets.chunks(BATCH).zip(answers) {
        match answer {
            Ok(answers) => there.extend(answers),
            Err(failure) => failures.extend(chunk.iter().map(|target| (target.id, failure.clone()))),
        }
    }
    let tagged: Vec<(String, &Value)> =
        targets.iter().filter(|target| there.contains_key(target.id)).map(|target| (arn(target.id), target.recorded)).collect();
    let mut tags = glue_tags_of(cx, &tagged).await.into_iter();
    let read = |target: &Target<'_>| {
        if let Some(failure) = failures.get(target.id) {
            return Err(failure.clone());
        }
        let Some(answer) = there.get(target.id) else { return Ok(None) };
        let tags = tags.next().unwrap_or_else(|| Ok(BTreeMap::new()))?;
        Ok(Some(found(answer, arn(target.id), tags)))
    };
    targets.iter().map(read).collect()
}

/// Sets and removes tags.
pub async fn glue_retag(cx: &Cx<'_>, arn: &str, set: &BTreeMap<String, String>, remove: &[String]) -> Result<(), Failure> {
    let glue = cx.session.glue();
    if !set.is_empty() {
        let tags: Vec<_> = set.iter().collect();
        cx.write("glue:TagResource", || {
            tags.iter().fold(glue.tag_resource().resource_arn(arn), |call, (key, value)| call.tags_to_add(*key, *value)).send()
        })
        .await?;
    }
    if !remove.is_empty() {
        cx.write("glue:UntagResource", || glue.untag_resource().resource_arn(arn).set_tags_to_remove(Some(remove.to_vec())).send()).await?;
    }
    Ok(())
}

/// A choice of ours in Glue's spelling: `update-in-database` → `UPDATE_IN_DATABASE`.
pub fn glue_word<T: serde::Serialize>(choice: &T) -> String {
    let word = serde_json::to_value(choice).ok();
    word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_ascii_uppercase().replace('-', "_")
}

/// The choice that Glue's word means; `None` for one that is newer than this program.
pub fn of_glue_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.to_ascii_lowercase().replace('_', "-").into()).ok()
}

/// Glue's whole numbers are signed; ours are not.
pub fn glue_number(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// A whole number of Glue's; nothing for one that is below zero.
pub fn of_glue_number<T: TryFrom<i32>>(number: i32) -> Option<T> {
    T::try_from(number).ok()
}

/// Whether an attribute is one of the tags, which have calls of their own.
pub fn is_tag(path: &Path) -> bool {
    Path::from("tags").covers(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        NewFoldersOnly,
    }

    #[test]
    fn words_change_their_spelling_and_back() {
        assert_eq!(glue_word(&Choice::NewFoldersOnly), "NEW_FOLDERS_ONLY");
        assert_eq!(of_glue_word("NEW_FOLDERS_ONLY"), Some(Choice::NewFoldersOnly));
        assert_eq!(of_glue_word::<Choice>("SOMETHING_NEWER"), None);
    }

    #[test]
    fn the_index_is_believed_when_it_has_what_was_applied() {
        let tags = |json: serde_json::Value| serde_json::from_value::<BTreeMap<String, String>>(json).unwrap_or_default();
        let recorded = Value::from_json(serde_json::json!({ "tags": { "team": "a" } })).unwrap_or_else(Value::table);
        assert!(holds(&tags(serde_json::json!({ "team": "a", "theirs": "x" })), &recorded));
        assert!(!holds(&tags(serde_json::json!({ "team": "b" })), &recorded), "changed, or late");
        assert!(!holds(&tags(serde_json::json!({})), &recorded), "taken away, or late");
        assert!(!holds(&tags(serde_json::json!({ "team": "a" })), &Value::table()), "nothing to hold it against");
    }
}

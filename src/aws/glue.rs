//! What all resources of AWS Glue share: their tags, which no list tells.

use std::collections::BTreeMap;

use super::context::Cx;
use super::error::Failure;
use crate::base::path::Path;

/// How many are asked for at once.
const AT_ONCE: usize = 8;

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

/// The tags of many resources, in their order. Glue has no call that tells the tags of several.
pub async fn glue_tags_of(cx: &Cx<'_>, arns: &[String]) -> Vec<Result<BTreeMap<String, String>, Failure>> {
    let mut answers = Vec::with_capacity(arns.len());
    for chunk in arns.chunks(AT_ONCE) {
        answers.extend(futures::future::join_all(chunk.iter().map(|arn| glue_tags(cx, arn))).await);
    }
    answers
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

/// What a full overwrite must send for a field that the user leaves to AWS: what AWS has, unless the user took the field out.
pub fn carried<T: Clone>(desired: Option<&T>, prior: Option<&T>, removed: bool) -> Option<T> {
    desired.or(if removed { None } else { prior }).cloned()
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
    fn a_field_left_to_aws_is_carried_unless_it_was_taken_out() {
        assert_eq!(carried(None, Some(&1), false), Some(1));
        assert_eq!(carried(None, Some(&1), true), None);
        assert_eq!(carried(Some(&2), Some(&1), true), Some(2));
    }
}

//! How a kind is read, made, changed and deleted at AWS: typed for its author, erased for the engine.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::context::Cx;
use super::error::Failure;
use super::listing::Listed;
use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::model::kind::{Kind, Of};
use crate::model::plan::Change;
use crate::model::reality::Reality;
use crate::model::value::Value;

/// How many resources of a kind are read at once where AWS has no list that tells all.
const READS_AT_ONCE: usize = 8;

/// A resource that exists, or is thought to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its address.
    pub address: &'a Address,
    /// Its physical id, as `create` returned it.
    pub id: &'a str,
    /// What was last applied; an empty table when nothing was.
    pub recorded: &'a Value,
    /// What is declared; an empty table where nothing is.
    pub desired: &'a Value,
    /// The outputs known so far.
    pub outputs: &'a BTreeMap<String, String>,
}

impl Target<'_> {
    /// Whether one of these fields was applied or is declared. Where neither is known of anything, as at an import, everything matters.
    ///
    /// For reads that cost a call of their own: what AWS sets by itself, and nobody declared, says nothing to a plan.
    pub fn matters(&self, fields: &[&str]) -> bool {
        let sides = [self.recorded, self.desired];
        sides.iter().all(|side| side.is_empty()) || sides.iter().any(|side| fields.iter().any(|field| side.get(field).is_some()))
    }
}

/// What a read found.
#[derive(Debug, Clone)]
pub struct Found<S> {
    /// The spec as AWS has it. Build it without `..`, so that a new field does not compile until it is read.
    pub spec: S,
    /// What AWS decided: each of the kind's `OUTPUTS`.
    pub outputs: BTreeMap<String, String>,
    /// All tags it carries.
    pub tags: BTreeMap<String, String>,
}

/// What a create made.
#[derive(Debug, Clone)]
pub struct Created {
    /// The physical id by which it is read again.
    pub id: String,
}

/// A change of a resource that exists.
pub struct Update<'a, S> {
    /// Which.
    pub target: Target<'a>,
    /// What it is to be.
    pub desired: &'a S,
    /// What it is.
    pub prior: &'a S,
    /// The attributes that differ; those with `after: None` left the configuration and need AWS's reset value.
    pub changes: &'a [Change],
}

impl<S> Update<'_, S> {
    /// Whether anything at or below one of these fields changes.
    pub fn touches(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| {
            let field = Path::from(*field);
            self.changes.iter().any(|change| field.covers(&change.path) || change.path.covers(&field))
        })
    }

    /// Whether this field, or all of the table it stands in, left the configuration.
    pub fn removes(&self, field: &str) -> bool {
        let field = Path::from(field);
        self.changes.iter().any(|change| change.after.is_none() && change.path.covers(&field))
    }

    /// Whether this field left an item that stays in its list. An item that leaves the list is told by the place it had there, which may be the place
    /// that another one has now.
    pub fn removes_from_item(&self, list: &str, at: usize, field: &str) -> bool {
        let item = Path::from(list).index(at);
        let field = item.key(field);
        let inside = |path: &Path| path.segments().len() > item.segments().len();
        self.changes.iter().any(|change| change.after.is_none() && inside(&change.path) && change.path.covers(&field))
    }

    /// The keys of the items that the plan takes out of a list whose items are told apart by `key`. An item that is there and that no change names
    /// is somebody else's and stays.
    pub fn removed_items(&self, list: &str, key: &str) -> BTreeSet<String> {
        let list = Path::from(list);
        let text = |item: &Value| item.get(key).and_then(Value::text).map(str::to_owned);
        let mut keys = BTreeSet::new();
        for change in self.changes.iter().filter(|change| change.after.is_none()) {
            let Some(before) = &change.before else { continue };
            let rest = change.path.segments().strip_prefix(list.segments());
            if change.path.covers(&list) {
                let below = Path(list.segments()[change.path.segments().len()..].to_vec());
                keys.extend(before.at(&below).and_then(Value::items).into_iter().flatten().filter_map(text));
            } else if let Some([Segment::Index(_)]) = rest {
                keys.extend(text(before));
            }
        }
        keys
    }

    /// What a call that overwrites everything must be sent: what is there, with the changes made to it. What the user leaves to AWS or to others,
    /// and what is to be ignored, stays as it is; what AWS never answers is sent as it is desired.
    ///
    /// # Errors
    /// The two do not fit together, which no plan brings about.
    pub fn merged(&self) -> Result<S, Failure>
    where
        S: Serialize + DeserializeOwned,
    {
        let failed = |error: serde_json::Error| Failure::local(&self.target.address.kind, error.to_string());
        let (desired, prior) = (serde_json::to_value(self.desired).map_err(failed)?, serde_json::to_value(self.prior).map_err(failed)?);
        let merged = merge(&Path::root(), Some(&desired), Some(&prior), self.changes);
        serde_json::from_value(merged.unwrap_or(desired)).map_err(failed)
    }

    /// Tags to set and tag keys to remove.
    pub fn tags(&self) -> (BTreeMap<String, String>, Vec<String>) {
        let (mut set, mut remove) = (BTreeMap::new(), Vec::new());
        for change in self.changes {
            if let [Segment::Key(head), Segment::Key(key)] = change.path.segments()
                && head == "tags"
            {
                match change.after.as_ref().and_then(Value::text) {
                    Some(value) => drop(set.insert(key.clone(), value.to_owned())),
                    None => remove.push(key.clone()),
                }
            }
        }
        (set, remove)
    }
}

/// `prior` at and below `path`, with the changes made to it. Lists change as a whole.
fn merge(path: &Path, desired: Option<&Json>, prior: Option<&Json>, changes: &[Change]) -> Option<Json> {
    let touches = |change: &&Change| change.path.covers(path) || path.covers(&change.path);
    match (desired, prior) {
        (_, Some(Json::Object(there))) if desired.is_none_or(Json::is_object) => {
            if changes.iter().any(|change| change.after.is_none() && change.path.covers(path)) {
                return None;
            }
            let wanted = desired.and_then(Json::as_object);
            let keys: BTreeSet<&String> = wanted.into_iter().chain([there]).flat_map(serde_json::Map::keys).collect();
            let entry = |key: &String| {
                let value = merge(&path.key(key), wanted.and_then(|wanted| wanted.get(key)), there.get(key), changes)?;
                Some((key.clone(), value))
            };
            let entries: serde_json::Map<String, Json> = keys.into_iter().filter_map(entry).collect();
            (wanted.is_some() || !entries.is_empty()).then_some(Json::Object(entries))
        }
        (None, Some(there)) => (!changes.iter().any(|change| touches(&change))).then(|| there.clone()),
        (Some(_), Some(there)) if !changes.iter().any(|change| touches(&change)) => Some(there.clone()),
        (desired, _) => desired.cloned(),
    }
}

/// What the author of a kind writes about AWS. Every change goes through `cx.create`, `cx.write` or `cx.delete`, which journal it.
#[async_trait]
pub trait Remote: Kind {
    /// Reads one resource; `None` when it is not there.
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Self::Spec>>, Failure>;

    /// Reads many, in the order asked: by listing pages where AWS has them.
    async fn read_many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Self::Spec>>, Failure>> {
        let mut answers = Vec::with_capacity(targets.len());
        for chunk in targets.chunks(READS_AT_ONCE) {
            let mut reads = Vec::with_capacity(chunk.len());
            for target in chunk {
                reads.push(Self::read(cx, target));
            }
            answers.extend(futures::future::join_all(reads).await);
        }
        answers
    }

    /// Lists what there is of it in the account and region, all pages, those included that are AWS's own.
    async fn list(_cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        Err(Failure::local(Self::NAME, "AWS has no list of them"))
    }

    /// Makes it, with `cx.tags`. Children (triggers, policies) that can fail on their own are made by `update` right after:
    /// the engine reads what there is and hands the rest to `update`, so that a create that was cut off goes on where it stopped.
    async fn create(cx: &Cx<'_>, spec: &Self::Spec) -> Result<Created, Failure>;

    /// Waits until what was made can be used, or says why it never will be. Asked after every create and before every update, when the id is
    /// written down already: a wait that fails here forgets nothing, as one in `create` would.
    async fn ready(_cx: &Cx<'_>, _target: &Target<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// Brings everything that `update.changes` names to `update.desired`.
    async fn update(cx: &Cx<'_>, update: &Update<'_, Self::Spec>) -> Result<(), Failure>;

    /// Deletes it and what belongs to it alone, and waits until its name is free. Not there is fine.
    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure>;

    /// Finds what a create made whose answer was lost: by unique name, or by the operation's id (`token`) in a tag or name.
    async fn find(cx: &Cx<'_>, spec: &Self::Spec, token: &str) -> Result<Option<String>, Failure>;
}

/// A kind's remote half as the engine sees it; implemented once for all.
#[async_trait]
#[expect(missing_docs, reason = "each method is the erased form of the method of the same name")]
pub trait AnyRemote: Send + Sync {
    async fn read_many(&self, cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Reality>, Failure>>;
    async fn list(&self, cx: &Cx<'_>) -> Result<Vec<Listed>, Failure>;
    async fn create(&self, cx: &Cx<'_>, desired: &Value) -> Result<Created, Failure>;
    async fn ready(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure>;
    async fn update(&self, cx: &Cx<'_>, target: Target<'_>, desired: &Value, prior: &Value, changes: &[Change]) -> Result<(), Failure>;
    async fn delete(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure>;
    async fn find(&self, cx: &Cx<'_>, desired: &Value, token: &str) -> Result<Option<String>, Failure>;
}

/// The typed spec of a normal form. Tags are the engine's and not part of it.
fn typed<K: Kind>(value: &Value) -> Result<K::Spec, Failure> {
    let mut json = value.to_literal_json();
    if let Some(entries) = json.as_object_mut() {
        entries.shift_remove("tags");
    }
    serde_json::from_value(json).map_err(|error| Failure::local(K::NAME, format!("the normal form does not fit the spec: {error}")))
}

#[async_trait]
impl<K: Remote> AnyRemote for Of<K> {
    async fn read_many(&self, cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Reality>, Failure>> {
        let answers = K::read_many(cx, targets).await;
        answers
            .into_iter()
            .zip(targets)
            .map(|(answer, target)| {
                answer?
                    .map(|found| {
                        // What AWS says is literal: a `${` in it is no reference of ours.
                        let json = serde_json::to_value(&found.spec).map_err(|error| Failure::local(K::NAME, error.to_string()))?;
                        let mut value = Value::from_literal_json(json).unwrap_or_else(Value::table);
                        K::normalize(&mut value);
                        Ok(Reality { id: target.id.to_owned(), value, outputs: found.outputs, tags: found.tags })
                    })
                    .transpose()
            })
            .collect()
    }

    async fn list(&self, cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        K::list(cx).await
    }

    async fn create(&self, cx: &Cx<'_>, desired: &Value) -> Result<Created, Failure> {
        K::create(cx, &typed::<K>(desired)?).await
    }

    async fn ready(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        K::ready(cx, target).await
    }

    async fn update(&self, cx: &Cx<'_>, target: Target<'_>, desired: &Value, prior: &Value, changes: &[Change]) -> Result<(), Failure> {
        let (desired, prior) = (typed::<K>(desired)?, typed::<K>(prior)?);
        K::update(cx, &Update { target, desired: &desired, prior: &prior, changes }).await
    }

    async fn delete(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        K::delete(cx, target).await
    }

    async fn find(&self, cx: &Cx<'_>, desired: &Value, token: &str) -> Result<Option<String>, Failure> {
        K::find(cx, &typed::<K>(desired)?, token).await
    }
}

/// Where resources are reached: AWS, or what a test puts in its place.
pub trait Remotes: Send + Sync {
    /// How the kind of this name is reached.
    fn remote(&self, kind: &str) -> Option<&dyn AnyRemote>;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(desired: &Json, prior: &Json, changes: &[(&str, Option<Json>)]) -> Json {
        let change = |(path, after): &(&str, Option<Json>)| Change {
            path: Path::from(*path),
            before: None,
            after: after.clone().and_then(Value::from_literal_json),
            replaces: None,
            sensitive: false,
        };
        let changes: Vec<Change> = changes.iter().map(change).collect();
        let (address, recorded, outputs) = (Address::of("job", "j"), Value::table(), BTreeMap::new());
        let target = Target { address: &address, id: "j", recorded: &recorded, desired: &recorded, outputs: &outputs };
        Update { target, desired, prior, changes: &changes }.merged().unwrap()
    }

    #[test]
    fn an_overwrite_changes_what_the_plan_says_and_nothing_else() {
        let desired =
            json!({ "text": "new", "ignored": "ours", "secret": "s", "map": { "ours": "2" }, "list": [1, 2], "table": { "a": 1 } });
        let prior = json!({
            "text": "old", "ignored": "theirs", "map": { "ours": "1", "gone": "x", "theirs": "y" }, "list": [1], "table": { "a": 1, "b": 2 },
            "undeclared": { "deep": [3] }, "dropped": { "whole": 1 },
        });
        let changes = [
            ("text", Some(json!("new"))),
            ("map.ours", Some(json!("2"))),
            ("map.gone", None),
            ("list[1]", Some(json!(2))),
            ("dropped", None),
        ];
        assert_eq!(
            merged(&desired, &prior, &changes),
            json!({
                "text": "new", "ignored": "theirs", "secret": "s", "map": { "ours": "2", "theirs": "y" }, "list": [1, 2],
                "table": { "a": 1, "b": 2 }, "undeclared": { "deep": [3] },
            })
        );
    }

    #[test]
    fn a_map_that_was_all_ours_goes() {
        assert_eq!(merged(&json!({}), &json!({ "map": { "a": "1" } }), &[("map.a", None)]), json!({}));
        assert_eq!(merged(&json!({}), &json!({ "map": { "a": "1" } }), &[("map", None)]), json!({}));
    }
}

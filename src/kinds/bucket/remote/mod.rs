//! How a bucket is read, made, changed and deleted. Each part of its configuration is a document of its own.

mod convert;
mod empty;
mod lifecycle;
mod list;
mod listed;
mod notification;
mod replication;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_s3::types as s3;

use super::Bucket;
use super::parts::{Inventory, Metrics, Tiering};
use super::spec::{PublicAccessBlock, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::model::value::Value;

#[async_trait]
impl Remote for Bucket {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let name = target.id;
        // What AWS sets by itself is asked for where somebody says something about it; each part is a call.
        let (tags, policy, rules, cors, logging, replication, versioning, encryption, block, ownership, lock, document, pages) = futures::join!(
            tags(cx, name),
            policy(cx, name),
            lifecycle::rules(cx, name),
            cors(cx, name),
            settings::logging(cx, name),
            replication::document(cx, name),
            asked(target, &["versioning"], settings::versioning(cx, name)),
            asked(target, &["encryption"], encryption(cx, name)),
            asked(target, &["public_access_block"], public_access_block(cx, name)),
            asked(target, &["ownership"], ownership(cx, name)),
            asked(target, &["object_lock", "default_retention"], settings::lock(cx, name)),
            asked(target, &["notification", "eventbridge"], notification::document(cx, name)),
            listed(cx, target),
        );
        // Every bucket of ours carries tags, so that their answer tells that it is there; only without them it must be asked.
        let tags = tags?;
        if tags.is_empty() && !exists(cx, name).await? {
            return Ok(None);
        }
        let (lock, document, rules) = (lock?, document?, rules?);
        let (intelligent_tiering, metrics, inventory, acceleration, requester_pays) = pages?;
        let spec = Spec {
            name: name.to_owned(),
            force_destroy: false,
            versioning: versioning?.flatten(),
            encryption: encryption?.flatten(),
            public_access_block: block?.flatten(),
            ownership: ownership?.flatten(),
            policy: policy?,
            lifecycle_rule: rules.rules.iter().filter_map(lifecycle::rule_of).collect(),
            transition_minimum: rules.smallest.as_ref().and_then(|smallest| convert::parse(smallest.as_str())),
            cors: cors?,
            notification: document.as_ref().map(|document| notification::ours(name, document)).unwrap_or_default(),
            eventbridge: document.map(|document| document.event_bridge_configuration.is_some()),
            object_lock: lock.as_ref().map(|(on, _)| *on),
            default_retention: lock.and_then(|(_, retention)| retention),
            logging: logging?,
            replication: replication?.as_ref().and_then(replication::replication_of),
            intelligent_tiering,
            metrics,
            inventory,
            acceleration,
            requester_pays,
        };
        let outputs = BTreeMap::from([
            ("arn".to_owned(), format!("arn:{}:s3:::{name}", cx.session.partition())),
            ("domain".to_owned(), format!("{name}.s3.{}.amazonaws.com", cx.session.region())),
        ]);
        Ok(Some(Found { spec, outputs, tags }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "s3:CreateBucket";
        let region = cx.session.region();
        // In us-east-1 alone S3 answers "done" when one makes a bucket that one has: it would be taken over without a look at its tags.
        if region == "us-east-1" && matches!(exists(cx, &spec.name).await, Ok(true)) {
            return Err(Failure::exists(OPERATION, &format!("the bucket {}", spec.name)));
        }
        // us-east-1 is where a bucket goes without a word about it, and must not be named.
        let place = (region != "us-east-1").then(|| s3::BucketLocationConstraint::from(region));
        let tags = convert::tag_list(OPERATION, cx.tags)?;
        let configuration = s3::CreateBucketConfiguration::builder().set_location_constraint(place).set_tags(Some(tags)).build();
        // Later it would need versioning first.
        let lock = spec.object_lock.filter(|lock| *lock);
        cx.create(OPERATION, &spec.name, || {
            let call = cx.session.s3().create_bucket().bucket(&spec.name).set_object_lock_enabled_for_bucket(lock);
            call.create_bucket_configuration(configuration.clone()).send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (client, name) = (cx.session.s3(), update.target.id);
        let Spec {
            name: _,
            // Asked for at deletion only.
            force_destroy: _,
            versioning,
            encryption,
            public_access_block,
            ownership,
            policy,
            // These are written by their own modules, from the whole of `update`.
            lifecycle_rule: _,
            transition_minimum: _,
            cors,
            notification: _,
            eventbridge: _,
            object_lock: _,
            default_retention: _,
            logging,
            replication,
            intelligent_tiering: _,
            metrics: _,
            inventory: _,
            acceleration,
            requester_pays,
        } = update.desired;
        if update.touches(&["tags"]) {
            set_tags(cx, update).await?;
        }
        // Replication needs versions: it comes after them and goes before them.
        if update.touches(&["replication"]) && replication.is_none() {
            replication::write(cx, update).await?;
        }
        if update.touches(&["versioning"]) {
            settings::set_versioning(cx, name, *versioning, update.prior.versioning).await?;
        }
        if update.touches(&["object_lock", "default_retention"]) {
            settings::set_lock(cx, update).await?;
        }
        if update.touches(&["encryption"]) {
            match encryption {
                Some(encryption) => {
                    let configuration = convert::encryption_to_send(encryption)?;
                    cx.write("s3:PutBucketEncryption", || {
                        client.put_bucket_encryption().bucket(name).server_side_encryption_configuration(configuration.clone()).send()
                    })
                    .await?;
                }
                // Back to S3's own keys.
                None => cx.delete("s3:DeleteBucketEncryption", || client.delete_bucket_encryption().bucket(name).send()).await?,
            }
        }
        if update.touches(&["ownership"]) {
            let controls = convert::ownership_to_send(*ownership)?;
            cx.write("s3:PutBucketOwnershipControls", || {
                client.put_bucket_ownership_controls().bucket(name).ownership_controls(controls.clone()).send()
            })
            .await?;
        }
        // The block comes before a policy that it might forbid, and a policy goes before the block that it needed open.
        if update.touches(&["public_access_block"]) && !update.removes("policy") {
            set_block(cx, name, public_access_block.as_ref()).await?;
        }
        if update.touches(&["policy"]) {
            match policy {
                Some(policy) => {
                    cx.write("s3:PutBucketPolicy", || client.put_bucket_policy().bucket(name).policy(policy).send()).await?;
                }
                None => cx.delete("s3:DeleteBucketPolicy", || client.delete_bucket_policy().bucket(name).send()).await?,
            }
        }
        if update.touches(&["public_access_block"]) && update.removes("policy") {
            set_block(cx, name, public_access_block.as_ref()).await?;
        }
        if update.touches(&["lifecycle_rule", "transition_minimum"]) {
            lifecycle::write(cx, update).await?;
        }
        if update.touches(&["cors"]) {
            match convert::cors_to_send(cors)? {
                Some(configuration) => {
                    cx.write("s3:PutBucketCors", || client.put_bucket_cors().bucket(name).cors_configuration(configuration.clone()).send())
                        .await?;
                }
                None => cx.delete("s3:DeleteBucketCors", || client.delete_bucket_cors().bucket(name).send()).await?,
            }
        }
        if update.touches(&["logging"]) {
            settings::set_logging(cx, name, logging.as_ref()).await?;
        }
        if update.touches(&["replication"]) && replication.is_some() {
            replication::write(cx, update).await?;
        }
        if update.touches(&["intelligent_tiering"]) {
            listed::write_tierings(cx, update).await?;
        }
        if update.touches(&["metrics"]) {
            listed::write_metrics(cx, update).await?;
        }
        if update.touches(&["inventory"]) {
            listed::write_inventories(cx, update).await?;
        }
        if update.touches(&["acceleration"]) {
            settings::set_acceleration(cx, name, *acceleration == Some(true)).await?;
        }
        if update.touches(&["requester_pays"]) {
            settings::set_requester_pays(cx, name, *requester_pays == Some(true)).await?;
        }
        if update.touches(&["notification", "eventbridge"]) {
            notification::write(cx, update).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        empty::delete(cx, target).await?;
        cx.wait("the bucket to be gone", || async {
            Ok(if exists(cx, target.id).await? { Poll::Pending("deleting".into()) } else { Poll::Ready(()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(exists(cx, &spec.name).await?.then(|| spec.name.clone()))
    }
}

/// What a question answers, if the fields that it is about matter.
async fn asked<T>(target: &Target<'_>, fields: &[&str], question: impl Future<Output = Result<T, Failure>>) -> Result<Option<T>, Failure> {
    if target.matters(fields) { question.await.map(Some) } else { Ok(None) }
}

/// What only few buckets have: archives, metrics, inventories, acceleration, and whether requesters pay.
type Seldom = (Vec<Tiering>, Vec<Metrics>, Vec<Inventory>, Option<bool>, Option<bool>);

async fn listed(cx: &Cx<'_>, target: &Target<'_>) -> Result<Seldom, Failure> {
    let (tierings, metrics, inventories, acceleration, pays) = futures::join!(
        asked(target, &["intelligent_tiering"], listed::tierings(cx, target.id)),
        asked(target, &["metrics"], listed::metrics(cx, target.id)),
        asked(target, &["inventory"], listed::inventories(cx, target.id)),
        asked(target, &["acceleration"], settings::acceleration(cx, target.id)),
        asked(target, &["requester_pays"], settings::requester_pays(cx, target.id)),
    );
    let (tierings, metrics, inventories) = (tierings?, metrics?, inventories?);
    Ok((
        tierings.unwrap_or_default(),
        metrics.unwrap_or_default(),
        inventories.unwrap_or_default(),
        acceleration?.flatten(),
        pays?.flatten(),
    ))
}

/// The names of the entries of a list that were applied: those are ours, and others are somebody else's.
fn recorded<'a>(recorded: &'a Value, field: &str, key: &str) -> Vec<&'a str> {
    let list = recorded.get(field).and_then(Value::items).unwrap_or_default();
    list.iter().filter_map(|entry| entry.get(key).and_then(Value::text)).collect()
}

async fn exists(cx: &Cx<'_>, name: &str) -> Result<bool, Failure> {
    Ok(cx.read("s3:HeadBucket", || cx.session.s3().head_bucket().bucket(name).send()).await?.is_some())
}

async fn tags(cx: &Cx<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let answer = cx.read("s3:GetBucketTagging", || cx.session.s3().get_bucket_tagging().bucket(name).send()).await?;
    Ok(answer.map(|answer| answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect()).unwrap_or_default())
}

/// All tags are written at once: those that stay, AWS's own too, go with those that change.
async fn set_tags(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (client, name) = (cx.session.s3(), update.target.id);
    let (set, remove) = update.tags();
    let mut all = tags(cx, name).await?;
    all.extend(set);
    all.retain(|key, _| !remove.contains(key));
    if all.is_empty() {
        return cx.delete("s3:DeleteBucketTagging", || client.delete_bucket_tagging().bucket(name).send()).await;
    }
    let tagging = s3::Tagging::builder().set_tag_set(Some(convert::tag_list("s3:PutBucketTagging", &all)?)).build();
    let tagging = tagging.map_err(|error| Failure::local("s3:PutBucketTagging", error.to_string()))?;
    cx.write("s3:PutBucketTagging", || client.put_bucket_tagging().bucket(name).tagging(tagging.clone()).send()).await.map(|_| ())
}

async fn encryption(cx: &Cx<'_>, name: &str) -> Result<Option<super::spec::Encryption>, Failure> {
    let answer = cx.read("s3:GetBucketEncryption", || cx.session.s3().get_bucket_encryption().bucket(name).send()).await?;
    Ok(answer.and_then(|answer| convert::encryption_of(answer.server_side_encryption_configuration()?)))
}

async fn public_access_block(cx: &Cx<'_>, name: &str) -> Result<Option<PublicAccessBlock>, Failure> {
    let answer = cx.read("s3:GetPublicAccessBlock", || cx.session.s3().get_public_access_block().bucket(name).send()).await?;
    Ok(answer.and_then(|answer| answer.public_access_block_configuration).map(|block| convert::block_of(&block)))
}

/// Without a wish: as S3 sets it on new buckets. To delete it would open the bucket.
async fn set_block(cx: &Cx<'_>, name: &str, block: Option<&PublicAccessBlock>) -> Result<(), Failure> {
    let configuration = convert::block_to_send(block);
    cx.write("s3:PutPublicAccessBlock", || {
        cx.session.s3().put_public_access_block().bucket(name).public_access_block_configuration(configuration.clone()).send()
    })
    .await
    .map(|_| ())
}

async fn ownership(cx: &Cx<'_>, name: &str) -> Result<Option<super::spec::Ownership>, Failure> {
    let answer = cx.read("s3:GetBucketOwnershipControls", || cx.session.s3().get_bucket_ownership_controls().bucket(name).send()).await?;
    Ok(answer.and_then(|answer| answer.ownership_controls).and_then(|controls| convert::ownership_of(&controls)))
}

async fn policy(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let answer = cx.read("s3:GetBucketPolicy", || cx.session.s3().get_bucket_policy().bucket(name).send()).await?;
    Ok(answer.and_then(|answer| answer.policy).filter(|policy| !policy.is_empty()))
}

async fn cors(cx: &Cx<'_>, name: &str) -> Result<Vec<super::spec::Cors>, Failure> {
    let answer = cx.read("s3:GetBucketCors", || cx.session.s3().get_bucket_cors().bucket(name).send()).await?;
    Ok(answer.map(|answer| answer.cors_rules().iter().map(convert::cors_of).collect()).unwrap_or_default())
}

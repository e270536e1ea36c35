//! How a bucket is read, made, changed and deleted. Each part of its configuration is a document of its own.

mod convert;
mod empty;
mod lifecycle;
mod notification;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_s3::types as s3;

use super::Bucket;
use super::spec::{PublicAccessBlock, Spec};
use crate::aws::{Class, Created, Cx, Failure, Found, Poll, Remote, Target, Update};

#[async_trait]
impl Remote for Bucket {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let name = target.id;
        if !exists(cx, name).await? {
            return Ok(None);
        }
        let (tags, versioning, encryption, block, ownership, policy, rules, cors, document) = futures::join!(
            tags(cx, name),
            versioning(cx, target),
            encryption(cx, name),
            public_access_block(cx, name),
            ownership(cx, name),
            policy(cx, name),
            lifecycle::rules(cx, name),
            cors(cx, name),
            notification::document(cx, name),
        );
        let document = document?;
        let spec = Spec {
            name: name.to_owned(),
            force_destroy: false,
            versioning: versioning?,
            encryption: encryption?,
            public_access_block: block?,
            ownership: ownership?,
            policy: policy?,
            lifecycle_rule: rules?.rules.iter().filter_map(lifecycle::rule_of).collect(),
            cors: cors?,
            notification: notification::ours(name, &document),
            eventbridge: Some(document.event_bridge_configuration.is_some()),
        };
        let outputs = BTreeMap::from([
            ("arn".to_owned(), format!("arn:{}:s3:::{name}", cx.session.partition())),
            ("domain".to_owned(), format!("{name}.s3.{}.amazonaws.com", cx.session.region())),
        ]);
        Ok(Some(Found { spec, outputs, tags: tags?.into_iter().collect() }))
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "s3:CreateBucket";
        let region = cx.session.region();
        // In us-east-1 alone S3 answers "done" when one makes a bucket that one has: it would be taken over without a look at its tags.
        if region == "us-east-1" && matches!(exists(cx, &spec.name).await, Ok(true)) {
            let message = format!("the bucket {} is there already", spec.name);
            return Err(Failure { class: Class::Exists, code: "BucketAlreadyOwnedByYou".into(), ..Failure::local(OPERATION, message) });
        }
        // us-east-1 is where a bucket goes without a word about it, and must not be named.
        let place = (region != "us-east-1").then(|| s3::BucketLocationConstraint::from(region));
        let tags = tag_set(cx.tags)?;
        let configuration = s3::CreateBucketConfiguration::builder().set_location_constraint(place).set_tags(Some(tags)).build();
        cx.create(OPERATION, &spec.name, || {
            cx.session.s3().create_bucket().bucket(&spec.name).create_bucket_configuration(configuration.clone()).send()
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
            lifecycle_rule,
            cors,
            notification: _,
            eventbridge: _,
        } = update.desired;
        if update.touches(&["tags"]) {
            set_tags(cx, update).await?;
        }
        if update.touches(&["versioning"]) {
            set_versioning(cx, name, *versioning, update.prior.versioning).await?;
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
        if update.touches(&["lifecycle_rule"]) {
            lifecycle::write(cx, update, lifecycle_rule).await?;
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
    let tagging = s3::Tagging::builder().set_tag_set(Some(tag_set(&all)?)).build();
    let tagging = tagging.map_err(|error| Failure::local("s3:PutBucketTagging", error.to_string()))?;
    cx.write("s3:PutBucketTagging", || client.put_bucket_tagging().bucket(name).tagging(tagging.clone()).send()).await.map(|_| ())
}

fn tag_set(tags: &BTreeMap<String, String>) -> Result<Vec<s3::Tag>, Failure> {
    let built: Result<Vec<_>, _> = tags.iter().map(|(key, value)| s3::Tag::builder().key(key).value(value).build()).collect();
    built.map_err(|error| Failure::local("s3:PutBucketTagging", error.to_string()))
}

/// Asked only where it is declared: not every server that speaks S3 answers it in a form the SDK reads.
async fn versioning(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<bool>, Failure> {
    if target.recorded.get("versioning").is_none() {
        return Ok(None);
    }
    let answer = cx.read("s3:GetBucketVersioning", || cx.session.s3().get_bucket_versioning().bucket(target.id).send()).await?;
    Ok(answer.map(|answer| answer.status == Some(s3::BucketVersioningStatus::Enabled)))
}

async fn set_versioning(cx: &Cx<'_>, name: &str, desired: Option<bool>, prior: Option<bool>) -> Result<(), Failure> {
    // A bucket that never had versions must not be told to suspend them.
    if desired != Some(true) && prior != Some(true) {
        return Ok(());
    }
    let status = if desired == Some(true) { s3::BucketVersioningStatus::Enabled } else { s3::BucketVersioningStatus::Suspended };
    let configuration = s3::VersioningConfiguration::builder().status(status).build();
    cx.write("s3:PutBucketVersioning", || {
        cx.session.s3().put_bucket_versioning().bucket(name).versioning_configuration(configuration.clone()).send()
    })
    .await
    .map(|_| ())
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

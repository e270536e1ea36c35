//! S3 triggers: a permission, and one entry of the bucket's notifications. The entries of others are never touched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use aws_sdk_s3::types as s3;

use super::arn;
use super::policy::{self, Policy, Statement};
use crate::aws::{Cx, Failure, Target, Update};
use crate::kinds::function::spec::{S3, Spec};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// Buckets whose notifications somebody in this process is rewriting: S3 has one document per bucket and no lock for it.
static BUCKETS: LazyLock<Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// How often a rewrite is tried when another process undid it.
const REWRITES: usize = 4;

fn entry_id(function: &str, trigger: &str) -> String {
    format!("pipetoll:{function}:{trigger}")
}

fn statement(cx: &Cx<'_>, bucket: &str) -> Statement {
    Statement {
        source_arn: Some(format!("arn:{}:s3:::{bucket}", cx.session.partition())),
        // A bucket's name can pass to another account; ours is meant.
        source_account: Some(cx.session.account().to_owned()),
        ..Statement::of("s3.amazonaws.com")
    }
}

/// The S3 triggers that are there: those with a permission, and those recorded. Half a trigger is told without events, so that the plan mends it.
pub(super) async fn read(cx: &Cx<'_>, target: &Target<'_>, policy: &Policy) -> Result<Vec<S3>, Failure> {
    let prefix = format!("{}s3-", policy::PREFIX);
    let mut buckets: BTreeMap<String, String> = BTreeMap::new();
    for item in target.recorded.get("trigger.s3").and_then(Value::items).unwrap_or_default() {
        if let (Some(name), Some(bucket)) = (item.get("name").and_then(Value::text), item.get("bucket").and_then(Value::text)) {
            buckets.insert(name.to_owned(), bucket.to_owned());
        }
    }
    for (id, statement) in policy {
        let bucket = statement.source_arn.as_deref().and_then(|arn| arn.rsplit(':').next());
        if let (Some(name), Some(bucket)) = (id.strip_prefix(&prefix), bucket) {
            buckets.insert(name.to_owned(), bucket.to_owned());
        }
    }
    let mut documents: BTreeMap<&str, Vec<s3::LambdaFunctionConfiguration>> = BTreeMap::new();
    for bucket in buckets.values().collect::<BTreeSet<_>>() {
        documents.insert(bucket, document(cx, bucket).await?.lambda_function_configurations.unwrap_or_default());
    }
    let mut found = Vec::new();
    for (name, bucket) in &buckets {
        let allowed = policy.contains_key(&format!("{prefix}{name}"));
        let wanted = entry_id(target.id, name);
        let entry = documents.get(bucket.as_str()).into_iter().flatten().find(|entry| entry.id() == Some(wanted.as_str()));
        match entry {
            Some(entry) => {
                let mut trigger = trigger_of(name, bucket, entry);
                if !allowed {
                    trigger.events.clear();
                }
                found.push(trigger);
            }
            None if allowed => {
                found.push(S3 { name: name.clone(), bucket: Ref(bucket.clone()), events: Vec::new(), prefix: None, suffix: None });
            }
            None => {}
        }
    }
    Ok(found)
}

fn trigger_of(name: &str, bucket: &str, entry: &s3::LambdaFunctionConfiguration) -> S3 {
    let rule = |wanted: &str| {
        let rules = entry.filter().and_then(|filter| filter.key()).map(s3::S3KeyFilter::filter_rules).unwrap_or_default();
        let found = rules.iter().find(|rule| rule.name().is_some_and(|name| name.as_str().eq_ignore_ascii_case(wanted)));
        found.and_then(|rule| rule.value()).filter(|value| !value.is_empty()).map(str::to_owned)
    };
    S3 {
        name: name.to_owned(),
        bucket: Ref(bucket.to_owned()),
        events: entry.events().iter().map(|event| event.as_str().to_owned()).collect(),
        prefix: rule("prefix"),
        suffix: rule("suffix"),
    }
}

fn entry_of(cx: &Cx<'_>, function: &str, trigger: &S3) -> Result<s3::LambdaFunctionConfiguration, Failure> {
    let S3 { name, bucket: _, events, prefix, suffix } = trigger;
    let rule = |name: s3::FilterRuleName, value: &Option<String>| {
        value.as_ref().map(|value| s3::FilterRule::builder().name(name).value(value).build())
    };
    let rules: Vec<_> = rule(s3::FilterRuleName::Prefix, prefix).into_iter().chain(rule(s3::FilterRuleName::Suffix, suffix)).collect();
    let filter = (!rules.is_empty()).then(|| {
        let key = s3::S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
        s3::NotificationConfigurationFilter::builder().key(key).build()
    });
    s3::LambdaFunctionConfiguration::builder()
        .id(entry_id(function, name))
        .lambda_function_arn(arn(cx, function))
        .set_events(Some(events.iter().map(|event| s3::Event::from(event.as_str())).collect()))
        .set_filter(filter)
        .build()
        .map_err(|error| Failure::local("s3:PutBucketNotificationConfiguration", error.to_string()))
}

/// Brings the S3 triggers to what is desired: first the permission, because S3 asks the function when an entry is written.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, function: &str) -> Result<(), Failure> {
    if !update.touches(&["trigger.s3"]) {
        return Ok(());
    }
    let gone = update.removed_items("trigger.s3", "name");
    let (mut rewrites, mut allowances): (BTreeMap<&str, Rewrite>, Vec<&S3>) = (BTreeMap::new(), Vec::new());
    for prior in &update.prior.trigger.s3 {
        let moved = update.desired.trigger.s3.iter().any(|wanted| wanted.name == prior.name && wanted.bucket != prior.bucket);
        if moved || gone.contains(&prior.name) {
            rewrites.entry(&prior.bucket.0).or_default().remove.insert(entry_id(function, &prior.name));
        }
    }
    for wanted in &update.desired.trigger.s3 {
        if !update.prior.trigger.s3.contains(wanted) {
            let rewrite = rewrites.entry(&wanted.bucket.0).or_default();
            rewrite.remove.insert(entry_id(function, &wanted.name));
            rewrite.add.push(entry_of(cx, function, wanted)?);
            allowances.push(wanted);
        }
    }
    for trigger in allowances {
        policy::ensure(cx, policy, function, &policy::id("s3", &trigger.name), &statement(cx, &trigger.bucket.0)).await?;
    }
    for (bucket, rewrite) in rewrites {
        rewrite.carry_out(cx, bucket).await?;
    }
    for name in gone {
        policy::remove(cx, policy, function, &policy::id("s3", &name)).await?;
    }
    Ok(())
}

/// Takes all of a function's entries out of the buckets; the function itself is about to go.
pub(super) async fn remove_all(cx: &Cx<'_>, triggers: &[S3], function: &str) -> Result<(), Failure> {
    let mut rewrites: BTreeMap<&str, Rewrite> = BTreeMap::new();
    for trigger in triggers {
        rewrites.entry(&trigger.bucket.0).or_default().remove.insert(entry_id(function, &trigger.name));
    }
    for (bucket, rewrite) in rewrites {
        rewrite.carry_out(cx, bucket).await?;
    }
    Ok(())
}

/// What is to be done to one bucket's entries.
#[derive(Default)]
struct Rewrite {
    remove: BTreeSet<String>,
    add: Vec<s3::LambdaFunctionConfiguration>,
}

impl Rewrite {
    /// Reads the document, changes our entries alone, writes it whole, and looks whether it stayed so.
    async fn carry_out(&self, cx: &Cx<'_>, bucket: &str) -> Result<(), Failure> {
        const OPERATION: &str = "s3:PutBucketNotificationConfiguration";
        let lock = match BUCKETS.lock() {
            Ok(mut buckets) => Arc::clone(buckets.entry(bucket.to_owned()).or_default()),
            Err(_) => Arc::default(),
        };
        let _alone = lock.lock().await;
        for _ in 0..REWRITES {
            let mut document = document(cx, bucket).await?;
            let entries = document.lambda_function_configurations.take().unwrap_or_default();
            if self.holds(&entries) {
                return Ok(());
            }
            let mut all: Vec<_> = entries.into_iter().filter(|entry| entry.id().is_none_or(|id| !self.remove.contains(id))).collect();
            all.extend(self.add.clone());
            document.lambda_function_configurations = Some(all);
            let client = cx.session.s3();
            cx.write(OPERATION, || {
                client.put_bucket_notification_configuration().bucket(bucket).notification_configuration(document.clone()).send()
            })
            .await?;
        }
        let entries = document(cx, bucket).await?.lambda_function_configurations.unwrap_or_default();
        if self.holds(&entries) {
            return Ok(());
        }
        Err(Failure::unexpected(OPERATION, format!("somebody else keeps rewriting the notifications of {bucket}")))
    }

    /// Whether the entries are as they should be.
    fn holds(&self, entries: &[s3::LambdaFunctionConfiguration]) -> bool {
        let find = |id: &str| entries.iter().find(|entry| entry.id() == Some(id));
        self.remove.iter().all(|id| {
            let wanted = self.add.iter().find(|entry| entry.id() == Some(id.as_str()));
            match (wanted, find(id)) {
                (None, None) => true,
                (Some(wanted), Some(there)) => {
                    trigger_of("", "", wanted) == trigger_of("", "", there) && wanted.lambda_function_arn() == there.lambda_function_arn()
                }
                _ => false,
            }
        })
    }
}

/// The notifications of a bucket; a bucket that is gone has none.
async fn document(cx: &Cx<'_>, bucket: &str) -> Result<s3::NotificationConfiguration, Failure> {
    let client = cx.session.s3();
    let found =
        cx.read("s3:GetBucketNotificationConfiguration", || client.get_bucket_notification_configuration().bucket(bucket).send()).await?;
    let Some(found) = found else { return Ok(s3::NotificationConfiguration::builder().build()) };
    Ok(s3::NotificationConfiguration::builder()
        .set_topic_configurations(found.topic_configurations)
        .set_queue_configurations(found.queue_configurations)
        .set_lambda_function_configurations(found.lambda_function_configurations)
        .set_event_bridge_configuration(found.event_bridge_configuration)
        .build())
}

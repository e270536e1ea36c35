//! Published versions, the aliases that name them, and the environments kept ready for them.

use std::collections::BTreeMap;

use aws_sdk_lambda::types as api;
use rust_decimal::prelude::ToPrimitive;

use super::configuration::whole;
use super::words;
use crate::aws::{Class, Cx, Failure, Poll, Update};
use crate::kinds::function::spec::{Alias, Canary, Provisioned, Spec};

/// Number of the version published last.
pub(super) async fn newest(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let lambda = cx.session.lambda();
    let (mut marker, mut newest) = (None::<String>, None::<u64>);
    loop {
        let page = cx
            .read("lambda:ListVersionsByFunction", || {
                lambda.list_versions_by_function().function_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { break };
        newest = page.versions().iter().filter_map(|version| version.version()?.parse().ok()).chain(newest).max();
        marker = page.next_marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    Ok(newest.map(|number| number.to_string()))
}

pub(super) async fn read_aliases(cx: &Cx<'_>, name: &str) -> Result<Vec<Alias>, Failure> {
    let lambda = cx.session.lambda();
    let (mut marker, mut found) = (None::<String>, Vec::new());
    loop {
        let page = cx.read("lambda:ListAliases", || lambda.list_aliases().function_name(name).set_marker(marker.clone()).send()).await?;
        let Some(page) = page else { break };
        found.extend(page.aliases().iter().map(alias_of));
        marker = page.next_marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    Ok(found)
}

fn alias_of(alias: &api::AliasConfiguration) -> Alias {
    let weights = alias.routing_config().and_then(|routing| routing.additional_version_weights());
    // AWS takes one further version; the least name makes the choice stable should it ever take more.
    let further = weights.into_iter().flatten().min_by(|left, right| left.0.cmp(right.0));
    Alias {
        name: alias.name().unwrap_or_default().to_owned(),
        version: alias.function_version().map(str::to_owned),
        description: alias.description().filter(|text| !text.is_empty()).map(str::to_owned),
        canary: further
            .map(|(version, weight)| Canary { version: version.clone(), percent: (weight * 100.0).round().to_u32().unwrap_or_default() }),
    }
}

pub(super) async fn read_provisioned(cx: &Cx<'_>, name: &str) -> Result<Vec<Provisioned>, Failure> {
    let lambda = cx.session.lambda();
    let (mut marker, mut found) = (None::<String>, Vec::new());
    loop {
        let page = cx
            .read("lambda:ListProvisionedConcurrencyConfigs", || {
                lambda.list_provisioned_concurrency_configs().function_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { break };
        for config in page.provisioned_concurrency_configs() {
            let alias = config.function_arn().and_then(|arn| arn.rsplit(':').next());
            let number = config.requested_provisioned_concurrent_executions().and_then(|number| u32::try_from(number).ok());
            if let (Some(alias), Some(concurrency)) = (alias, number) {
                found.push(Provisioned { alias: alias.to_owned(), concurrency });
            }
        }
        marker = page.next_marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    found.sort_by(|left, right| left.alias.cmp(&right.alias));
    Ok(found)
}

/// Publishes when it should, moves and makes aliases, and keeps environments ready. `changed` tells that code or configuration did.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str, changed: bool) -> Result<(), Failure> {
    let follows = update.desired.publish == Some(true);
    let mut published = None;
    if follows && (changed || update.touches(&["publish"])) {
        published = publish(cx, update.desired, name).await?;
    }
    let lambda = cx.session.lambda();
    let gone = update.removed_items("provisioned", "alias");
    for alias in gone {
        cx.delete("lambda:DeleteProvisionedConcurrencyConfig", || {
            lambda.delete_provisioned_concurrency_config().function_name(name).qualifier(&alias).send()
        })
        .await?;
    }
    if update.touches(&["alias"]) || published.is_some() {
        for alias in &update.desired.alias {
            write_alias(cx, update, name, alias, published.as_deref()).await?;
        }
    }
    for alias in update.removed_items("alias", "name") {
        cx.delete("lambda:DeleteAlias", || lambda.delete_alias().function_name(name).name(&alias).send()).await?;
    }
    if update.touches(&["provisioned"]) {
        for provisioned in &update.desired.provisioned {
            if !update.prior.provisioned.contains(provisioned) {
                provision(cx, name, provisioned).await?;
            }
        }
    }
    Ok(())
}

/// Publishing code that has a version already gives that version again, so that doing it twice is harmless. `None` when what was published has no
/// number that an alias could follow.
async fn publish(cx: &Cx<'_>, spec: &Spec, name: &str) -> Result<Option<String>, Failure> {
    let (lambda, target) = (cx.session.lambda(), spec.publish_to.map(words::publish_to));
    let answer = cx
        .write("lambda:PublishVersion", || {
            lambda
                .publish_version()
                .function_name(name)
                .set_description(spec.version_description.clone())
                .set_publish_to(target.clone())
                .send()
        })
        .await?;
    let version = answer.version().unwrap_or_default().to_owned();
    super::settled(cx, name, Some(&version)).await?;
    Ok(target.is_none().then_some(version))
}

async fn write_alias(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str, wanted: &Alias, published: Option<&str>) -> Result<(), Failure> {
    let Alias { name: alias, version, description, canary } = wanted;
    let prior = update.prior.alias.iter().find(|there| there.name == *alias);
    // Without a version it follows what was published last; one that exists and finds nothing new stays.
    let version = match (version, published, prior) {
        (Some(version), ..) => version.clone(),
        (None, Some(published), _) => published.to_owned(),
        (None, None, Some(there)) => there.version.clone().unwrap_or_default(),
        (None, None, None) => newest(cx, name)
            .await?
            .ok_or_else(|| Failure::local("lambda:CreateAlias", format!("alias `{alias}` has no version to name: none is published")))?,
    };
    if prior.is_some_and(|there| {
        there.version.as_deref() == Some(version.as_str()) && there.description == *description && there.canary == *canary
    }) {
        return Ok(());
    }
    let weights = canary.iter().map(|Canary { version, percent }| (version.clone(), f64::from(*percent) / 100.0)).collect();
    let routing = api::AliasRoutingConfiguration::builder().set_additional_version_weights(Some(weights)).build();
    let lambda = cx.session.lambda();
    if prior.is_none() {
        let made = cx
            .create("lambda:CreateAlias", alias, || {
                let call = lambda.create_alias().function_name(name).name(alias).function_version(&version);
                call.set_description(description.clone()).set_routing_config(canary.as_ref().map(|_| routing.clone())).send()
            })
            .await;
        match made {
            Ok(_) => return Ok(()),
            // Made by a call whose answer was lost: brought to what is wanted below.
            Err(failure) if failure.class == Class::Exists => {}
            Err(failure) => return Err(failure),
        }
    }
    cx.write("lambda:UpdateAlias", || {
        let call = lambda.update_alias().function_name(name).name(alias).function_version(&version);
        // What is not sent is kept: an empty text and empty weights take away.
        call.description(description.clone().unwrap_or_default()).routing_config(routing.clone()).send()
    })
    .await?;
    Ok(())
}

async fn provision(cx: &Cx<'_>, name: &str, provisioned: &Provisioned) -> Result<(), Failure> {
    let Provisioned { alias, concurrency } = provisioned;
    let lambda = cx.session.lambda();
    let number = whole((*concurrency).into());
    cx.write("lambda:PutProvisionedConcurrencyConfig", || {
        let call = lambda.put_provisioned_concurrency_config().function_name(name).qualifier(alias);
        call.provisioned_concurrent_executions(number).send()
    })
    .await?;
    let what = format!("{concurrency} provisioned environments of {alias}");
    cx.wait(&what, || async {
        let found = cx
            .read("lambda:GetProvisionedConcurrencyConfig", || {
                lambda.get_provisioned_concurrency_config().function_name(name).qualifier(alias).send()
            })
            .await?;
        Ok(match found.as_ref().and_then(|found| found.status()) {
            Some(api::ProvisionedConcurrencyStatusEnum::Ready) => Poll::Ready(()),
            Some(api::ProvisionedConcurrencyStatusEnum::Failed) => {
                Poll::Failed(found.and_then(|found| found.status_reason).unwrap_or_else(|| "Lambda says no more".to_owned()))
            }
            Some(status) => Poll::Pending(status.as_str().to_owned()),
            None => Poll::Pending("not there yet".to_owned()),
        })
    })
    .await
}

/// Keeps the order of names stable where AWS gives none.
pub(super) fn sorted(aliases: Vec<Alias>) -> Vec<Alias> {
    aliases.into_iter().map(|alias| (alias.name.clone(), alias)).collect::<BTreeMap<_, _>>().into_values().collect()
}

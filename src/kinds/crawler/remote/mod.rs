//! How a crawler is read, made, changed and deleted.

mod convert;
mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_glue::types::{Crawler as Answer, CrawlerState};

use super::Crawler;
use super::spec::Spec;
use crate::aws::glue::{glue_arn, glue_read_many, glue_retag, glue_tags, is_tag};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use convert::Sent;

#[async_trait]
impl Remote for Crawler {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(answer) = get(cx, target.id).await? else { return Ok(None) };
        let arn = arn(cx, target.id);
        let tags = glue_tags(cx, &arn).await?;
        Ok(Some(found(&answer, arn, tags)))
    }

    async fn read_many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Spec>>, Failure>> {
        if let [one] = targets {
            return vec![Self::read(cx, one).await];
        }
        glue_read_many(cx, targets, |name| arn(cx, name), |names| batch(cx, names), found).await
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let Sent {
            role,
            database,
            catalog,
            description,
            targets,
            schedule,
            classifiers,
            table_prefix,
            schema_change,
            recrawl,
            lineage,
            lake_formation,
            configuration,
            security_configuration,
        } = convert::sent(spec)?;
        let tags: Vec<_> = cx.tags.iter().collect();
        cx.create("glue:CreateCrawler", &spec.name, || {
            let call = cx
                .session
                .glue()
                .create_crawler()
                .name(&spec.name)
                .role(&role)
                .set_database_name(database.clone())
                .set_catalog_id(catalog.clone())
                .set_description(description.clone())
                .targets(targets.clone())
                .set_schedule(schedule.clone())
                .set_classifiers((!classifiers.is_empty()).then(|| classifiers.clone()))
                .set_table_prefix(table_prefix.clone())
                .schema_change_policy(schema_change.clone())
                .recrawl_policy(recrawl.clone())
                .lineage_configuration(lineage.clone())
                .set_lake_formation_configuration(lake_formation.clone())
                .set_configuration(configuration.clone())
                .set_crawler_security_configuration(security_configuration.clone());
            tags.iter().fold(call, |call, (key, value)| call.tags(*key, *value)).send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let id = update.target.id;
        let of_the_crawler = |path: &crate::base::path::Path| !is_tag(path) && !crate::base::path::Path::from("dataset").covers(path);
        if update.changes.iter().any(|change| of_the_crawler(&change.path)) {
            match write(cx, update).await {
                Err(failure) if is_running(&failure) => {
                    until_ready(cx, id).await?;
                    write(cx, update).await?;
                }
                other => other?,
            }
            if update.touches(&["schedule"]) && update.desired.schedule.is_some() {
                start_schedule(cx, id).await?;
            }
        }
        let (set, remove) = update.tags();
        glue_retag(cx, &arn(cx, id), &set, &remove).await
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let Some(answer) = get(cx, target.id).await? else { return Ok(()) };
        if answer.state == Some(CrawlerState::Running) {
            stop(cx, target.id).await?;
        }
        let deleted = delete(cx, target.id).await;
        match deleted {
            // It was started between the look and the call.
            Err(failure) if is_running(&failure) => {
                stop(cx, target.id).await?;
                delete(cx, target.id).await?;
            }
            other => other?,
        }
        cx.wait("the crawler to be gone", || async {
            Ok(if get(cx, target.id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        Ok(get(cx, &spec.name).await?.map(|_| spec.name.clone()))
    }
}

fn arn(cx: &Cx<'_>, name: &str) -> String {
    glue_arn(cx, &format!("crawler/{name}"))
}

fn found(answer: &Answer, arn: String, tags: BTreeMap<String, String>) -> Found<Spec> {
    Found { spec: convert::spec_of(answer), outputs: BTreeMap::from([("arn".to_owned(), arn)]), tags }
}

async fn get(cx: &Cx<'_>, name: &str) -> Result<Option<Answer>, Failure> {
    let answer = cx.read("glue:GetCrawler", || cx.session.glue().get_crawler().name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.crawler))
}

async fn batch(cx: &Cx<'_>, names: Vec<String>) -> Result<Vec<(String, Answer)>, Failure> {
    let call = || cx.session.glue().batch_get_crawlers().set_crawler_names(Some(names.clone())).send();
    let crawlers = cx.read("glue:BatchGetCrawlers", call).await?.and_then(|answer| answer.crawlers).unwrap_or_default();
    Ok(crawlers.into_iter().filter_map(|crawler| Some((crawler.name.clone()?, crawler))).collect())
}

/// A merge API: all is sent each time, and what left the configuration is sent empty.
async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let Sent {
        role,
        database,
        catalog,
        description,
        targets,
        schedule,
        classifiers,
        table_prefix,
        schema_change,
        recrawl,
        lineage,
        lake_formation,
        configuration,
        security_configuration,
    } = convert::sent(&update.merged()?)?;
    let empty = |field: &str| update.removes(field).then(String::new);
    let lake_formation = lake_formation.or_else(|| update.removes("lake_formation").then(convert::no_lake_formation));
    cx.write("glue:UpdateCrawler", || {
        cx.session
            .glue()
            .update_crawler()
            .name(update.target.id)
            .role(&role)
            .set_database_name(database.clone().or_else(|| empty("database")))
            .set_catalog_id(catalog.clone().or_else(|| update.removes("catalog_id").then(|| cx.session.account().to_owned())))
            .set_description(description.clone().or_else(|| empty("description")))
            .targets(targets.clone())
            .set_schedule(schedule.clone().or_else(|| empty("schedule")))
            .set_classifiers(Some(classifiers.clone()))
            .set_table_prefix(table_prefix.clone().or_else(|| empty("table_prefix")))
            .schema_change_policy(schema_change.clone())
            .recrawl_policy(recrawl.clone())
            .lineage_configuration(lineage.clone())
            .set_lake_formation_configuration(lake_formation.clone())
            .set_configuration(configuration.clone().or_else(|| empty("configuration")))
            .set_crawler_security_configuration(security_configuration.clone().or_else(|| empty("security_configuration")))
            .send()
    })
    .await?;
    Ok(())
}

/// Starts a schedule that somebody stopped: a new expression alone does not say that it runs again.
async fn start_schedule(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    let stands_still = get(cx, name).await?.and_then(|answer| answer.schedule).is_some_and(|schedule| !convert::runs(&schedule));
    if stands_still {
        let call = || cx.session.glue().start_crawler_schedule().crawler_name(name).send();
        match cx.write("glue:StartCrawlerSchedule", call).await {
            Err(failure) if failure.code != "SchedulerRunningException" => return Err(failure),
            _ => {}
        }
    }
    Ok(())
}

async fn delete(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.delete("glue:DeleteCrawler", || cx.session.glue().delete_crawler().name(name).send()).await
}

/// Stops a run and waits for its end: a crawler that runs cannot be deleted.
async fn stop(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    let stopped = cx.write("glue:StopCrawler", || cx.session.glue().stop_crawler().name(name).send()).await;
    match stopped {
        Err(failure) if !["CrawlerNotRunningException", "CrawlerStoppingException"].contains(&failure.code.as_str()) => Err(failure),
        _ => until_ready(cx, name).await,
    }
}

async fn until_ready(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    cx.wait("the crawler's run to end", || async {
        let state = get(cx, name).await?.and_then(|answer| answer.state);
        Ok(match state {
            Some(state) if state != CrawlerState::Ready => Poll::Pending(state.as_str().to_owned()),
            _ => Poll::Ready(()),
        })
    })
    .await
}

fn is_running(failure: &Failure) -> bool {
    failure.code == "CrawlerRunningException"
}

//! How a database is read, made, changed and deleted.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_glue::types::{
    DataLakePrincipal, Database as Answer, DatabaseIdentifier, DatabaseInput, FederatedDatabase, Permission as Word, PrincipalPermissions,
};

use super::Database;
use super::spec::{DefaultPermission, Federated, Spec, TargetDatabase};
use crate::aws::glue::{glue_arn, glue_retag, glue_tags, glue_tags_of, glue_word, is_tag, of_glue_word};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// From how many on listing all is cheaper than asking for each.
const LIST_FROM: usize = 4;
/// The largest page that GetDatabases gives.
const PAGE: i32 = 100;

#[async_trait]
impl Remote for Database {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let Some(answer) = get(cx, Id::of(target)).await? else { return Ok(None) };
        let tags = glue_tags(cx, &arn(cx, &answer.name)).await?;
        Ok(Some(found(cx, &answer, tags)))
    }

    async fn read_many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Spec>>, Failure>> {
        let mut answers: BTreeMap<(Option<String>, String), Answer> = BTreeMap::new();
        if targets.len() >= LIST_FROM {
            let mut catalogs: Vec<Option<String>> = targets.iter().map(|target| Id::of(target).catalog.map(str::to_owned)).collect();
            catalogs.sort();
            catalogs.dedup();
            for catalog in catalogs {
                // What the list cannot tell is asked for one by one below, where a failure is told too.
                let listed = list(cx, catalog.as_deref()).await.unwrap_or_default();
                answers.extend(listed.into_iter().map(|answer| ((catalog.clone(), answer.name.clone()), answer)));
            }
        }
        let mut read = Vec::with_capacity(targets.len());
        for target in targets {
            let id = Id::of(target);
            read.push(match answers.remove(&(id.catalog.map(str::to_owned), id.name.to_owned())) {
                Some(answer) => Ok(Some(answer)),
                None => get(cx, id).await,
            });
        }
        let there =
            read.iter().zip(targets).filter_map(|(answer, target)| Some((arn(cx, &answer.as_ref().ok()?.as_ref()?.name), target.recorded)));
        let mut tags = glue_tags_of(cx, &there.collect::<Vec<_>>()).await.into_iter();
        read.into_iter()
            .map(|answer| {
                let Some(answer) = answer? else { return Ok(None) };
                let tags = tags.next().unwrap_or_else(|| Ok(BTreeMap::new()))?;
                Ok(Some(found(cx, &answer, tags)))
            })
            .collect()
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        Ok(list(cx, None).await?.into_iter().map(|database| Listed::of(database.name)).collect())
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let input = input_of(spec)?;
        let tags: Vec<_> = cx.tags.iter().collect();
        cx.create("glue:CreateDatabase", &spec.name, || {
            let call = cx.session.glue().create_database().set_catalog_id(spec.catalog_id.clone()).database_input(input.clone());
            tags.iter().fold(call, |call, (key, value)| call.tags(*key, *value)).send()
        })
        .await?;
        Ok(Created { id: id_of(spec) })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let id = Id::of(&update.target);
        if update.changes.iter().any(|change| !is_tag(&change.path)) {
            let input = input_of(&update.merged()?)?;
            cx.write("glue:UpdateDatabase", || {
                let call = cx.session.glue().update_database().name(id.name).set_catalog_id(id.catalog.map(str::to_owned));
                call.database_input(input.clone()).send()
            })
            .await?;
        }
        let (set, remove) = update.tags();
        glue_retag(cx, &arn(cx, id.name), &set, &remove).await
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let id = Id::of(target);
        // Without its catalog the call would look into the account's own, find nothing, and look like success.
        cx.delete("glue:DeleteDatabase", || {
            cx.session.glue().delete_database().name(id.name).set_catalog_id(id.catalog.map(str::to_owned)).send()
        })
        .await?;
        cx.wait("the database to be gone", || async {
            Ok(if get(cx, id).await?.is_none() { Poll::Ready(()) } else { Poll::Pending("deleting".into()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let id = id_of(spec);
        Ok(get(cx, Id::parse(&id, None)).await?.map(|_| id))
    }
}

/// A database is known by its catalog and its name.
#[derive(Debug, Clone, Copy)]
struct Id<'a> {
    catalog: Option<&'a str>,
    name: &'a str,
}

impl<'a> Id<'a> {
    fn of(target: &Target<'a>) -> Self {
        Self::parse(target.id, target.recorded.get("catalog_id").and_then(Value::text))
    }

    fn parse(id: &'a str, catalog: Option<&'a str>) -> Self {
        match id.rsplit_once('/') {
            Some((catalog, name)) => Self { catalog: Some(catalog), name },
            None => Self { catalog, name: id },
        }
    }
}

fn id_of(spec: &Spec) -> String {
    spec.catalog_id.as_ref().map_or_else(|| spec.name.clone(), |catalog| format!("{catalog}/{}", spec.name))
}

fn arn(cx: &Cx<'_>, name: &str) -> String {
    glue_arn(cx, &format!("database/{name}"))
}

async fn get(cx: &Cx<'_>, id: Id<'_>) -> Result<Option<Answer>, Failure> {
    let answer = cx
        .read("glue:GetDatabase", || cx.session.glue().get_database().name(id.name).set_catalog_id(id.catalog.map(str::to_owned)).send())
        .await?;
    Ok(answer.and_then(|answer| answer.database))
}

async fn list(cx: &Cx<'_>, catalog: Option<&str>) -> Result<Vec<Answer>, Failure> {
    let (mut all, mut next) = (Vec::new(), None::<String>);
    loop {
        let page = cx
            .read("glue:GetDatabases", || {
                let call = cx.session.glue().get_databases().set_catalog_id(catalog.map(str::to_owned));
                call.max_results(PAGE).set_next_token(next.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(all) };
        all.extend(page.database_list);
        match page.next_token.filter(|token| !token.is_empty()) {
            Some(token) => next = Some(token),
            None => return Ok(all),
        }
    }
}

fn found(cx: &Cx<'_>, answer: &Answer, tags: BTreeMap<String, String>) -> Found<Spec> {
    let outputs = BTreeMap::from([
        ("arn".to_owned(), arn(cx, &answer.name)),
        ("tables".to_owned(), glue_arn(cx, &format!("table/{}/*", answer.name))),
        ("catalog".to_owned(), glue_arn(cx, "catalog")),
    ]);
    Found { spec: spec_of(answer), outputs, tags }
}

fn input_of(spec: &Spec) -> Result<DatabaseInput, Failure> {
    let Spec { name, catalog_id: _, description, location, parameters, target_database, federated, create_table_default_permissions } =
        spec;
    let target = target_database.as_ref().map(|TargetDatabase { catalog_id, database, region }| {
        DatabaseIdentifier::builder().catalog_id(catalog_id).database_name(&database.0).set_region(region.clone()).build()
    });
    let federated = federated.as_ref().map(|Federated { connection, identifier, connection_type }| {
        FederatedDatabase::builder()
            .set_connection_name(connection.as_ref().map(|connection| connection.0.clone()))
            .set_identifier(identifier.clone())
            .set_connection_type(connection_type.clone())
            .build()
    });
    let permissions: Vec<_> = create_table_default_permissions
        .iter()
        .map(|DefaultPermission { principal, permissions }| {
            PrincipalPermissions::builder()
                .principal(DataLakePrincipal::builder().data_lake_principal_identifier(principal).build())
                .set_permissions(Some(permissions.iter().map(|permission| Word::from(glue_word(permission).as_str())).collect()))
                .build()
        })
        .collect();
    DatabaseInput::builder()
        .name(name)
        .set_description(description.clone())
        .set_location_uri(location.clone())
        .set_parameters((!parameters.is_empty()).then(|| parameters.clone().into_iter().collect()))
        .set_target_database(target)
        .set_federated_database(federated)
        .set_create_table_default_permissions((!permissions.is_empty()).then_some(permissions))
        .build()
        .map_err(|error| Failure::local("glue:DatabaseInput", error.to_string()))
}

fn spec_of(answer: &Answer) -> Spec {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Spec {
        name: answer.name.clone(),
        catalog_id: text(&answer.catalog_id),
        description: text(&answer.description),
        location: text(&answer.location_uri),
        parameters: answer.parameters.clone().unwrap_or_default().into_iter().collect(),
        target_database: answer.target_database.as_ref().and_then(|target| {
            Some(TargetDatabase {
                catalog_id: text(&target.catalog_id).unwrap_or_default(),
                database: Ref(text(&target.database_name)?),
                region: text(&target.region),
            })
        }),
        federated: answer.federated_database.as_ref().map(|federated| Federated {
            connection: text(&federated.connection_name).map(Ref),
            identifier: text(&federated.identifier),
            connection_type: text(&federated.connection_type),
        }),
        create_table_default_permissions: answer
            .create_table_default_permissions
            .iter()
            .flatten()
            .map(|permission| DefaultPermission {
                principal: permission
                    .principal
                    .as_ref()
                    .and_then(|principal| principal.data_lake_principal_identifier.clone())
                    .unwrap_or_default(),
                permissions: permission.permissions.iter().flatten().filter_map(|word| of_glue_word(word.as_str())).collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn spec(json: serde_json::Value) -> Spec {
        serde_json::from_value(json).unwrap()
    }

    fn example() -> Spec {
        spec(serde_json::json!({
            "name": "lake", "description": "d", "location": "s3://b/", "parameters": { "a": "1" },
            "create_table_default_permissions": [{ "principal": "IAM_ALLOWED_PRINCIPALS", "permissions": ["all", "data-location-access"] }],
        }))
    }

    #[test]
    fn what_is_sent_reads_back_the_same() {
        let input = input_of(&example()).unwrap();
        let answer = Answer::builder()
            .name(input.name)
            .set_description(input.description)
            .set_location_uri(input.location_uri)
            .set_parameters(input.parameters)
            .set_create_table_default_permissions(input.create_table_default_permissions)
            .build()
            .unwrap();
        assert_eq!(spec_of(&answer), example());
    }

    #[test]
    fn a_catalog_stands_before_the_name() {
        let id = Id::parse("123456789012/lake", None);
        assert_eq!((id.catalog, id.name), (Some("123456789012"), "lake"));
        assert_eq!(Id::parse("lake", Some("1")).catalog, Some("1"));
    }
}

//! Who may use a layer's version beside this account: the statements of its policy.

use serde_json::Value as Json;

use super::spec::{Permission, Spec};
use crate::aws::{Class, Cx, Failure, Update};

/// The only thing that AWS lets others do with a layer.
const ACTION: &str = "lambda:GetLayerVersion";

/// The permissions of a version, in the order in which they were given.
pub(super) async fn read(cx: &Cx<'_>, name: &str, version: i64) -> Result<Vec<Permission>, Failure> {
    let lambda = cx.session.lambda();
    let answer = cx
        .read("lambda:GetLayerVersionPolicy", || lambda.get_layer_version_policy().layer_name(name).version_number(version).send())
        .await?;
    Ok(answer.and_then(|answer| answer.policy).map(|text| parse(&text)).unwrap_or_default())
}

/// The permissions that a policy document gives.
pub(super) fn parse(text: &str) -> Vec<Permission> {
    let document: Json = serde_json::from_str(text).unwrap_or_default();
    let statements = document.get("Statement").and_then(Json::as_array).into_iter().flatten();
    let permission = |statement: &Json| {
        let principal = statement.get("Principal")?;
        let principal = principal.get("AWS").unwrap_or(principal).as_str()?;
        Some(Permission {
            name: statement.get("Sid")?.as_str()?.to_owned(),
            // IAM writes an account as its root; users write the number.
            principal: principal.strip_suffix(":root").and_then(|arn| arn.rsplit(':').next()).unwrap_or(principal).to_owned(),
            organization: statement.pointer("/Condition/StringEquals/aws:PrincipalOrgID").and_then(Json::as_str).map(str::to_owned),
        })
    };
    statements.filter_map(permission).collect()
}

/// Brings the permissions to what is desired. AWS cannot change one, so that another of the same name goes first.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str, version: i64) -> Result<(), Failure> {
    let prior = &update.prior.permission;
    for gone in update.removed_items("permission", "name") {
        remove(cx, name, version, &gone).await?;
    }
    for wanted in update.desired.permission.iter().filter(|wanted| !prior.contains(wanted)) {
        if prior.iter().any(|there| there.name == wanted.name) {
            remove(cx, name, version, &wanted.name).await?;
        }
        add(cx, name, version, wanted).await?;
    }
    Ok(())
}

async fn add(cx: &Cx<'_>, name: &str, version: i64, wanted: &Permission) -> Result<(), Failure> {
    let Permission { name: id, principal, organization } = wanted;
    let lambda = cx.session.lambda();
    let added = cx
        .create("lambda:AddLayerVersionPermission", id, || {
            lambda
                .add_layer_version_permission()
                .layer_name(name)
                .version_number(version)
                .statement_id(id)
                .action(ACTION)
                .principal(principal)
                .set_organization_id(organization.clone())
                .send()
        })
        .await;
    match added {
        Ok(_) => Ok(()),
        // One of the name was not there when it was read: it is that of an earlier call whose answer was lost.
        Err(failure) if failure.class == Class::Exists => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn remove(cx: &Cx<'_>, name: &str, version: i64, id: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    cx.delete("lambda:RemoveLayerVersionPermission", || {
        lambda.remove_layer_version_permission().layer_name(name).version_number(version).statement_id(id).send()
    })
    .await
}

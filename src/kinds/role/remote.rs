//! How a role is read, made, changed and deleted.

mod list;

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use async_trait::async_trait;
use aws_sdk_iam::types::Tag;

use super::Role;
use super::document;
use super::spec::{OWN_POLICY, Spec};
use crate::aws::{Class, Created, Cx, Failure, Found, Listed, Remote, Target, Update};
use crate::base::units::Duration;
use crate::model::value::Value;

#[async_trait]
impl Remote for Role {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let (iam, name) = (cx.session.iam(), target.id);
        let Some(role) = cx.read("iam:GetRole", || iam.get_role().role_name(name).send()).await?.and_then(|answer| answer.role) else {
            return Ok(None);
        };
        let trust = document::decode(role.assume_role_policy_document().unwrap_or_default());
        // Which of the two ways was written decides which of the two is compared.
        let written = if target.recorded.is_empty() { target.desired } else { target.recorded };
        let services = document::services(&trust).filter(|_| written.get("trust_policy").is_none());
        let mut inline = IndexMap::default();
        for policy in names_of_inline(cx, name).await? {
            let answer = cx.read("iam:GetRolePolicy", || iam.get_role_policy().role_name(name).policy_name(&policy).send()).await?;
            if let Some(answer) = answer {
                inline.insert(policy, document::decode(answer.policy_document()));
            }
        }
        let own = inline.shift_remove(OWN_POLICY);
        let in_profile = is_in_profile(cx, name).await?;
        let spec = Spec {
            name: role.role_name().to_owned(),
            path: role.path().to_owned(),
            description: role.description().filter(|text| !text.is_empty()).map(str::to_owned),
            trust_policy: services.is_none().then_some(trust),
            assumed_by: services.unwrap_or_default(),
            statement: own.as_deref().map(document::statements).unwrap_or_default(),
            inline_policies: inline,
            managed_policies: attached(cx, name).await?,
            max_session: Duration::seconds(role.max_session_duration().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(3600)),
            permissions_boundary: role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn()).map(str::to_owned),
            instance_profile: in_profile,
        };
        let arn = arn_of(role.arn(), cx.session.partition(), cx.session.account(), &format!("{}{}", role.path(), role.role_name()));
        let mut outputs = BTreeMap::from([("arn".to_owned(), arn), ("id".to_owned(), role.role_id().to_owned())]);
        if in_profile {
            outputs.insert("instance_profile".to_owned(), name.to_owned());
        }
        let tags = role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
        Ok(Some(Found { spec, outputs, tags }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        let tags = tags_of(cx.tags)?;
        let Spec {
            name,
            path,
            description,
            assumed_by: _,
            trust_policy: _,
            // Policies and the profile are made by `update`, right after.
            statement: _,
            inline_policies: _,
            managed_policies: _,
            instance_profile: _,
            max_session,
            permissions_boundary,
        } = spec;
        let session = i32::try_from(max_session.as_seconds()).unwrap_or(3600);
        cx.create("iam:CreateRole", name, || {
            cx.session
                .iam()
                .create_role()
                .role_name(name)
                .path(path)
                .assume_role_policy_document(document::trust(spec))
                .set_description(description.clone())
                .max_session_duration(session)
                .set_permissions_boundary(permissions_boundary.clone())
                .set_tags(Some(tags.clone()))
                .send()
        })
        .await?;
        Ok(Created { id: name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let (iam, name, desired) = (cx.session.iam(), update.target.id, update.desired);
        if update.touches(&["assumed_by", "trust_policy"]) {
            let trust = document::trust(desired);
            cx.write("iam:UpdateAssumeRolePolicy", || iam.update_assume_role_policy().role_name(name).policy_document(&trust).send())
                .await?;
        }
        if update.touches(&["description", "max_session"]) {
            let session = i32::try_from(desired.max_session.as_seconds()).unwrap_or(3600);
            let description = desired.description.clone().unwrap_or_default();
            cx.write("iam:UpdateRole", || iam.update_role().role_name(name).description(&description).max_session_duration(session).send())
                .await?;
        }
        if update.touches(&["permissions_boundary"]) {
            match &desired.permissions_boundary {
                Some(arn) => {
                    cx.write("iam:PutRolePermissionsBoundary", || {
                        iam.put_role_permissions_boundary().role_name(name).permissions_boundary(arn).send()
                    })
                    .await?;
                }
                None => {
                    cx.delete("iam:DeleteRolePermissionsBoundary", || iam.delete_role_permissions_boundary().role_name(name).send())
                        .await?;
                }
            }
        }
        update_inline(cx, update).await?;
        update_attached(cx, update).await?;
        if update.touches(&["instance_profile"]) {
            if desired.instance_profile { make_profile(cx, name, &desired.path).await? } else { delete_profile(cx, name).await? }
        }
        let (set, remove) = update.tags();
        if !set.is_empty() {
            let tags = tags_of(&set)?;
            cx.write("iam:TagRole", || iam.tag_role().role_name(name).set_tags(Some(tags.clone())).send()).await?;
        }
        if !remove.is_empty() {
            cx.write("iam:UntagRole", || iam.untag_role().role_name(name).set_tag_keys(Some(remove.clone())).send()).await?;
        }
        Ok(())
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let (iam, name) = (cx.session.iam(), target.id);
        // A run that was cut off may have made the profile and recorded nothing of it.
        if target.recorded.get("instance_profile") == Some(&Value::Bool(true)) || is_in_profile(cx, name).await? {
            delete_profile(cx, name).await?;
        }
        if cx.read("iam:GetRole", || iam.get_role().role_name(name).send()).await?.is_none() {
            return Ok(());
        }
        for policy in names_of_inline(cx, name).await? {
            cx.delete("iam:DeleteRolePolicy", || iam.delete_role_policy().role_name(name).policy_name(&policy).send()).await?;
        }
        for arn in attached(cx, name).await? {
            cx.delete("iam:DetachRolePolicy", || iam.detach_role_policy().role_name(name).policy_arn(&arn).send()).await?;
        }
        cx.delete("iam:DeleteRole", || iam.delete_role().role_name(name).send()).await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let found = cx.read("iam:GetRole", || cx.session.iam().get_role().role_name(&spec.name).send()).await?;
        Ok(found.map(|_| spec.name.clone()))
    }
}

async fn update_inline(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (iam, name) = (cx.session.iam(), update.target.id);
    let field = |policy: &str| format!("inline_policies.\"{policy}\"");
    let mut wanted = update.desired.inline_policies.clone();
    wanted.retain(|policy, _| update.touches(&[&field(policy)]));
    let gone = update.prior.inline_policies.keys();
    let mut gone: Vec<String> =
        gone.filter(|policy| !update.desired.inline_policies.contains_key(*policy) && update.removes(&field(policy))).cloned().collect();
    if update.touches(&["statement"]) {
        match document::own_policy(&update.desired.statement) {
            Some(policy) => drop(wanted.insert(OWN_POLICY.to_owned(), policy)),
            None => gone.push(OWN_POLICY.to_owned()),
        }
    }
    for (policy, text) in &wanted {
        cx.write("iam:PutRolePolicy", || iam.put_role_policy().role_name(name).policy_name(policy).policy_document(text).send()).await?;
    }
    for policy in gone {
        cx.delete("iam:DeleteRolePolicy", || iam.delete_role_policy().role_name(name).policy_name(&policy).send()).await?;
    }
    Ok(())
}

async fn update_attached(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    if !update.touches(&["managed_policies"]) {
        return Ok(());
    }
    let (iam, name) = (cx.session.iam(), update.target.id);
    let applied = update.target.recorded.get("managed_policies").and_then(|list| list.items()).unwrap_or_default();
    let ours: Vec<&str> = applied.iter().filter_map(|arn| arn.text()).collect();
    for arn in update.desired.managed_policies.iter().filter(|arn| !update.prior.managed_policies.contains(arn)) {
        cx.write("iam:AttachRolePolicy", || iam.attach_role_policy().role_name(name).policy_arn(arn).send()).await?;
    }
    // What somebody else attached is not ours to take away.
    let gone = update.prior.managed_policies.iter().filter(|arn| !update.desired.managed_policies.contains(arn));
    for arn in gone.filter(|arn| ours.contains(&arn.as_str())) {
        cx.delete("iam:DetachRolePolicy", || iam.detach_role_policy().role_name(name).policy_arn(arn).send()).await?;
    }
    Ok(())
}

async fn make_profile(cx: &Cx<'_>, name: &str, path: &str) -> Result<(), Failure> {
    let iam = cx.session.iam();
    let tags = tags_of(cx.tags)?;
    let made = cx
        .write("iam:CreateInstanceProfile", || {
            iam.create_instance_profile().instance_profile_name(name).path(path).set_tags(Some(tags.clone())).send()
        })
        .await;
    if let Err(failure) = made
        && failure.class != Class::Exists
    {
        return Err(failure);
    }
    let added = cx
        .write("iam:AddRoleToInstanceProfile", || iam.add_role_to_instance_profile().instance_profile_name(name).role_name(name).send())
        .await;
    match added {
        // A profile holds one role: it is full when an earlier run put the role in, or when the profile is somebody else's.
        Err(failure) if !failure.code.starts_with("LimitExceeded") || !is_in_profile(cx, name).await? => Err(failure),
        _ => Ok(()),
    }
}

/// Whether the instance profile of the role's name is there and holds it.
async fn is_in_profile(cx: &Cx<'_>, name: &str) -> Result<bool, Failure> {
    let iam = cx.session.iam();
    let profile = cx.read("iam:GetInstanceProfile", || iam.get_instance_profile().instance_profile_name(name).send()).await?;
    let profile = profile.and_then(|answer| answer.instance_profile);
    Ok(profile.is_some_and(|profile| profile.roles().iter().any(|held| held.role_name() == name)))
}

/// The ARN. Of a role that was made just now, IAM may answer the unique id (`AROA…`) in its place.
fn arn_of(answered: &str, partition: &str, account: &str, place: &str) -> String {
    if answered.starts_with("arn:") { answered.to_owned() } else { format!("arn:{partition}:iam::{account}:role{place}") }
}

async fn delete_profile(cx: &Cx<'_>, name: &str) -> Result<(), Failure> {
    let iam = cx.session.iam();
    cx.delete("iam:RemoveRoleFromInstanceProfile", || {
        iam.remove_role_from_instance_profile().instance_profile_name(name).role_name(name).send()
    })
    .await?;
    cx.delete("iam:DeleteInstanceProfile", || iam.delete_instance_profile().instance_profile_name(name).send()).await
}

async fn names_of_inline(cx: &Cx<'_>, name: &str) -> Result<Vec<String>, Failure> {
    let (mut names, mut marker) = (Vec::new(), None);
    loop {
        let page = cx
            .read("iam:ListRolePolicies", || cx.session.iam().list_role_policies().role_name(name).set_marker(marker.clone()).send())
            .await?;
        let Some(page) = page else { return Ok(names) };
        names.extend(page.policy_names().iter().cloned());
        marker = page.marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(names);
        }
    }
}

async fn attached(cx: &Cx<'_>, name: &str) -> Result<Vec<String>, Failure> {
    let (mut arns, mut marker) = (Vec::new(), None);
    loop {
        let page = cx
            .read("iam:ListAttachedRolePolicies", || {
                cx.session.iam().list_attached_role_policies().role_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(arns) };
        arns.extend(page.attached_policies().iter().filter_map(|policy| policy.policy_arn().map(str::to_owned)));
        marker = page.marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(arns);
        }
    }
}

fn tags_of(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, Failure> {
    let built: Result<Vec<Tag>, _> = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    built.map_err(|error| Failure::local("iam:TagRole", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::arn_of;

    #[test]
    fn a_role_that_was_made_just_now_has_its_arn() {
        assert_eq!(arn_of("AROAEXAMPLE", "aws-cn", "123456789012", "/data/reader"), "arn:aws-cn:iam::123456789012:role/data/reader");
        assert_eq!(arn_of("arn:aws:iam::123456789012:role/a", "aws", "1", "/b"), "arn:aws:iam::123456789012:role/a");
    }
}

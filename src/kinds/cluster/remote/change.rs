//! What of a living cluster can be changed in place, each by its own call.

use aws_sdk_emr::types::{AutoTerminationPolicy, InstanceGroupModifyConfig, ShrinkPolicy, Tag};
use serde_json::{Value as Json, json};

use super::read::{Real, find, pools};
use super::with_body;
use crate::aws::{Cx, Failure, Update};
use crate::kinds::cluster::layout::{self, Pool, Role};
use crate::kinds::cluster::request;
use crate::kinds::cluster::spec::{Nodes, Spec};

/// The fields of nodes whose change is capacity.
const CAPACITY: &[&str] = &["count", "on_demand", "spot", "market"];

/// Brings everything that differs to what is desired.
pub(super) async fn apply(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    tags(cx, update).await?;
    flags(cx, update).await?;
    auto_termination(cx, update).await?;
    // A policy that goes must not undo the counts that come; one that comes takes over what they made.
    if update.removes("managed_scaling") {
        let call = || cx.session.emr().remove_managed_scaling_policy().cluster_id(update.target.id).send();
        cx.write("emr:RemoveManagedScalingPolicy", call).await?;
    }
    nodes(cx, update).await?;
    if let Some(scaling) = update.desired.managed_scaling.as_ref().filter(|_| update.touches(&["managed_scaling"])) {
        let policy = request::managed_scaling_policy(scaling, layout::is_fleets(update.desired));
        let body = json!({ "ClusterId": update.target.id, "ManagedScalingPolicy": policy });
        cx.write("emr:PutManagedScalingPolicy", || {
            cx.session.emr().put_managed_scaling_policy().customize().mutate_request(with_body(&body)).send()
        })
        .await?;
    }
    Ok(())
}

async fn tags(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (emr, id) = (cx.session.emr(), update.target.id);
    let (set, remove) = update.tags();
    if !set.is_empty() {
        let tags: Vec<Tag> = set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        cx.write("emr:AddTags", || emr.add_tags().resource_id(id).set_tags(Some(tags.clone())).send()).await?;
    }
    if !remove.is_empty() {
        cx.write("emr:RemoveTags", || emr.remove_tags().resource_id(id).set_tag_keys(Some(remove.clone())).send()).await?;
    }
    Ok(())
}

async fn flags(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    let (emr, id, desired) = (cx.session.emr(), update.target.id, update.desired);
    if update.touches(&["visible_to_all"]) {
        let call = || emr.set_visible_to_all_users().job_flow_ids(id).visible_to_all_users(desired.visible_to_all).send();
        cx.write("emr:SetVisibleToAllUsers", call).await?;
    }
    if update.touches(&["lifetime"]) {
        let keep = !desired.is_transient();
        let call = || emr.set_keep_job_flow_alive_when_no_steps().job_flow_ids(id).keep_job_flow_alive_when_no_steps(keep).send();
        cx.write("emr:SetKeepJobFlowAliveWhenNoSteps", call).await?;
    }
    if update.touches(&["termination_protection"]) {
        let protected = desired.termination_protection.unwrap_or(false);
        let call = || emr.set_termination_protection().job_flow_ids(id).termination_protected(protected).send();
        cx.write("emr:SetTerminationProtection", call).await?;
    }
    if update.touches(&["unhealthy_node_replacement"]) {
        let replace = desired.unhealthy_node_replacement.unwrap_or(false);
        let call = || emr.set_unhealthy_node_replacement().job_flow_ids(id).unhealthy_node_replacement(replace).send();
        cx.write("emr:SetUnhealthyNodeReplacement", call).await?;
    }
    if update.touches(&["step_concurrency", "extended_support"]) {
        let level = update.touches(&["step_concurrency"]).then(|| integer(desired.step_concurrency));
        let support = desired.extended_support.filter(|_| update.touches(&["extended_support"]));
        let call = || emr.modify_cluster().cluster_id(id).set_step_concurrency_level(level).set_extended_support(support).send();
        cx.write("emr:ModifyCluster", call).await?;
    }
    Ok(())
}

async fn auto_termination(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    if !update.touches(&["auto_termination"]) {
        return Ok(());
    }
    let (emr, id) = (cx.session.emr(), update.target.id);
    match update.desired.auto_termination {
        Some(idle) => {
            let seconds = i64::try_from(idle.as_seconds()).unwrap_or(i64::MAX);
            let policy = AutoTerminationPolicy::builder().idle_timeout(seconds).build();
            let call = || emr.put_auto_termination_policy().cluster_id(id).auto_termination_policy(policy.clone()).send();
            cx.write("emr:PutAutoTerminationPolicy", call).await?;
        }
        None => {
            cx.write("emr:RemoveAutoTerminationPolicy", || emr.remove_auto_termination_policy().cluster_id(id).send()).await?;
        }
    }
    Ok(())
}

/// Groups and fleets: resized, added, shrunk to nothing, and their policies.
async fn nodes(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
    if !update.touches(&["primary", "core", "task", "task_group"]) {
        return Ok(());
    }
    let (id, desired) = (update.target.id, update.desired);
    let fleets = layout::is_fleets(desired);
    let there = pools(cx, id, fleets).await?;
    let recorded = crate::kinds::cluster::typed(update.target.recorded).map(|(spec, _)| spec);
    let scaled = desired.managed_scaling.is_some() && update.prior.managed_scaling.is_some();
    for pool in layout::pools(desired) {
        let name = request::pool_name(&pool);
        let before = recorded.as_ref().and_then(|spec| same(spec, &pool));
        match find(&there, pool.role, &name, Some(pool.nodes)) {
            Some(real) if fleets => fleet(cx, update, &pool, real, scaled, before.as_ref()).await?,
            Some(real) => group(cx, update, &pool, real, scaled, before.as_ref()).await?,
            None if pool.role == Role::Task => add(cx, id, &pool, fleets).await?,
            None => return Err(Failure::unexpected("emr:ListInstanceGroups", format!("EMR shows no {} nodes", pool.role.name()))),
        }
    }
    for gone in recorded.iter().flat_map(layout::pools).filter(|pool| pool.role == Role::Task) {
        let name = request::pool_name(&gone);
        let stays = layout::pools(desired).iter().any(|pool| pool.role == Role::Task && request::pool_name(pool) == name);
        if !stays {
            for real in there.iter().filter(|real| real.role == Role::Task.word() && real.name == name && !real.is_shrunk()) {
                // Its policy would let the group grow again.
                if gone.nodes.autoscaling.is_some() {
                    unscale(cx, id, real).await?;
                }
                resize(cx, id, real, gone.nodes, (0, 0)).await?;
            }
        }
    }
    Ok(())
}

/// The recorded pool of the same role and name.
fn same<'a>(recorded: &'a Spec, pool: &Pool<'_>) -> Option<Pool<'a>> {
    let name = request::pool_name(pool);
    layout::pools(recorded).into_iter().find(|other| other.role == pool.role && request::pool_name(other) == name)
}

fn touches(update: &Update<'_, Spec>, pool: &Pool<'_>, fields: &[&str]) -> bool {
    // Places in a list of groups are those of the desired list; a group that was added is found by its name before this is asked.
    fields.iter().any(|field| update.touches(&[format!("{}.{field}", pool.path).as_str()]))
}

async fn group(
    cx: &Cx<'_>,
    update: &Update<'_, Spec>,
    pool: &Pool<'_>,
    real: &Real,
    scaled: bool,
    before: Option<&Pool<'_>>,
) -> Result<(), Failure> {
    let (emr, id) = (cx.session.emr(), update.target.id);
    let is_elastic = scaled || pool.nodes.autoscaling.is_some();
    if touches(update, pool, CAPACITY) && pool.nodes.count != real.count {
        if is_elastic && pool.role != Role::Primary && before.is_some() {
            cx.note(format!("the scaling policy decides how many {} nodes there are; `count` held at the start", pool.role.name()));
        } else {
            resize(cx, id, real, pool.nodes, (pool.nodes.count, 0)).await?;
        }
    }
    // What was applied last is what they are. A group that was shrunk to nothing and comes back has the settings of its first life, and no policy.
    let is_configured = before.map_or(real.is_configured, |before| !before.nodes.configuration.is_empty());
    let same = before.is_some_and(|before| pool.nodes.configuration == before.nodes.configuration);
    if !same && (is_configured || !pool.nodes.configuration.is_empty()) {
        let configurations: Vec<Json> = pool.nodes.configuration.iter().map(request::classification).collect();
        let one = json!({ "InstanceGroupId": real.id, "ReconfigurationType": "OVERWRITE", "Configurations": configurations });
        let body = json!({ "ClusterId": id, "InstanceGroups": [one] });
        let call = || emr.modify_instance_groups().customize().mutate_request(with_body(&body)).send();
        cx.write("emr:ModifyInstanceGroups", call).await?;
    }
    match (&pool.nodes.autoscaling, before.and_then(|before| before.nodes.autoscaling.as_ref())) {
        (Some(policy), old) if old != Some(policy) => {
            let policy: Json =
                serde_json::from_str(policy).map_err(|error| Failure::local("emr:PutAutoScalingPolicy", error.to_string()))?;
            let body = json!({ "ClusterId": id, "InstanceGroupId": real.id, "AutoScalingPolicy": policy });
            let call = || emr.put_auto_scaling_policy().customize().mutate_request(with_body(&body)).send();
            cx.write("emr:PutAutoScalingPolicy", call).await?;
        }
        (None, Some(_)) => unscale(cx, id, real).await?,
        _ => {}
    }
    Ok(())
}

/// Takes the automatic scaling policy off a group.
async fn unscale(cx: &Cx<'_>, id: &str, real: &Real) -> Result<(), Failure> {
    let call = || cx.session.emr().remove_auto_scaling_policy().cluster_id(id).instance_group_id(&real.id).send();
    cx.write("emr:RemoveAutoScalingPolicy", call).await?;
    Ok(())
}

async fn fleet(
    cx: &Cx<'_>,
    update: &Update<'_, Spec>,
    pool: &Pool<'_>,
    real: &Real,
    scaled: bool,
    before: Option<&Pool<'_>>,
) -> Result<(), Failure> {
    let targets = layout::capacity(pool.nodes);
    if touches(update, pool, CAPACITY) && targets != (real.on_demand, real.spot) {
        if scaled && pool.role != Role::Primary && before.is_some() {
            cx.note(format!("managed scaling decides the capacity of the {} fleet; the targets held at the start", pool.role.name()));
        } else {
            resize(cx, update.target.id, real, pool.nodes, targets).await?;
        }
    }
    let mut change = serde_json::Map::new();
    // A task fleet that comes back is the one that was shrunk, and may have had other types.
    let types = request::instance_type_configs(pool.nodes);
    if before.is_none_or(|before| types != request::instance_type_configs(before.nodes)) {
        change.insert("InstanceTypeConfigs".to_owned(), Json::Array(types));
    }
    if before.is_none_or(|before| pool.nodes.resize != before.nodes.resize) && (before.is_some() || pool.nodes.resize.is_some()) {
        let resize = pool.nodes.resize.as_ref().and_then(request::resize_specifications).unwrap_or_else(|| json!({}));
        change.insert("ResizeSpecifications".to_owned(), resize);
    }
    if before.is_some_and(|before| pool.nodes.context != before.nodes.context) {
        change.insert("Context".to_owned(), pool.nodes.context.clone().unwrap_or_default().into());
    }
    if change.is_empty() {
        return Ok(());
    }
    change.insert("InstanceFleetId".to_owned(), real.id.clone().into());
    let body = json!({ "ClusterId": update.target.id, "InstanceFleet": change });
    let call = || cx.session.emr().modify_instance_fleet().customize().mutate_request(with_body(&body)).send();
    cx.write("emr:ModifyInstanceFleet", call).await?;
    Ok(())
}

/// Sets the instances of a group, or the on-demand and Spot targets of a fleet.
async fn resize(cx: &Cx<'_>, id: &str, real: &Real, nodes: &Nodes, (first, second): (u32, u32)) -> Result<(), Failure> {
    let emr = cx.session.emr();
    if real.is_fleet {
        let body = json!({
            "ClusterId": id,
            "InstanceFleet": { "InstanceFleetId": real.id, "TargetOnDemandCapacity": first, "TargetSpotCapacity": second },
        });
        let call = || emr.modify_instance_fleet().customize().mutate_request(with_body(&body)).send();
        cx.write("emr:ModifyInstanceFleet", call).await?;
    } else {
        // The timeout is one of a resize; EMR does not keep it for the next.
        let seconds = nodes.decommission_timeout.map(|timeout| i32::try_from(timeout.as_seconds()).unwrap_or(i32::MAX));
        let shrink = seconds.filter(|_| first < real.count).map(|seconds| ShrinkPolicy::builder().decommission_timeout(seconds).build());
        let group = InstanceGroupModifyConfig::builder().instance_group_id(&real.id).instance_count(integer(first));
        let group = group.set_shrink_policy(shrink).build();
        let call = || emr.modify_instance_groups().cluster_id(id).instance_groups(group.clone()).send();
        cx.write("emr:ModifyInstanceGroups", call).await?;
    }
    Ok(())
}

/// Adds a group or fleet of task nodes. When the answer is lost the next plan finds it by its name.
async fn add(cx: &Cx<'_>, id: &str, pool: &Pool<'_>, fleets: bool) -> Result<(), Failure> {
    let emr = cx.session.emr();
    let name = request::pool_name(pool);
    if fleets {
        let body = json!({ "ClusterId": id, "InstanceFleet": request::instance_fleet(pool) });
        let call = || emr.add_instance_fleet().customize().mutate_request(with_body(&body)).send();
        cx.create("emr:AddInstanceFleet", &name, call).await?;
    } else {
        let body = json!({ "JobFlowId": id, "InstanceGroups": [request::instance_group(pool)] });
        let call = || emr.add_instance_groups().customize().mutate_request(with_body(&body)).send();
        cx.create("emr:AddInstanceGroups", &name, call).await?;
    }
    Ok(())
}

fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

//! Checks between the fields of a cluster.

use super::{ActionOnFailure, Lifetime, Nodes, Spec, Start, Step};
use crate::kinds::cluster::layout::{self, Role};
use crate::model::kind::Problems;

/// Mistakes that EMR would refuse, or that leave no meaning.
pub(in super::super) fn validate(spec: &Spec, problems: &mut Problems) {
    for (path, nodes) in layout::groups(spec) {
        validate_nodes(spec, &path, nodes, problems);
    }
    if layout::is_fleets(spec) && !spec.task_group.is_empty() {
        problems.add("task_group", "a cluster of fleets has one task fleet", "put all types into `task.types`");
    }
    for (at, group) in spec.task_group.iter().enumerate() {
        let Some(name) = &group.name else {
            problems.add(
                format!("task_group[{at}]").as_str(),
                "a task group needs a name",
                "add `name = \"…\"`: it tells the groups apart",
            );
            continue;
        };
        if spec.task.as_ref().is_some_and(|task| task.name.as_deref().unwrap_or(Role::Task.name()) == name) {
            problems.add(
                format!("task_group[{at}].name").as_str(),
                format!("the group of `task` is called `{name}` too"),
                "give it another name: it tells the groups apart",
            );
        }
    }
    if spec.start == Start::Pipeline && spec.lifetime == Lifetime::LongRunning {
        problems.add("start", "a pipeline ends the clusters it starts", "write `lifetime = \"transient\"`, or `start = \"apply\"`");
    }
    if spec.start == Start::Pipeline && spec.kerberos.is_some() {
        problems.add(
            "kerberos",
            "the passwords would stand in the state machine of the pipeline",
            "start the cluster with `start = \"apply\"`, or leave Kerberos out",
        );
    }
    if !spec.subnets.is_empty() && !spec.availability_zones.is_empty() {
        problems.add("availability_zones", "subnets are in zones already", "remove `availability_zones`");
    }
    if spec.subnets.len() > 1 && !layout::is_fleets(spec) {
        problems.add("subnets", "instance groups take one subnet", "name one, or use fleets (`types = […]`), which choose among several");
    }
    if !spec.configuration.is_empty() && spec.configurations_json.is_some() {
        problems.add("configurations_json", "configurations are given twice", "keep `configuration` or `configurations_json`");
    }
    if let Some(json) = &spec.configurations_json
        && !json.contains("${")
        && !serde_json::from_str::<serde_json::Value>(json).is_ok_and(|value| value.is_array())
    {
        problems.add("configurations_json", "this is not a JSON list", "write `[{\"Classification\": \"…\", \"Properties\": {…}}]`");
    }
    for (at, step) in spec.step.iter().enumerate().filter(|(_, step)| step.log_encryption_key.is_some() && step.log_uri.is_none()) {
        problems.add(
            format!("step[{at}].log_encryption_key").as_str(),
            format!("step `{}` names a key for its logs and no place", step.name),
            "add `log_uri`, or use the cluster's `log_encryption_key`",
        );
    }
    if spec.auto_termination.is_some() && spec.is_transient() {
        problems.add("auto_termination", "a transient cluster ends with its steps anyway", "remove `auto_termination`");
    }
    for (at, step) in spec.step.iter().enumerate() {
        validate_step(spec, at, step, problems);
    }
}

fn validate_nodes(spec: &Spec, path: &str, nodes: &Nodes, problems: &mut Problems) {
    let ways = [("type", nodes.instance_type.is_some()), ("types", !nodes.types.is_empty()), ("instance", !nodes.instance.is_empty())];
    let given: Vec<&str> = ways.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect();
    match given.as_slice() {
        [] => {
            problems.add(path, "these nodes have no instance type", "add `type = \"m7g.xlarge\"`, or `types = […]` for a fleet");
        }
        [_] => {}
        [_, second, ..] => {
            problems.add(
                format!("{path}.{second}").as_str(),
                "the instance type is given twice",
                format!("keep one of `{}`", given.join("`, `")),
            );
        }
    }
    if !layout::is_fleets(spec) {
        let fleet_only = [
            ("allocation_strategy", nodes.allocation_strategy.is_some()),
            ("on_demand_strategy", nodes.on_demand_strategy.is_some()),
            ("spot_timeout", nodes.spot_timeout.is_some()),
            ("spot_timeout_action", nodes.spot_timeout_action.is_some()),
            ("capacity_reservation", nodes.capacity_reservation.is_some()),
            ("resize", nodes.resize.is_some()),
            ("context", nodes.context.is_some()),
        ];
        for (field, _) in fleet_only.iter().filter(|(_, set)| *set) {
            problems.add(
                format!("{path}.{field}").as_str(),
                format!("`{field}` is for fleets"),
                "write `types = [\"…\"]` in place of `type`: that makes fleets of the cluster's nodes",
            );
        }
    }
    if nodes.decommission_timeout.is_some() && layout::is_fleets(spec) {
        problems.add(
            format!("{path}.decommission_timeout").as_str(),
            "EMR takes this timeout for instance groups only",
            "remove it; a fleet's nodes go as YARN's own timeout says",
        );
    }
    if nodes.ebs.is_some() && !nodes.volumes.is_empty() {
        problems.add(format!("{path}.ebs").as_str(), "volumes are given twice", "keep `ebs` or `volumes`");
    }
    if nodes.bid_price.is_some() && !layout::has_spot(nodes) {
        problems.add(format!("{path}.bid_price").as_str(), "a bid is for Spot instances", "add `market = \"spot\"`, or remove `bid_price`");
    }
    if nodes.autoscaling.is_some() && spec.autoscaling_role.is_none() {
        problems.add(
            format!("{path}.autoscaling").as_str(),
            "automatic scaling needs a role of its own",
            "add `autoscaling_role`, a role that trusts `elasticmapreduce.amazonaws.com` and `application-autoscaling.amazonaws.com`",
        );
    }
    if let Some(policy) = &nodes.autoscaling
        && !policy.contains("${")
        && !serde_json::from_str::<serde_json::Value>(policy).is_ok_and(|value| value.is_object())
    {
        problems.add(format!("{path}.autoscaling").as_str(), "this is not a JSON object", "write `{\"Constraints\": {…}, \"Rules\": […]}`");
    }
    if nodes.count == 0 && path == "primary" && nodes.on_demand.is_none() && nodes.spot.is_none() {
        problems.add("primary.count", "a cluster needs a primary node", "write 1 or 3");
    }
}

fn validate_step(spec: &Spec, at: usize, step: &Step, problems: &mut Problems) {
    let path = format!("step[{at}]");
    let ways = [step.script.is_some(), !step.command.is_empty(), step.jar.is_some()];
    match ways.iter().filter(|set| **set).count() {
        0 => {
            problems.add(path.as_str(), format!("step `{}` does nothing", step.name), "add `script`, `command` or `jar`");
        }
        1 => {}
        _ => {
            problems.add(path.as_str(), format!("step `{}` is told in two ways", step.name), "keep one of `script`, `command` and `jar`");
        }
    }
    if !step.submit_options.is_empty() && step.script.is_none() {
        problems.add(format!("{path}.submit_options").as_str(), "`submit_options` go with a `script`", "put them into `command`");
    }
    if !step.properties.is_empty() && step.jar.is_none() {
        problems.add(format!("{path}.properties").as_str(), "`properties` go with a `jar`", "remove them, or use `submit_options`");
    }
    if spec.step_concurrency > 1 && step.action_on_failure != ActionOnFailure::Continue {
        problems.add(
            format!("{path}.action_on_failure").as_str(),
            "steps that run side by side cannot end the cluster or cancel each other",
            "write `action_on_failure = \"continue\"`, or `step_concurrency = 1`",
        );
    }
}

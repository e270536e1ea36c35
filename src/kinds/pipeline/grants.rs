//! What the roles of a pipeline must allow, beyond the use of what its tasks name.

use serde_json::Value as Json;

use super::definition;
use super::spec::Spec;
use super::task;
use crate::model::access::{Grant, Use};

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// For one of the two roles.
pub(super) fn of(spec: &Spec, field: &str) -> Vec<Grant> {
    if field == "schedule_role" {
        return schedule(spec);
    }
    let mut grants = Vec::new();
    let managed_rule = |name: &str| Grant::Actions {
        actions: words(&["events:PutTargets", "events:PutRule", "events:DescribeRule"]),
        resources: vec![format!("arn:{{partition}}:events:{{region}}:{{account}}:rule/{name}")],
        reason: "hears when what it started ends",
    };
    let tasks = task::all(&spec.task);
    let waits = |task: &&task::Task| !task.callback && task.wait_for_end != Some(false);
    if tasks.iter().filter(|task| task.pipeline.is_some()).any(waits) {
        grants.push(managed_rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"));
        grants.push(Grant::Actions {
            actions: words(&["states:DescribeExecution", "states:StopExecution"]),
            resources: words(&["arn:{partition}:states:{region}:{account}:execution:*"]),
            reason: "watches and stops the runs it started",
        });
    }
    if tasks.iter().any(|task| task.cluster.is_some() && !task.steps.is_empty()) {
        grants.push(managed_rule("StepFunctionsGetEventForEMRRunJobFlowRule"));
        grants.push(managed_rule("StepFunctionsGetEventForEMRTerminateJobFlowsRule"));
    }
    if tasks.iter().any(|task| !task.steps.is_empty() && (task.cluster.is_some() || waits(task))) {
        grants.push(managed_rule("StepFunctionsGetEventForEMRAddJobFlowStepsRule"));
    }
    if spec.logging.is_some() {
        grants.push(Grant::Actions {
            actions: words(&[
                "logs:CreateLogDelivery",
                "logs:GetLogDelivery",
                "logs:UpdateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            ]),
            resources: words(&["*"]),
            reason: "writes its log; log deliveries cannot be told apart by ARN",
        });
    }
    if spec.tracing {
        grants.push(Grant::Actions {
            actions: words(&["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]),
            resources: words(&["*"]),
            reason: "sends traces; X-Ray has no resources to name",
        });
    }
    if let Some(encryption) = &spec.encryption
        && encryption.kms_key.starts_with("arn:")
    {
        grants.push(Grant::Actions {
            actions: words(&["kms:Decrypt", "kms:GenerateDataKey"]),
            resources: vec![encryption.kms_key.clone()],
            reason: "encrypts what it keeps",
        });
    }
    if has_distributed_map(spec) {
        grants.push(Grant::Actions {
            actions: words(&["states:StartExecution", "states:DescribeExecution", "states:StopExecution"]),
            resources: vec![own_arn(spec), format!("arn:{{partition}}:states:{{region}}:{{account}}:execution:{}/*", spec.name)],
            reason: "runs the iterations of a distributed map",
        });
    }
    grants
}

fn own_arn(spec: &Spec) -> String {
    format!("arn:{{partition}}:states:{{region}}:{{account}}:stateMachine:{}", spec.name)
}

fn has_distributed_map(spec: &Spec) -> bool {
    if spec.task.is_empty() {
        return definition::machine(spec).is_some_and(|machine| machine.scopes().iter().any(|scope| scope.distributed.is_some()));
    }
    task::all(&spec.task).iter().any(|task| {
        let raw = || task.state.as_deref().and_then(|text| serde_json::from_str::<Json>(text).ok());
        let mode = |state: Json| state.pointer("/ItemProcessor/ProcessorConfig/Mode").and_then(Json::as_str) == Some("DISTRIBUTED");
        task.map.as_ref().is_some_and(|map| map.distributed.is_some()) || raw().is_some_and(mode)
    })
}

fn schedule(spec: &Spec) -> Vec<Grant> {
    let start =
        Grant::Actions { actions: words(&["states:StartExecution"]), resources: vec![own_arn(spec)], reason: "starts the pipeline" };
    let dead = spec.schedule_dead_letter.iter().map(|queue| Grant::Use { of: Use::Write, on: queue.clone() });
    std::iter::once(start).chain(dead).collect()
}

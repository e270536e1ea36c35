//! A cluster stays when a step fails.

use super::look;
use crate::base::diagnostic::Level;
use crate::kinds::pipeline::asl::errors_of;
use crate::kinds::pipeline::asl::{Scope, State, Way};
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ResourceView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN118",
    name: "cluster-left-behind",
    group: Group::Cost,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A state that makes an EMR cluster which does not end by itself, where some way from it, after success or failure, does not lead to a state that terminates it.

## Why it matters

A step that fails leaves the cluster running, and billed, until somebody notices.

## Example

```toml bad
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "make", "States": {
  "make": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync", "Parameters": {"Name": "c", "Instances": {"KeepJobFlowAliveWhenNoSteps": true}}, "Next": "step"},
  "step": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:addStep.sync", "Parameters": {}, "Next": "stop"},
  "stop": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync", "Parameters": {}, "End": true}
} }
'''
```

```toml good
[pipeline.daily]
role = "arn:aws:iam::123456789012:role/pipelines"
definition = '''
{ "StartAt": "make", "States": {
  "make": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync", "Parameters": {"Name": "c", "Instances": {"KeepJobFlowAliveWhenNoSteps": true}}, "Next": "step"},
  "step": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:addStep.sync", "Parameters": {}, "Next": "stop", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "stop"}]},
  "stop": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync", "Parameters": {}, "End": true}
} }
'''
```

## References

- Step Functions developer guide, "Create and manage Amazon EMR clusters".
"#,
    check: Check::Resource(check),
};

fn check(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(look) = look(view) else { return };
    for scope in look.machine.scopes() {
        for (name, state) in &scope.states {
            if state.kind != "Task" || !state.resource().contains("elasticmapreduce:createCluster") || ends_by_itself(state) {
                continue;
            }
            let after: Vec<&str> = state.ways().into_iter().filter(|(way, _)| *way != Way::Catch).map(|(_, next)| next).collect();
            if let Some(leak) = leak(scope, after, state.ends().then_some(name.as_str())) {
                findings
                    .at(look.place(name).as_str(), format!("the cluster that `{name}` makes is left running when `{leak}` fails or ends"))
                    .help("let every way, and every catch, lead to `terminateCluster`; or let the cluster end by itself");
            }
        }
    }
}

/// Whether the request says so, or cannot be read here: a description that is known later is its block's business.
fn ends_by_itself(state: &State) -> bool {
    let Some(request) = state.json.get("Parameters").or_else(|| state.json.get("Arguments")).filter(|request| request.is_object()) else {
        return state.text("QueryLanguage") != Some("JSONata");
    };
    request.pointer("/Instances/KeepJobFlowAliveWhenNoSteps") == Some(&serde_json::Value::Bool(false))
        || request.get("AutoTerminationPolicy").is_some()
}

/// The state by which a run can leave the cluster behind.
fn leak<'a>(scope: &'a Scope, open: Vec<&'a str>, at_once: Option<&'a str>) -> Option<&'a str> {
    if at_once.is_some() {
        return at_once;
    }
    let (mut open, mut seen) = (open, Vec::new());
    while let Some(name) = open.pop() {
        let Some(state) = scope.states.get(name) else { continue };
        if seen.contains(&name) || state.resource().contains("elasticmapreduce:terminateCluster") {
            continue;
        }
        seen.push(name);
        let can_fail = matches!(state.kind.as_str(), "Task" | "Parallel" | "Map");
        let caught =
            state.catchers().any(|catcher| errors_of(catcher).iter().any(|error| matches!(*error, "States.ALL" | "States.TaskFailed")));
        if state.ends() || (can_fail && !caught) {
            return Some(name);
        }
        open.extend(state.ways().into_iter().map(|(_, next)| next));
    }
    None
}

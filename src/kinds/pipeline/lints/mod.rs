//! The rules that speak of pipelines alone.

mod callback_without_timeout;
mod choice_without_default;
mod cluster_left_behind;
mod dear_express_logging;
mod does_not_wait;
mod endless_execution;
mod express_too_long;
mod hopeless_retry;
mod lambda_errors_not_retried;
mod malformed_wait;
mod mixed_query_languages;
mod no_audit_trail;
mod no_execution_timeout;
mod retries_beyond_timeout;
mod slow_heartbeat;
mod task_without_catch;
mod task_without_retry;
mod unbounded_map;
mod unreachable_state;
mod unresolved_substitution;
mod unsupported_in_express;

use super::Pipeline;
use super::asl::{Machine, Scope, State};
use super::spec::{Spec, Usage};
use super::{definition, validate};
use crate::model::rule::{ResourceView, Rule};

pub(super) static RULES: &[&Rule] = &[
    &endless_execution::RULE,
    &malformed_wait::RULE,
    &task_without_retry::RULE,
    &task_without_catch::RULE,
    &no_audit_trail::RULE,
    &unreachable_state::RULE,
    &choice_without_default::RULE,
    &callback_without_timeout::RULE,
    &slow_heartbeat::RULE,
    &no_execution_timeout::RULE,
    &unsupported_in_express::RULE,
    &express_too_long::RULE,
    &unbounded_map::RULE,
    &does_not_wait::RULE,
    &cluster_left_behind::RULE,
    &hopeless_retry::RULE,
    &retries_beyond_timeout::RULE,
    &lambda_errors_not_retried::RULE,
    &mixed_query_languages::RULE,
    &unresolved_substitution::RULE,
    &dear_express_logging::RULE,
];

/// A pipeline as its rules see it.
struct Look<'a> {
    spec: &'a Spec,
    usage: &'a Usage,
    machine: Machine,
}

fn look<'a>(view: &ResourceView<'a>) -> Option<Look<'a>> {
    let (spec, usage) = (view.spec::<Pipeline>()?, view.usage::<Pipeline>()?);
    Some(Look { spec, usage, machine: definition::machine(spec)? })
}

impl Look<'_> {
    /// The states that the user wrote; what the compiler adds is its own business.
    fn states(&self) -> impl Iterator<Item = (&str, &State)> {
        self.machine.states().into_iter().filter(|(name, ..)| self.is_written(name)).map(|(name, state, _)| (name, state))
    }

    fn is_written(&self, name: &str) -> bool {
        self.spec.task.is_empty() || super::task::all(&self.spec.task).iter().any(|task| task.name == name)
    }

    /// Where a state stands.
    fn place(&self, state: &str) -> String {
        validate::place(self.spec, state).unwrap_or_else(|| if self.spec.task.is_empty() { "definition" } else { "task" }.to_owned())
    }

    /// A field that goes with tasks, or else the definition.
    fn field(&self, name: &'static str) -> &'static str {
        if self.spec.task.is_empty() { "definition" } else { name }
    }

    /// Tasks that have no such field, nor has a group around them.
    fn unguarded(&self, field: &str) -> Vec<&str> {
        let mut found = Vec::new();
        gather(&self.machine.scope, field, &mut found);
        found.retain(|name| self.is_written(name));
        found
    }
}

fn gather<'a>(scope: &'a Scope, field: &str, found: &mut Vec<&'a str>) {
    for (name, state) in scope.states.iter().filter(|(_, state)| !state.json.contains_key(field)) {
        if state.kind == "Task" {
            found.push(name);
        }
        state.scopes.iter().for_each(|scope| gather(scope, field, found));
    }
}

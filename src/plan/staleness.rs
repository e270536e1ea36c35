//! What a saved plan relies on in AWS, looked at again before anything is done.

use std::collections::BTreeMap;

use super::build::PlanInput;
use crate::base::address::Address;
use crate::diff::drifted;
use crate::model::kind::KindEntry;
use crate::model::plan::{Action, Change, Plan, Step};
use crate::model::reality::Reality;
use crate::model::value::Value;
use crate::state::Mask;

/// What AWS answers now that a step of the plan did not expect, each as a sentence; empty when the plan still holds. Values that are sensitive are not
/// told. Steps whose resource nobody was asked about are not judged: what they make is looked up when they run.
pub fn unexpected(plan: &Plan, kinds: &[KindEntry], realities: &BTreeMap<Address, Option<Reality>>, mask: Option<&Mask>) -> Vec<String> {
    let mut moved = Vec::new();
    for step in plan.changes() {
        let address = &step.address;
        let Some(entry) = kinds.iter().find(|entry| entry.name() == address.kind) else { continue };
        match (realities.get(address), &step.prior) {
            (Some(None), Some(_)) if step.action != Action::Forget => moved.push(format!("{address} is gone from AWS")),
            (Some(Some(_)), None) if step.action == Action::Create => moved.push(format!("{address} is in AWS again")),
            (Some(Some(reality)), Some(prior)) => {
                let mut real = PlanInput::real(entry, reality);
                if let Some(mask) = mask {
                    mask.apply(entry.shape(), &mut real);
                }
                moved.extend(differences(step, prior, &real, entry));
            }
            _ => {}
        }
    }
    moved
}

fn differences(step: &Step, prior: &Value, real: &Value, entry: &KindEntry) -> Vec<String> {
    let told = |value: &Option<Value>| value.as_ref().map_or_else(|| "not set".to_owned(), ToString::to_string);
    let sentence = |change: &Change| {
        let Change { path, before, after, .. } = change;
        if change.sensitive {
            format!("{path} of {} was changed", step.address)
        } else {
            format!("{path} of {} was {} and is {} now", step.address, told(before), told(after))
        }
    };
    drifted(entry.shape(), prior, real, &[]).changes.iter().map(sentence).collect()
}

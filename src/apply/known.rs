//! What references are worth while a plan runs: outputs as they come in, attributes as they are decided.

use std::collections::BTreeMap;

use crate::base::address::Address;
use crate::base::path::Path;
use crate::kinds;
use crate::model::plan::Plan;
use crate::model::reality::Reality;
use crate::model::resource::Architecture;
use crate::model::value::Value;
use crate::state::Journal;

/// What a refresh read.
pub type Realities = BTreeMap<Address, Option<Reality>>;

/// Outputs and attributes of every resource that is there.
#[derive(Default)]
pub(super) struct Known {
    by_address: BTreeMap<Address, Entry>,
}

struct Entry {
    value: Value,
    outputs: BTreeMap<String, String>,
    computed: BTreeMap<&'static str, String>,
}

impl Known {
    /// What is known before the first step: all that the plan leaves as it is.
    pub(super) fn of(journal: &Journal, plan: &Plan, architecture: Option<&Architecture>, realities: &Realities) -> Self {
        let mut known = Self::default();
        let snapshot = journal.snapshot();
        for step in &plan.steps {
            let recorded = snapshot.get(&step.address);
            let outputs = recorded.map(|record| record.outputs.clone()).unwrap_or_default();
            let value = step.desired.clone().or_else(|| recorded.map(|record| record.value.clone()));
            if let Some(value) = value
                && !step.action.deletes()
                && step.id.is_some()
            {
                known.put(&step.address, value, outputs);
            }
        }
        for resource in architecture.iter().flat_map(|architecture| architecture.resources.values()) {
            if !resource.is_managed()
                && let Some(Some(reality)) = realities.get(&resource.address)
            {
                known.put(&resource.address, reality.value.clone(), reality.outputs.clone());
            }
        }
        known
    }

    /// A resource is there now, with these outputs.
    pub(super) fn put(&mut self, address: &Address, value: Value, outputs: BTreeMap<String, String>) {
        let computed = kinds::find(&address.kind).filter(|_| value.is_known()).map(|entry| entry.kind.computed(&value));
        let computed = computed.unwrap_or_default().into_iter().collect();
        self.by_address.insert(address.clone(), Entry { value, outputs, computed });
    }

    /// What `${address.attribute}` is worth.
    pub(super) fn get(&self, address: &Address, attribute: &str) -> Option<String> {
        let entry = self.by_address.get(address)?;
        if let Some(output) = entry.outputs.get(attribute) {
            return Some(output.clone());
        }
        if let Some(computed) = entry.computed.get(attribute) {
            return Some(computed.clone());
        }
        match entry.value.at(&Path::from(attribute))? {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.normalize().to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::List(_) | Value::Table(_) | Value::Unknown(_) => None,
        }
    }
}

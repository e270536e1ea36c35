//! What can be known of other resources before anything is done: outputs that stay, and outputs whose form AWS has fixed.

use std::collections::BTreeMap;

use super::build::PlanInput;
use crate::base::address::Address;
use crate::base::table::IndexMap;
use crate::model::plan::Step;
use crate::model::resource::{Architecture, Resource};
use crate::model::value::Value;

/// What becomes of a resource, as far as those that refer to it care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlook {
    /// It stays the same thing, whether or not it is changed: its outputs stay.
    Kept,
    /// It is made, or made anew: only what can be predicted is known.
    Made,
}

/// The resources that were planned so far.
pub(super) struct Known<'a> {
    input: &'a PlanInput<'a>,
    architecture: &'a Architecture,
    planned: BTreeMap<Address, Planned<'a>>,
}

struct Planned<'a> {
    resource: &'a Resource,
    outlook: Outlook,
    /// Outputs that follow from the normal form alone.
    computed: Vec<(&'static str, String)>,
}

impl<'a> Known<'a> {
    pub(super) fn new(input: &'a PlanInput<'a>, architecture: &'a Architecture) -> Self {
        Self { input, architecture, planned: BTreeMap::new() }
    }

    /// Adds a resource once it is planned, with what it is to be; dependencies come before what needs them.
    pub(super) fn add(&mut self, resource: &Resource, outlook: Outlook, wanted: &Value) {
        if let Some(resource) = self.architecture.get(&resource.address) {
            let computed = if wanted.is_known() { resource.entry.kind.computed(wanted) } else { Vec::new() };
            self.planned.insert(resource.address.clone(), Planned { resource, outlook, computed });
        }
    }

    /// Whether it was remembered, and is made anew.
    pub(super) fn is_made(&self, address: &Address) -> bool {
        self.input.snapshot.get(address).is_some() && self.planned.get(address).is_some_and(|planned| planned.outlook == Outlook::Made)
    }

    /// The value of `${address.attribute}`, if it can be known from the steps so far.
    pub(super) fn value(&self, steps: &IndexMap<Address, Step>, address: &Address, attribute: &str) -> Option<String> {
        let Planned { resource, outlook, computed } = self.planned.get(address)?;
        let step = steps.get(address)?;
        // Of what is only looked up, AWS's answer counts before what the block says, which need not say anything.
        let looked_up = step.prior.as_ref().filter(|_| !resource.is_managed());
        let wanted = looked_up.or(step.desired.as_ref())?;
        if let Some((_, text)) = computed.iter().find(|(name, _)| *name == attribute) {
            return Some(text.clone());
        }
        let output = resource.entry.kind.outputs().iter().find(|output| output.name == attribute);
        if *outlook == Outlook::Kept {
            let reality = self.input.answer(address).reality();
            let record = self.input.snapshot.get(address);
            let told = reality.and_then(|reality| reality.outputs.get(attribute));
            if let Some(text) = told.or_else(|| record.and_then(|record| record.outputs.get(attribute))) {
                return Some(text.clone());
            }
            if attribute == "id" && output.is_none() {
                let id = reality.map(|reality| &reality.id).or_else(|| record.map(|record| &record.id));
                return id.filter(|id| !id.is_empty()).cloned();
            }
        }
        match output {
            Some(output) => self.predict(output.pattern?, resource, wanted),
            None => attribute_of(resource, wanted, attribute),
        }
    }

    /// Fills `arn:{partition}:lambda:{region}:{account}:function:{name}`.
    fn predict(&self, pattern: &str, resource: &Resource, wanted: &Value) -> Option<String> {
        let settings = &self.architecture.settings;
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}')?;
            text.push_str(before);
            text.push_str(&match word {
                "partition" => settings.partition().to_owned(),
                "region" => settings.region.clone(),
                "account" => self.account()?.to_owned(),
                word => attribute_of(resource, wanted, word)?,
            });
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    fn account(&self) -> Option<&str> {
        let recorded = self.input.snapshot.identity.account.as_deref();
        self.input.account.or(recorded).or(self.architecture.settings.account.as_deref())
    }
}

/// An attribute of the spec, when it is known; `name` is the physical name.
fn attribute_of(resource: &Resource, wanted: &Value, attribute: &str) -> Option<String> {
    match wanted.get(attribute) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.normalize().to_string()),
        Some(Value::Bool(flag)) => Some(flag.to_string()),
        Some(Value::List(_) | Value::Table(_) | Value::Unknown(_)) => None,
        None => (attribute == "name").then(|| resource.name.clone()),
    }
}

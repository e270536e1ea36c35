//! What is to be priced: the resources of a project, or those that were recorded in the state.

use crate::base::address::Address;
use crate::model::kind::{Erased, KindEntry};
use crate::model::resource::Architecture;
use crate::model::value::Value;

use super::build::EstimateError;

/// A resource as far as its cost goes.
#[derive(Clone, Copy)]
pub struct Billed<'a> {
    /// Where it stands.
    pub address: &'a Address,
    /// Its kind.
    pub entry: &'static KindEntry,
    /// Its typed spec.
    pub spec: &'a Erased,
    /// Its typed usage.
    pub usage: &'a Erased,
    /// Its spec as normal form.
    pub value: &'a Value,
    /// Its usage as normal form.
    pub usage_value: &'a Value,
}

/// The resources that a project pays for. What it only looks up (`managed = false`) is somebody else's bill.
pub fn billed(architecture: &Architecture) -> Vec<Billed<'_>> {
    let managed = architecture.resources.values().filter(|resource| resource.is_managed());
    managed
        .map(|resource| Billed {
            address: &resource.address,
            entry: resource.entry,
            spec: &resource.typed,
            usage: &resource.typed_usage,
            value: &resource.desired,
            usage_value: &resource.usage_value,
        })
        .collect()
}

/// A recorded resource, read back for its cost *before*.
pub struct Recorded {
    address: Address,
    entry: &'static KindEntry,
    spec: Erased,
    usage: Erased,
    value: Value,
    usage_value: Value,
}

impl Recorded {
    /// Reads a recorded normal form. The usage is today's: what changes is the configuration, not how much it is used.
    pub fn read(address: &Address, entry: &'static KindEntry, value: &Value, usage: Option<&Value>) -> Result<Self, EstimateError> {
        let unreadable = |error: serde_json::Error| EstimateError::Unreadable { address: address.clone(), reason: error.to_string() };
        let usage_value = usage.cloned().unwrap_or_else(Value::table);
        Ok(Self {
            address: address.clone(),
            entry,
            spec: entry.kind.read_spec(value.to_literal_json()).map_err(unreadable)?,
            usage: entry.kind.read_usage(usage_value.to_literal_json()).map_err(unreadable)?,
            value: value.clone(),
            usage_value,
        })
    }

    /// As something to be priced.
    pub fn billed(&self) -> Billed<'_> {
        Billed {
            address: &self.address,
            entry: self.entry,
            spec: &self.spec,
            usage: &self.usage,
            value: &self.value,
            usage_value: &self.usage_value,
        }
    }
}

/// Reads all recorded resources, each with the usage that the project gives it now.
pub fn recorded<'r>(
    records: impl IntoIterator<Item = (&'r Address, &'static KindEntry, &'r Value)>,
    architecture: &Architecture,
) -> Result<Vec<Recorded>, Vec<EstimateError>> {
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for (address, entry, value) in records {
        match Recorded::read(address, entry, value, architecture.get(address).map(|resource| &resource.usage_value)) {
            Ok(one) => read.push(one),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

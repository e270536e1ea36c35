//! What holds for any state, whatever happened to it: checked before a snapshot is written and after one is read.

use std::collections::BTreeMap;

use super::record::{Record, Snapshot, Status};
use crate::base::address::Address;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A record is kept under an address that is not its own.
    Misplaced(Address),
    /// Two records speak of the same thing in AWS: deleting one would delete what the other describes.
    Shared(Address, Address, String),
    /// A record is whole and has no id, so that nobody could find what it describes.
    Nameless(Address),
    /// A record needs itself.
    Circular(Address),
    /// It was committed and cannot be told from another state.
    NoLineage,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Misplaced(address) => write!(out, "the record under {address} is of another address"),
            Self::Shared(one, other, id) => write!(out, "{one} and {other} are both {id:?} in AWS"),
            Self::Nameless(address) => write!(out, "{address} is whole and has no id"),
            Self::Circular(address) => write!(out, "{address} needs itself"),
            Self::NoLineage => out.write_str("it has no lineage"),
        }
    }
}

/// Everything that does not hold, in the order of the addresses.
pub fn flaws(snapshot: &Snapshot) -> Vec<Flaw> {
    let mut found = Vec::new();
    if snapshot.serial > 0 && snapshot.lineage.is_empty() {
        found.push(Flaw::NoLineage);
    }
    let mut ids: BTreeMap<(&str, &str), &Address> = BTreeMap::new();
    for (address, record) in &snapshot.records {
        if record.address != *address {
            found.push(Flaw::Misplaced(address.clone()));
        }
        if record.dependencies.contains(address) {
            found.push(Flaw::Circular(address.clone()));
        }
        if record.id.is_empty() {
            if record.status == Status::Ready {
                found.push(Flaw::Nameless(address.clone()));
            }
        } else if let Some(other) = ids.insert((&address.kind, &record.id), address) {
            found.push(Flaw::Shared(other.clone(), address.clone(), record.id.clone()));
        }
    }
    found
}

/// Takes a flaw out; what was done about it is the answer. Nothing in AWS is forgotten: of two records of one thing, the one that was changed last stays.
pub(super) fn mend(snapshot: &mut Snapshot, flaw: &Flaw) -> String {
    match flaw {
        Flaw::Misplaced(address) => {
            if let Some(record) = snapshot.records.remove(address) {
                snapshot.records.entry(record.address.clone()).or_insert(record);
            }
            "it is kept under its own address".to_owned()
        }
        Flaw::Shared(one, other, _) => {
            let updated = |address: &Address| snapshot.get(address).map(|record| record.updated);
            let (gone, stays) = if updated(one) > updated(other) { (other, one) } else { (one, other) };
            let answer = format!("{stays} was changed last and stays; {gone} is forgotten");
            snapshot.records.remove(gone);
            answer
        }
        Flaw::Nameless(address) => {
            if let Some(record) = snapshot.records.get_mut(address) {
                record.status = Status::Unfinished { operation: "create".into() };
            }
            "it counts as unfinished, and the next apply looks for it".to_owned()
        }
        Flaw::Circular(address) => {
            if let Some(Record { dependencies, .. }) = snapshot.records.get_mut(address) {
                dependencies.retain(|needed| needed != address);
            }
            "the dependency is taken out".to_owned()
        }
        Flaw::NoLineage => {
            snapshot.lineage = ulid::Ulid::new().to_string();
            "it gets a new one".to_owned()
        }
    }
}

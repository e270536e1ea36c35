//! Calls that were begun: what a crash leaves behind to be settled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::address::Address;
use crate::model::event::Outcome;

/// A call that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its number within this state.
    pub id: u64,
    /// On which resource.
    pub address: Address,
    /// The service's operation: `lambda:CreateFunction`.
    pub operation: String,
    /// The token, tag or name by which its effect can be found.
    pub token: String,
    /// When.
    pub at: Timestamp,
    /// How it ended; absent when nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl Intent {
    /// Whether somebody must look whether it happened.
    pub fn is_open(&self) -> bool {
        !matches!(self.outcome, Some(Outcome::Done | Outcome::Refused { .. }))
    }
}

/// The calls that are not settled: open ones, and those that were done for resources whose step did not end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intents {
    by_id: BTreeMap<u64, Intent>,
    by_address: BTreeMap<Address, BTreeSet<u64>>,
}

impl Intents {
    /// Takes one in.
    pub fn begin(&mut self, intent: Intent) {
        self.by_address.entry(intent.address.clone()).or_default().insert(intent.id);
        self.by_id.insert(intent.id, intent);
    }

    /// Notes how one ended. A refused one changed nothing and is forgotten. Whether the id is known.
    pub fn end(&mut self, id: u64, outcome: &Outcome) -> bool {
        let known = self.by_id.contains_key(&id);
        match outcome {
            Outcome::Refused { .. } => self.forget(id),
            Outcome::Done | Outcome::Unclear { .. } => {
                if let Some(intent) = self.by_id.get_mut(&id) {
                    intent.outcome = Some(outcome.clone());
                }
            }
        }
        known
    }

    /// Forgets the calls that were done for a resource, because its step ended; open ones stay until they are settled.
    pub fn settle(&mut self, address: &Address) {
        let done: Vec<u64> = self.of(address).filter(|intent| !intent.is_open()).map(|intent| intent.id).collect();
        for id in done {
            self.forget(id);
        }
    }

    /// Lets those of a resource follow it to another address.
    pub fn rename(&mut self, from: &Address, to: &Address) {
        let Some(ids) = self.by_address.remove(from) else { return };
        for id in &ids {
            if let Some(intent) = self.by_id.get_mut(id) {
                intent.address = to.clone();
            }
        }
        self.by_address.entry(to.clone()).or_default().extend(ids);
    }

    fn forget(&mut self, id: u64) {
        if let Some(intent) = self.by_id.remove(&id)
            && let Some(ids) = self.by_address.get_mut(&intent.address)
        {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_address.remove(&intent.address);
            }
        }
    }

    /// Those of a resource, in the order they were begun.
    pub fn of<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Intent> + use<'a> {
        self.by_address.get(address).into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// Those whose end nobody knows, in the order they were begun.
    pub fn open(&self) -> impl Iterator<Item = &Intent> {
        self.by_id.values().filter(|intent| intent.is_open())
    }

    /// All of them, in the order they were begun.
    pub fn iter(&self) -> impl Iterator<Item = &Intent> {
        self.by_id.values()
    }

    /// The addresses that have any.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.by_address.keys()
    }

    /// The number for the next one.
    pub fn next_id(&self) -> u64 {
        self.by_id.last_key_value().map_or(1, |(id, _)| id.saturating_add(1))
    }

    /// Whether this call of this resource was done.
    pub fn is_done(&self, address: &Address, operation: &str, token: &str) -> bool {
        self.of(address).any(|intent| intent.outcome == Some(Outcome::Done) && intent.operation == operation && intent.token == token)
    }
}

impl Serialize for Intents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.by_id.values())
    }
}

impl<'de> Deserialize<'de> for Intents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut intents = Self::default();
        Vec::<Intent>::deserialize(deserializer)?.into_iter().for_each(|intent| intents.begin(intent));
        Ok(intents)
    }
}

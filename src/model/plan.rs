//! A plan: what would be done to each resource, and why. After planning nothing is left to choose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::Value;
use crate::base::address::Address;
use crate::base::path::Path;

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Nothing.
    None,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// A new one is made, then the old one deleted.
    CreateThenDelete,
    /// It is deleted.
    Delete,
    /// It stays in AWS and leaves the state.
    Forget,
    /// It exists and comes under pipetoll's care.
    Adopt,
}

impl Action {
    /// The symbol that stands beside the address: `+ ~ -/+ +/- - . >`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::None => " ",
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "-/+",
            Self::CreateThenDelete => "+/-",
            Self::Delete => "-",
            Self::Forget => ".",
            Self::Adopt => ">",
        }
    }

    /// Whether anything in AWS or in the state changes.
    pub fn is_change(self) -> bool {
        self != Self::None
    }

    /// Whether something that exists is deleted.
    pub fn deletes(self) -> bool {
        matches!(self, Self::Replace | Self::CreateThenDelete | Self::Delete)
    }
}

/// Why an action was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Reason {
    /// It is in the configuration and not in the state.
    NotInState,
    /// It was made, and is gone from AWS.
    Vanished,
    /// Attributes differ.
    AttributesDiffer,
    /// These attributes cannot be changed in place.
    CannotUpdate {
        /// Which, with what AWS lacks: "AWS cannot rename a Glue job".
        attributes: Vec<(Path, String)>,
    },
    /// A create was cut off after it began; it goes on where it stopped.
    Unfinished,
    /// It is in the state and no longer in the configuration.
    NotInConfiguration,
    /// It is no longer in the configuration and `on_remove = "retain"` was recorded.
    Retained,
    /// The whole project is being destroyed.
    DestroyRequested,
    /// `--replace` asked for it.
    ReplaceRequested,
    /// Something it stands on is replaced.
    DependencyReplaced {
        /// What. In JSON it stands beside the step's own address.
        #[serde(rename = "dependency")]
        address: Address,
    },
    /// Nothing differs.
    Matches,
    /// `managed = false`: looked up, never changed.
    Unmanaged,
    /// `[[adopt]]` or `import` names it.
    ToBeAdopted,
    /// `[[removed]]` names it.
    Released,
}

/// One attribute that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which attribute.
    pub path: Path,
    /// What it is now; absent when it is not set.
    pub before: Option<Value>,
    /// What it will be; absent when it will not be set.
    pub after: Option<Value>,
    /// Why this forces a replacement, if it does.
    pub replaces: Option<String>,
    /// Hide the values in every face.
    pub sensitive: bool,
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub address: Address,
    /// What.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Which attributes. None for what is made: all that it desires comes.
    pub changes: Vec<Change>,
    /// How many attributes stay as they are.
    pub unchanged: usize,
    /// The physical id in AWS, when it exists.
    pub id: Option<String>,
    /// The desired normal form; absent for a delete.
    pub desired: Option<Value>,
    /// What is there now; absent for a create.
    pub prior: Option<Value>,
    /// The steps that must be done first.
    pub after: Vec<Address>,
    /// This resource was derived by pipetoll (a role that a block asked for with `role = "auto"`): from which.
    pub derived_from: Option<Address>,
    /// Deleting or replacing it loses data: the kind's word for what is lost ("records in the stream").
    pub loses: Option<String>,
}

/// A difference between what was recorded and what is there, made by somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Which resource.
    pub address: Address,
    /// Whether it is gone altogether.
    pub vanished: bool,
    /// What differs: `before` is what was recorded, `after` what is there.
    pub changes: Vec<Change>,
}

/// A resource that is remembered under another address from now on, because its block was renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The address it has in the state.
    pub from: Address,
    /// The address of its block.
    pub to: Address,
}

/// The whole plan, in the order in which it can be carried out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// A step for each resource, those that stay as they are included.
    pub steps: Vec<Step>,
    /// What changed behind our back.
    pub drift: Vec<Drift>,
    /// What the state is to follow before the first step; the steps speak of the new addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Whether AWS was asked.
    pub refreshed: bool,
}

impl Plan {
    /// The steps that change something.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.is_change())
    }

    /// Whether nothing is to be done, in AWS or in the state.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.changes().next().is_none()
    }

    /// How many steps have this action.
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }

    /// The steps by address, for looking many up.
    pub fn by_address(&self) -> BTreeMap<&Address, &Step> {
        self.steps.iter().map(|step| (&step.address, step)).collect()
    }
}

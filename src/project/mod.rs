//! The `project` floor: TOML to [`Architecture`](crate::model::resource::Architecture), with every mistake at its place.

mod additions;
mod addresses;
mod adopt;
pub mod artifacts;
mod attributes;
mod blocks;
mod check;
mod context;
mod discover;
mod encryption;
mod environment;
mod expand;
mod facts;
mod interpolate;
mod lifecycle;
mod limits;
mod load;
mod lookup;
mod merge;
mod moved;
mod names;
mod normal;
mod overlays;
mod parse;
mod quantity;
pub mod recover;
mod references;
mod roles;
mod secrets;
mod settings;
mod split;
mod syntax;
mod usage;
mod variables;
pub mod write;

#[cfg(test)]
mod tests;

pub use adopt::AdoptTable;
pub use blocks::SECTIONS;
pub use discover::{ROOT_FILE, discover};
pub use encryption::{EncryptionTable, KeyTable};
pub use environment::DEFAULT_ENVIRONMENT;
pub use lifecycle::{OWNER_TAGS, common_fields};
pub use load::{Inputs, LoadError, Loaded, load, split_variable};
pub use moved::{MovedTable, RemovedTable};
pub use names::physical_name;
pub use settings::{ProjectTable, StateBackend, StateSettings};
pub use variables::{VARIABLE_PREFIX, VariableTable, VariableType};

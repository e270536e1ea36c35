//! The contracts that kinds and the engine agree on.

pub mod access;
pub mod artifact;
pub mod cost;
pub mod estimate;
pub mod event;
pub mod finding;
pub mod kind;
pub mod plan;
pub mod reality;
pub mod reference;
pub mod resource;
pub mod rule;
pub mod schema;
pub mod secret;
pub mod template;
pub mod value;

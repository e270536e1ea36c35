//! pipetoll: declare, lint, price, plan and apply AWS data processing.

#[cfg(feature = "aws")]
pub mod aws;
pub mod base;
pub mod catalog;
pub mod kinds;
pub mod graph;
pub mod model;
pub mod price;
pub mod state;

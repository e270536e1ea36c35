//! pipetoll: declare, lint, price, plan and apply AWS data processing.

#[cfg(feature = "aws")]
pub mod apply;
#[cfg(feature = "aws")]
pub mod aws;
pub mod base;
pub mod catalog;
pub mod cli;
pub mod diff;
pub mod estimate;
pub mod graph;
pub mod kinds;
pub mod lint;
pub mod manual;
pub mod model;
pub mod plan;
pub mod price;
pub mod project;
pub mod render;
pub mod rules;
pub mod state;

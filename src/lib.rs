//! pipetoll: declare, lint, price, plan and apply AWS data processing.

pub mod base;
pub mod catalog;
pub mod model;
pub mod price;

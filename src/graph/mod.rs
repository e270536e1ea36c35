//! What needs what: the order in which resources can be made, and the circles in which none can be first.

mod cycle;
#[cfg(test)]
pub(crate) mod fixture;
mod order;

pub use order::{Circular, Graph};

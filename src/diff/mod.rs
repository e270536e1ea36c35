//! Two normal forms become changes: one way to normalise, one rule for what counts as a difference.

pub mod compare;
pub mod drift;
pub mod json;
pub mod normalize;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, changes};
pub use drift::{Drifted, drifted};
pub use normalize::{normalize, with_tags};

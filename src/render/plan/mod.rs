//! The plan screen: what would change, why, what it costs, what is wrong with it.

mod document;
mod screen;
#[cfg(test)]
mod tests;
mod words;

pub use document::{Beside, CostSummary, PlanDocument, Priced, Remark, Scope};
pub(super) use document::{DriftView, drift_views};
pub(super) use screen::{drift, face_of, header};
pub use screen::{human, totals};

//! What would be done, and why: desired, recorded and real become steps.

mod adopt;
pub mod build;
mod check;
mod follow;
mod remove;
mod resolve;
pub mod saved;
mod secrets;
mod staleness;
pub mod summary;
#[cfg(test)]
mod tests;

pub use build::{PlanInput, build};
pub use follow::follow;
pub use saved::{Basis, SavedPlan, SavedPlanError, changed, fingerprint};
pub use staleness::unexpected;
pub use summary::Summary;

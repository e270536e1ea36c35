//! What a project costs a month: meters of kinds priced over the whole account, compared, judged by a budget, and explained.

mod billed;
mod budget;
mod build;
mod charge;
mod compare;
mod document;
mod explain;
mod starts;
mod worth;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worked;

pub use billed::{Billed, Recorded, billed, recorded};
pub use budget::{BudgetKey, Verdict, judge};
pub use build::{Account, Bill, EstimateContext, EstimateError, estimate, price};
pub use charge::{Charge, FreeUse};
pub use compare::{Comparison, ResourceChange, compare};
pub use document::{Assumption, Estimate, Line, PriceBook, ResourceCost};
pub use explain::{ExplainedLine, Explanation, explain};
pub use worth::Worth;

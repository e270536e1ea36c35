//! The linter: runs rules, settles suppressions and baselines, and edits the TOML where a finding knows how.

pub mod baseline;
pub mod diagnose;
pub mod explain;
pub mod fix;
mod layout;
pub mod page;
pub mod report;
pub mod run;
pub mod select;
pub mod settings;
mod suppress;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use diagnose::diagnose;
pub use explain::{Explanation, explain};
pub use fix::{Wanted, fix};
pub use report::{LintReport, Reported, Suppressed};
pub use run::{Subject, lint};
pub use settings::Options;

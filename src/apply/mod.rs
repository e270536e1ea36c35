//! Carrying a plan out: reading reality, settling what an earlier run left open, and running the steps.

pub mod execute;
mod known;
pub mod refresh;
pub mod scan;
pub mod secrets;
pub mod settle;
mod step;
mod uploads;

pub use execute::{Execution, Failed, Summary};
pub use known::Realities;
pub use refresh::{Refresh, RefreshError};
pub use scan::Scan;
pub use secrets::{Keepers, Revealed, conceal};
pub use settle::{Settle, Settled};

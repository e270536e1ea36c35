//! What pipetoll remembers between runs: a snapshot, a journal that survives a crash at any instant, and a lock.

pub mod error;
pub mod integrity;
pub mod intent;
pub mod journal;
pub mod local;
pub mod lock;
pub mod mask;
pub mod record;
pub mod repair;
pub mod replay;
pub mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use error::StateError;
pub use intent::{Intent, Intents};
pub use journal::{Journal, Run, commit};
pub use local::LocalStore;
pub use lock::Holder;
pub use mask::Mask;
pub use record::{Identity, Record, Snapshot, Status};
pub use repair::{Repair, repair};
pub use replay::{Loaded, check_identity, load, parse};
pub use store::{Commit, Generation, Guard, Store, Stored};
pub use writer::Written;

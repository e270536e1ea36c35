//! Where state lies. A folder is one such place; a bucket with conditional writes is meant to be another.

use std::time::Duration;

use super::error::StateError;
use super::lock::Holder;
use super::mask::Mask;
use super::record::Snapshot;

/// What a store holds, unread.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The snapshot's bytes, when there is one.
    pub snapshot: Option<Vec<u8>>,
    /// The journal's bytes; empty when there is none.
    pub journal: Vec<u8>,
}

/// A held lock; dropping it gives it back.
pub trait Guard: Send + Sync + std::fmt::Debug {}

/// A place for state. What it keeps is bytes; what they mean is the business of `replay` and `journal`.
///
/// Cost: `append` writes what is new and no more; `commit` writes everything, and happens once in a run that changed something.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// What messages call the snapshot: a path or a URL.
    fn snapshot_place(&self) -> String;

    /// What messages call the journal.
    fn journal_place(&self) -> String;

    /// What to do when the snapshot cannot be read.
    fn way_out(&self) -> String;

    /// Reads both.
    fn read(&self) -> Result<Stored, StateError>;

    /// Drops all of the journal beyond its first `keep` bytes, before anything is appended: a torn line, or a journal that was folded in already.
    fn trim(&self, keep: u64) -> Result<(), StateError>;

    /// Adds whole lines to the journal. When `durable`, they would survive a power cut on return; else only the end of the process.
    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError>;

    /// Replaces the snapshot and drops the journal, keeping the replaced one as history.
    /// Refused with [`StateError::Moved`] when what is there has not the serial `expected` (0: nothing is there).
    fn commit(&self, snapshot: &Snapshot, expected: u64) -> Result<(), StateError>;

    /// The key that masks sensitive values; made when there is none and `make` says so.
    fn mask(&self, make: bool) -> Result<Option<Mask>, StateError>;

    /// Takes the lock, waiting up to `timeout` for whoever holds it; `waiting` is told once who that is.
    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError>;
}

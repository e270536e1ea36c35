//! The lock of a state folder: one writer at a time; the system gives it back when the holder dies.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::StateError;
use super::local::open_private;
use super::store::Guard;
use crate::base::fs::{self, FileError};

/// How often a waiting process tries again.
const INTERVAL: Duration = Duration::from_millis(100);

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// `user@host`.
    pub owner: String,
    /// The process.
    pub process: u32,
    /// What it runs: `pipetoll apply`.
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (process {}, `{}`, since {:.0})", self.owner, self.process, self.command, self.since)
    }
}

/// A held lock of a folder.
#[derive(Debug)]
pub struct FolderLock {
    /// Closing it gives the lock back, however the process ends.
    file: File,
    note: PathBuf,
}

impl Guard for FolderLock {}

impl FolderLock {
    /// Takes the lock. Who holds it stands in `lock.json` beside the lock itself, because some systems do not let others read a locked file.
    pub fn take(folder: &Path, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Self, StateError> {
        let (path, note) = (folder.join("lock"), folder.join("lock.json"));
        let file = open_private(&path)?;
        let mut left = timeout.as_millis() / INTERVAL.as_millis();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if left == 0 => return Err(StateError::Locked(read_note(&note))),
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut told, true) {
                        waiting(read_note(&note).as_ref());
                    }
                    left -= 1;
                    std::thread::sleep(INTERVAL);
                }
                Err(TryLockError::Error(source)) => return Err(FileError { action: "lock", path, source }.into()),
            }
        }
        let lock = Self { file, note };
        let text = serde_json::to_vec(holder).map_err(|error| StateError::Journal(error.to_string()))?;
        fs::write_private(&lock.note, &text)?;
        Ok(lock)
    }
}

impl FolderLock {
    /// Whether nobody holds it.
    ///
    /// # Errors
    /// Somebody does.
    pub fn is_free(folder: &Path) -> Result<(), StateError> {
        let path = folder.join("lock");
        if !path.exists() {
            return Ok(());
        }
        let file = open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(match read_note(&folder.join("lock.json")) {
                Some(holder) => StateError::Alive(holder),
                None => StateError::Locked(None),
            }),
            Err(TryLockError::Error(source)) => Err(FileError { action: "lock", path, source }.into()),
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // A note that stays behind does no harm: the lock itself decides.
        let _ = fs::remove(&self.note);
        let _ = self.file.unlock();
    }
}

fn read_note(note: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read_bytes(note).ok()?).ok()
}

//! State in memory, as durable as a disk: what a killed process wrote is there for the next one, and a dead process writes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pipetoll::state::{Commit, Generation, Guard, Holder, Mask, Piece, StateError, Store, Stored};

use super::faults::{Life, Tear};

/// What lies on the disk.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    snapshot: Option<Vec<u8>>,
    journal: Vec<u8>,
    /// How much of the journal survives a power cut.
    durable: usize,
    /// Snapshots that were replaced, by serial.
    history: BTreeMap<u64, Vec<u8>>,
    /// What could not be written into the state.
    pub(crate) aside: BTreeMap<String, Vec<u8>>,
    key: Option<Vec<u8>>,
    locked: bool,
}

/// A disk that several processes use, one after the other.
pub(crate) type Shared = Arc<Mutex<Disk>>;

/// The state as one process has it.
#[derive(Debug)]
pub(crate) struct MemoryStore {
    disk: Shared,
    life: Arc<Life>,
    /// Whether this process appended already: its first append begins a journal of its own.
    begun: Mutex<bool>,
}

impl MemoryStore {
    pub(crate) fn new(disk: &Shared, life: &Arc<Life>) -> Arc<Self> {
        Arc::new(Self { disk: Arc::clone(disk), life: Arc::clone(life), begun: Mutex::new(false) })
    }

    fn gone() -> StateError {
        StateError::Journal("the process is dead".into())
    }

    fn full() -> StateError {
        StateError::Journal("no space left on device".into())
    }

    /// Writes with what the script says of this write.
    fn write(&self, write: impl FnOnce(&mut Disk)) -> Result<(), StateError> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        if self.life.is_dead() {
            return Err(Self::gone());
        }
        if self.life.is_full() {
            return Err(Self::full());
        }
        match self.life.next_write() {
            None => {
                write(&mut disk);
                return Ok(());
            }
            Some(Tear::Before) => {}
            Some(Tear::After) => write(&mut disk),
            Some(Tear::Middle) => {
                let before = disk.journal.clone();
                write(&mut disk);
                // A journal grew by whole lines: half of what it grew by is there. Any other write is all or nothing.
                if disk.journal.len() > before.len() && disk.journal.starts_with(&before) {
                    let half = before.len() + (disk.journal.len() - before.len()) / 2;
                    disk.journal.truncate(half);
                }
            }
            Some(Tear::Power) => {
                let durable = disk.durable.min(disk.journal.len());
                disk.journal.truncate(durable);
            }
            Some(Tear::Full) => {
                self.life.fill();
                return Err(Self::full());
            }
        }
        self.life.kill();
        Err(Self::gone())
    }
}

impl Store for MemoryStore {
    fn snapshot_place(&self) -> String {
        "memory/snapshot.json".into()
    }

    fn journal_place(&self) -> String {
        "memory/journal.jsonl".into()
    }

    fn read(&self) -> Result<Stored, StateError> {
        let disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let mut journal = disk.journal.clone();
        let whole = journal.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let torn = whole < journal.len();
        journal.truncate(whole);
        Ok(Stored { snapshot: disk.snapshot.clone(), journal, torn })
    }

    fn seal(&self, _: &[u8]) -> Result<bool, StateError> {
        Ok(true)
    }

    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !std::mem::replace(&mut *begun, true);
        self.write(|disk| {
            if first {
                disk.journal.clear();
                disk.durable = 0;
            }
            disk.journal.extend_from_slice(lines);
            if durable {
                disk.durable = disk.journal.len();
            }
        })
    }

    /// What takes no time leaves the order of things to the seed alone.
    fn is_instant(&self) -> bool {
        true
    }

    fn commit(&self, commit: &Commit<'_>) -> Result<(), StateError> {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        *begun = false;
        self.write(|disk| {
            if let Some(old) = disk.snapshot.replace(commit.bytes.to_vec()) {
                disk.history.insert(commit.replaces, old);
            }
            disk.journal.clear();
            disk.durable = 0;
        })
    }

    fn set_aside(&self, name: &str, bytes: &[u8]) -> Result<String, StateError> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        if self.life.is_dead() {
            return Err(Self::gone());
        }
        disk.aside.insert(name.to_owned(), bytes.to_vec());
        Ok(name.to_owned())
    }

    fn generations(&self) -> Result<Vec<Generation>, StateError> {
        let disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(disk.history.keys().map(|serial| Generation { serial: *serial, at: None }).collect())
    }

    fn generation(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        let disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(disk.history.get(&serial).cloned())
    }

    fn key_place(&self) -> String {
        "memory/key".into()
    }

    fn key(&self) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.disk.lock().unwrap_or_else(PoisonError::into_inner).key.clone())
    }

    fn make_key(&self, _: &[u8]) -> Result<Vec<u8>, StateError> {
        // Always the same, so that two runs of one script can be compared.
        let key = Mask::of([7; 32]).to_text().into_bytes();
        self.disk.lock().unwrap_or_else(PoisonError::into_inner).key = Some(key.clone());
        Ok(key)
    }

    fn rewrite(&self, piece: Piece, bytes: &[u8]) -> Result<(), StateError> {
        self.write(|disk| match piece {
            Piece::Generation(serial) => drop(disk.history.insert(serial, bytes.to_vec())),
            Piece::Key => disk.key = Some(bytes.to_vec()),
        })
    }

    fn unlock(&self, _: bool, _: &mut dyn FnMut(Option<&Holder>)) -> Result<Option<Holder>, StateError> {
        Err(StateError::Locked(None))
    }

    fn lock(&self, _: &Holder, _: Duration, _: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut disk.locked, true) {
            return Err(StateError::Locked(None));
        }
        Ok(Box::new(Held(Arc::clone(&self.disk))))
    }
}

/// The lock; as a system does, it is given back when the process ends, however it ends.
#[derive(Debug)]
struct Held(Shared);

impl Guard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).locked = false;
    }
}

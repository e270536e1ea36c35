//! The journal of a run: what is about to be done is durable before it is done; what was done is folded into a new snapshot at the end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::error::StateError;
use super::intent::Intent;
use super::mask::{Mask, holds_sensitive};
use super::record::{FORMAT_VERSION, Identity, Record, Snapshot};
use super::replay::{Entry, load};
use super::store::{Guard, Store};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::model::event::{Outcome, RecordError, Recorder};
use crate::model::schema::Shape;

/// What runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The command: `pipetoll apply`.
    pub command: String,
    /// The account it speaks to.
    pub account: Option<String>,
}

/// The journal of a run, which holds the state's lock until it is dropped.
///
/// Threads that write at the same time share one fsync. A run that changes nothing writes nothing.
pub struct Journal {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    run: String,
    notices: Vec<String>,
    mask: Mutex<Option<Mask>>,
    shared: Mutex<Shared>,
    written: Condvar,
    _guard: Box<dyn Guard>,
}

struct Shared {
    snapshot: Snapshot,
    /// The serial of the snapshot that is stored.
    serial: u64,
    /// The number for the next intent; never used twice in a run.
    next_intent: u64,
    /// What is still to be done before the first line: where the journal is to be cut, and the lines that come first.
    prologue: Option<(u64, Vec<u8>)>,
    /// Whether the journal holds anything that the snapshot does not.
    dirty: bool,
    /// Lines that wait for the thread that writes.
    pending: Vec<u8>,
    pending_durable: bool,
    /// How many lines were handed in, and how many of them are written.
    queued: u64,
    done: u64,
    writing: bool,
    /// Once writing has failed, nothing may go on: what is on the disk is not known any more.
    failed: Option<String>,
}

impl Journal {
    /// Reads the state under its lock, and prepares to write.
    pub fn open(
        store: Arc<dyn Store>,
        guard: Box<dyn Guard>,
        identity: &Identity,
        run: &Run,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StateError> {
        let loaded = load(store.as_ref(), identity)?;
        let mut snapshot = loaded.snapshot;
        if snapshot.lineage.is_empty() {
            snapshot.lineage = ulid::Ulid::new().to_string();
        }
        let id = ulid::Ulid::new().to_string();
        let mut first = Vec::new();
        if loaded.keep == 0 {
            let identity = snapshot.identity.clone();
            let lineage = snapshot.lineage.clone();
            line(&Entry::Opened { format_version: FORMAT_VERSION, lineage, serial: loaded.serial, identity }, &mut first)?;
        }
        let started = Entry::RunStarted { run: id.clone(), command: run.command.clone(), account: run.account.clone(), at: clock.now() };
        line(&started, &mut first)?;
        started.fold(&mut snapshot);
        let shared = Shared {
            next_intent: snapshot.intents.next_id(),
            snapshot,
            serial: loaded.serial,
            prologue: Some((loaded.keep, first)),
            dirty: loaded.keep > 0,
            pending: Vec::new(),
            pending_durable: false,
            queued: 0,
            done: 0,
            writing: false,
            failed: None,
        };
        let mask = Mutex::new(store.mask(false)?);
        Ok(Self {
            store,
            clock,
            run: id,
            notices: loaded.notices,
            mask,
            shared: Mutex::new(shared),
            written: Condvar::new(),
            _guard: guard,
        })
    }

    /// What the user should hear about how the state was found.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// What is remembered now.
    pub fn snapshot(&self) -> Snapshot {
        self.shared().snapshot.clone()
    }

    /// The record of an address.
    pub fn get(&self, address: &Address) -> Option<Record> {
        self.shared().snapshot.get(address).cloned()
    }

    /// The calls whose end nobody knows: to be settled by looking, then with [`Recorder::end`], before anything else is done.
    pub fn open_intents(&self) -> Vec<Intent> {
        self.shared().snapshot.intents.open().cloned().collect()
    }

    /// The mask of sensitive values, when any was ever written.
    pub fn mask(&self) -> Option<Mask> {
        self.mask.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers a resource, durably; what its kind's shape marks as sensitive is masked here, so that nobody can forget it.
    pub fn put(&self, mut record: Record, shape: &Shape) -> Result<(), StateError> {
        if holds_sensitive(shape, &record.value) {
            let mut mask = self.mask.lock().unwrap_or_else(PoisonError::into_inner);
            if mask.is_none() {
                *mask = self.store.mask(true)?;
            }
            if let Some(mask) = mask.as_ref() {
                mask.apply(shape, &mut record.value);
            }
        }
        self.write(|_| Entry::Put { record: Box::new(record) }, true).map(|_| ())
    }

    /// Forgets a resource, durably.
    pub fn remove(&self, address: &Address) -> Result<(), StateError> {
        self.write(|_| Entry::Removed { address: address.clone() }, true).map(|_| ())
    }

    /// Ends the run: what the journal holds becomes the next snapshot. Writes nothing when nothing was done.
    pub fn finish(&self) -> Result<Snapshot, StateError> {
        if self.shared().prologue.is_none() {
            self.write(|_| Entry::RunEnded { run: self.run.clone(), at: self.clock.now() }, false)?;
        }
        let mut shared = self.shared();
        if let Some(failed) = &shared.failed {
            return Err(StateError::Journal(failed.clone()));
        }
        if shared.dirty {
            let whole: Vec<Address> =
                shared.snapshot.intents.addresses().filter(|address| is_ready(&shared.snapshot, address)).cloned().collect();
            for address in &whole {
                shared.snapshot.intents.settle(address);
            }
            let mut next = shared.snapshot.clone();
            next.serial = shared.serial + 1;
            self.store.commit(&next, shared.serial)?;
            shared.snapshot = next;
        }
        shared.failed = Some("the run has ended".into());
        Ok(shared.snapshot.clone())
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a line in and waits until it is written. Whoever finds nobody writing writes for all who wait.
    fn write(&self, entry: impl FnOnce(&mut Shared) -> Entry, durable: bool) -> Result<u64, StateError> {
        let mut shared = self.shared();
        if let Some(failed) = &shared.failed {
            return Err(StateError::Journal(failed.clone()));
        }
        let entry = entry(&mut shared);
        let mut bytes = Vec::new();
        line(&entry, &mut bytes)?;
        let intent = if let Entry::Intent { intent } = &entry { intent.id } else { 0 };
        entry.fold(&mut shared.snapshot);
        shared.pending.extend(bytes);
        shared.pending_durable |= durable;
        shared.queued += 1;
        let ticket = shared.queued;
        loop {
            if shared.done >= ticket {
                return Ok(intent);
            }
            if let Some(failed) = &shared.failed {
                return Err(StateError::Journal(failed.clone()));
            }
            if shared.writing {
                shared = self.written.wait(shared).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            shared.writing = true;
            let (upto, durable) = (shared.queued, std::mem::take(&mut shared.pending_durable));
            let mut lines = std::mem::take(&mut shared.pending);
            let prologue = shared.prologue.take();
            drop(shared);
            let result = self.flush(prologue, &mut lines, durable);
            shared = self.shared();
            shared.writing = false;
            match result {
                Ok(()) => (shared.done, shared.dirty) = (upto, true),
                Err(error) => shared.failed = Some(error.to_string()),
            }
            self.written.notify_all();
        }
    }

    fn flush(&self, prologue: Option<(u64, Vec<u8>)>, lines: &mut Vec<u8>, durable: bool) -> Result<(), StateError> {
        if let Some((keep, first)) = prologue {
            self.store.trim(keep)?;
            lines.splice(0..0, first);
        }
        self.store.append(lines, durable)
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Journal({})", self.run)
    }
}

impl Recorder for Journal {
    fn begin(&self, address: &Address, operation: &str, token: &str) -> Result<u64, RecordError> {
        let at = self.clock.now();
        let intent = |shared: &mut Shared| {
            let id = shared.next_intent;
            shared.next_intent += 1;
            Entry::Intent {
                intent: Intent { id, address: address.clone(), operation: operation.into(), token: token.into(), at, outcome: None },
            }
        };
        self.write(intent, true).map_err(|error| RecordError(error.to_string()))
    }

    fn end(&self, intent: u64, outcome: &Outcome) -> Result<(), RecordError> {
        // Not synced by itself: should the power fail, the call is open, and is looked up.
        let entry = Entry::Outcome { id: intent, outcome: outcome.clone(), at: self.clock.now() };
        self.write(|_| entry, false).map(|_| ()).map_err(|error| RecordError(error.to_string()))
    }

    fn is_done(&self, address: &Address, operation: &str, token: &str) -> bool {
        self.shared().snapshot.intents.is_done(address, operation, token)
    }
}

fn is_ready(snapshot: &Snapshot, address: &Address) -> bool {
    snapshot.get(address).is_some_and(|record| record.status == super::record::Status::Ready)
}

fn line(entry: &Entry, into: &mut Vec<u8>) -> Result<(), StateError> {
    serde_json::to_writer(&mut *into, entry).map_err(|error| StateError::Journal(error.to_string()))?;
    into.push(b'\n');
    Ok(())
}

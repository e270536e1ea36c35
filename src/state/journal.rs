//! The journal of a run: what is about to be done is durable before it is done; what was done is folded into a new snapshot at the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::StateError;
use super::integrity::flaws;
use super::intent::Intent;
use super::mask::{Mask, holds_sensitive};
use super::record::{FORMAT_VERSION, Identity, Record, Snapshot};
use super::replay::{Entry, Loaded, load};
use super::store::{Commit, Guard, Store};
use super::writer::{Writer, Written};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::model::event::{Outcome, RecordError, Recorder, Recording};
use crate::model::schema::Shape;

/// What runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The command: `pipetoll apply`.
    pub command: String,
    /// The account it speaks to.
    pub account: Option<String>,
}

/// How often the state is read again when another run writes it while it is being taken over.
const ATTEMPTS: usize = 5;

/// The journal of a run, which holds the state's lock until it is dropped.
///
/// What several steps write at the same time goes out in one piece. A run that changes nothing writes nothing. Once writing has failed, no call may
/// begin any more; what the running ones bring about is remembered here, and [`Self::finish`] keeps it beside the state.
pub struct Journal {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    run: String,
    notices: Vec<String>,
    mask: Mutex<Option<Mask>>,
    shared: Mutex<Shared>,
    writer: Writer,
    guard: Box<dyn Guard>,
}

struct Shared {
    snapshot: Snapshot,
    /// The serial of the snapshot that is stored.
    serial: u64,
    /// The number for the next intent; never used twice in a run.
    next_intent: u64,
    /// The lines that come before the first one, while nothing was written.
    prologue: Option<Vec<u8>>,
    ended: bool,
}

impl Journal {
    /// Reads the state under its lock, and prepares to write. The journal of a run that did not end is folded into a snapshot first, so that its writer,
    /// should it still live, can neither add to it nor end it.
    ///
    /// # Errors
    /// The state is damaged, somebody else's, or written by another at this moment.
    pub fn open(
        store: Arc<dyn Store>,
        guard: Box<dyn Guard>,
        identity: &Identity,
        run: &Run,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StateError> {
        let id = ulid::Ulid::new().to_string();
        let loaded = take_up(store.as_ref(), identity, &id, clock.as_ref())?;
        let mut snapshot = loaded.snapshot;
        if snapshot.lineage.is_empty() {
            snapshot.lineage = ulid::Ulid::new().to_string();
        }
        let mut first = Vec::new();
        let (identity, lineage, serial) = (snapshot.identity.clone(), snapshot.lineage.clone(), snapshot.serial);
        line(&Entry::Opened { format_version: FORMAT_VERSION, lineage, serial, identity }, &mut first)?;
        let started = Entry::RunStarted { run: id.clone(), command: run.command.clone(), account: run.account.clone(), at: clock.now() };
        line(&started, &mut first)?;
        started.fold(&mut snapshot);
        let shared = Shared { next_intent: snapshot.intents.next_id(), snapshot, serial, prologue: Some(first), ended: false };
        Ok(Self {
            mask: Mutex::new(store.mask(false)?),
            writer: Writer::new(Arc::clone(&store)),
            store,
            clock,
            run: id,
            notices: loaded.notices,
            shared: Mutex::new(shared),
            guard,
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

    /// Why no call may begin any more: the lock is lost, or the journal cannot be written.
    pub fn stopped(&self) -> Option<String> {
        if let Some(reason) = self.guard.lost() {
            self.writer.fail(StateError::Lost(reason));
        }
        self.writer.failure()
    }

    /// The mask of sensitive values, made when there is none yet.
    pub fn make_mask(&self) -> Result<Mask, StateError> {
        let mut mask = self.mask.lock().unwrap_or_else(PoisonError::into_inner);
        if mask.is_none() {
            *mask = self.store.mask(true)?;
        }
        mask.clone().ok_or_else(|| StateError::Journal("there is no key to mask sensitive values with".into()))
    }

    /// Remembers a resource; what its kind's shape marks as sensitive is masked here, and what the record says was a secret, so that nobody can forget
    /// it. To be waited for.
    pub fn put(&self, mut record: Record, shape: &Shape) -> Written {
        if holds_sensitive(shape, &record.value) || !record.secrets.is_empty() {
            match self.make_mask() {
                Ok(mask) => {
                    mask.apply(shape, &mut record.value);
                    mask.apply_at(record.secrets.keys(), &mut record.value);
                }
                Err(error) => return Written::failed(error),
            }
        }
        self.write(&mut self.shared(), Entry::Put { record: Box::new(record) }, true)
    }

    /// Remembers a resource under another address, in one piece. To be waited for.
    pub fn rename(&self, from: &Address, to: &Address) -> Written {
        self.write(&mut self.shared(), Entry::Moved { from: from.clone(), to: to.clone() }, true)
    }

    /// Forgets a resource. To be waited for.
    pub fn remove(&self, address: &Address) -> Written {
        self.write(&mut self.shared(), Entry::Removed { address: address.clone() }, true)
    }

    /// Ends the run: what the journal holds becomes the next snapshot. Writes nothing when nothing was done.
    ///
    /// # Errors
    /// [`StateError::NotKept`] when it could not be written; it says where what was done is kept instead.
    pub fn finish(&self) -> Result<Snapshot, StateError> {
        let mut shared = self.shared();
        if std::mem::replace(&mut shared.ended, true) {
            return Err(StateError::Journal("the run has ended".into()));
        }
        if shared.prologue.is_some() {
            return Ok(shared.snapshot.clone());
        }
        if let Some(reason) = self.guard.lost() {
            self.writer.fail(StateError::Lost(reason));
        }
        let ended = self.write(&mut shared, Entry::RunEnded { run: self.run.clone(), at: self.clock.now() }, true);
        let whole: Vec<Address> =
            shared.snapshot.intents.addresses().filter(|address| is_ready(&shared.snapshot, address)).cloned().collect();
        for address in &whole {
            shared.snapshot.intents.settle(address);
        }
        let replaces = shared.serial;
        shared.snapshot.serial = replaces.saturating_add(1);
        let written = ended.wait().and_then(|()| self.writer.end()).and_then(|()| commit(self.store.as_ref(), &shared.snapshot, replaces));
        match written {
            Ok(()) => Ok(shared.snapshot.clone()),
            Err(cause) => Err(self.set_aside(&shared.snapshot, cause)),
        }
    }

    /// Waits until everything that was handed in is written.
    #[cfg(test)]
    pub(super) fn idle(&self) {
        self.writer.idle();
    }

    /// Keeps what could not be written into the state beside it.
    fn set_aside(&self, snapshot: &Snapshot, cause: StateError) -> StateError {
        let text = snapshot.to_text().unwrap_or_default();
        let kept = self.store.set_aside(&format!("recovered-{}.json", snapshot.serial), text.as_bytes()).ok();
        // Shown as a last resort, and then as it would have lain there.
        let text = self.store.enclose(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        StateError::NotKept { cause: Box::new(cause), kept, text }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what the entry says to what is remembered, and hands its line in.
    fn write(&self, shared: &mut Shared, entry: Entry, durable: bool) -> Written {
        let mut bytes = shared.prologue.take().unwrap_or_default();
        if let Err(error) = line(&entry, &mut bytes) {
            return Written::failed(error);
        }
        entry.fold(&mut shared.snapshot);
        self.writer.write(bytes, durable)
    }
}

/// Reads the state, and folds in the journal of a run that did not end.
fn take_up(store: &dyn Store, identity: &Identity, run: &str, clock: &dyn Clock) -> Result<Loaded, StateError> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let loaded = load(store, identity)?;
        let Some(base) = loaded.unfolded else { return Ok(loaded) };
        let mut sealed = Vec::new();
        line(&Entry::Sealed { run: run.to_owned(), at: clock.now() }, &mut sealed)?;
        if !store.seal(&sealed)? {
            continue;
        }
        match commit(store, &loaded.snapshot, base) {
            Ok(()) => return Ok(loaded),
            // It ended by itself in this moment; what it made of its journal is read again.
            Err(error @ StateError::Moved { .. }) => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or(StateError::Moved { read: 0 }))
}

/// Makes a snapshot the newest one, once it is known to be sound.
///
/// # Errors
/// It is not, somebody else wrote since, or the place cannot be written.
pub fn commit(store: &dyn Store, snapshot: &Snapshot, replaces: u64) -> Result<(), StateError> {
    if let Some(flaw) = flaws(snapshot).first() {
        return Err(StateError::Unsound(flaw.to_string()));
    }
    let text = snapshot.to_text().map_err(|error| StateError::Journal(error.to_string()))?;
    store.commit(&Commit { bytes: text.as_bytes(), serial: snapshot.serial, replaces })
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Journal({})", self.run)
    }
}

impl Recorder for Journal {
    fn begin<'a>(&'a self, address: &'a Address, operation: &'a str, token: &'a str) -> Recording<'a, u64> {
        Box::pin(async move {
            if let Some(reason) = self.stopped() {
                return Err(RecordError(reason));
            }
            let (id, written) = {
                let mut shared = self.shared();
                let id = shared.next_intent;
                shared.next_intent = id.saturating_add(1);
                let (operation, token) = (operation.to_owned(), token.to_owned());
                let intent = Intent { id, address: address.clone(), operation, token, at: self.clock.now(), outcome: None };
                (id, self.write(&mut shared, Entry::Intent { intent }, true))
            };
            let failed = written.await.err().map(|error| error.to_string()).or_else(|| self.writer.failure());
            failed.map_or(Ok(id), |reason| Err(RecordError(reason)))
        })
    }

    fn end(&self, intent: u64, outcome: &Outcome) -> Result<(), RecordError> {
        // Not synced by itself: should the power fail, the call is open, and is looked up.
        let entry = Entry::Outcome { id: intent, outcome: outcome.clone(), at: self.clock.now() };
        drop(self.write(&mut self.shared(), entry, false));
        Ok(())
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

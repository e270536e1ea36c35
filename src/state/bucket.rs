//! State in a bucket: every write is conditional on what was read, so that of two writers one is refused and nothing of theirs lands.
//!
//! | key | holds | written |
//! | --- | --- | --- |
//! | `snapshot.json` | the newest snapshot | when there is none, or over the very one that was read |
//! | `journal/<serial>/<number>.jsonl` | lines that go on from the snapshot of that serial | when there is none of that number |
//! | `history/<serial>.json` | the snapshots before, the last ten | before the newest is replaced |
//! | `lock.json` | who holds the lease | see `lease` |
//! | `key` | the key that masks sensitive values | when there is none |
//!
//! An answer that was lost is looked up: each write carries a number of its own in its metadata.
//!
//! The pieces of a journal stay for ten serials after it was folded in, and a last, empty one is added behind them: so whoever still believes to hold the
//! lock, and goes on from where they were, finds their next number taken, and is refused at once.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::error::StateError;
use super::lease::Lease;
use super::lock::Holder;
use super::store::{Commit, Generation, Guard, KEPT, Piece, Store, Stored};
use crate::base::fs;

/// How often a call is made again whose answer was lost or that the place was too busy for.
const ATTEMPTS: u32 = 6;
/// The pause before the first repetition; it doubles each time.
const PAUSE: Duration = Duration::from_millis(200);
/// How long lines that need not be durable wait for others: each piece is a request of about 50 ms.
const PATIENCE: Duration = Duration::from_millis(500);

/// What an object must be for a write to land.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition<'a> {
    /// Not there.
    Absent,
    /// The one of this entity tag.
    Is(&'a str),
}

/// An object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its bytes; empty when only asked about.
    pub bytes: Vec<u8>,
    /// Its entity tag.
    pub etag: String,
    /// The number of the write that made it.
    pub write: Option<String>,
    /// The serial that was written with it.
    pub serial: Option<u64>,
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// When it was written.
    pub at: Option<Timestamp>,
}

/// Why a call of a bucket failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketError {
    /// The condition does not hold: 412, or 404 where an object was expected.
    Mismatch,
    /// Nobody knows whether it was done, or the place was busy: 409, 429, 500, a timeout, a connection that broke.
    Unclear(String),
    /// It was refused; trying again gives the same answer.
    Refused {
        /// What the place says.
        message: String,
        /// Whether credentials are missing or expired.
        credentials: bool,
    },
}

/// A write.
#[derive(Debug, Clone, Copy)]
pub struct Put<'a> {
    /// The key.
    pub key: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The number of this write.
    pub write: &'a str,
    /// The serial, for a snapshot.
    pub serial: Option<u64>,
    /// What must be there; `None` writes over anything.
    pub condition: Option<Condition<'a>>,
}

/// The calls that are needed of a bucket, each made once: what is repeated is decided above. And the time that passes between them.
pub trait Bucket: Send + Sync + std::fmt::Debug {
    /// What messages call a key: `s3://bucket/key`.
    fn place(&self, key: &str) -> String;

    /// Reads an object; `None` when there is none.
    fn get(&self, key: &str) -> Result<Option<Object>, BucketError>;

    /// Reads about an object, without its bytes.
    fn head(&self, key: &str) -> Result<Option<Object>, BucketError>;

    /// Writes one; the answer is its entity tag.
    fn put(&self, put: &Put<'_>) -> Result<String, BucketError>;

    /// Takes one away; that none was there is no failure.
    fn delete(&self, key: &str) -> Result<(), BucketError>;

    /// All keys that begin so and come after `after`, in their order.
    fn list(&self, prefix: &str, after: &str) -> Result<Vec<Listed>, BucketError>;

    /// Time since some fixed point, which no change of a clock moves.
    fn elapsed(&self) -> Duration;

    /// Lets time pass.
    fn pause(&self, duration: Duration);
}

/// A bucket with a prefix, and calls that are repeated until their end is known.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) bucket: Arc<dyn Bucket>,
    prefix: String,
}

impl Place {
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    pub(super) fn name(&self, name: &str) -> String {
        self.bucket.place(&self.key(name))
    }

    fn failed(&self, action: &'static str, name: &str, error: BucketError) -> StateError {
        let (message, credentials) = match error {
            BucketError::Mismatch => ("it is not what was expected".to_owned(), false),
            BucketError::Unclear(message) => (message, false),
            BucketError::Refused { message, credentials } => (message, credentials),
        };
        StateError::Bucket { action, place: self.name(name), message, credentials }
    }

    /// Makes a call until it is known how it ended.
    fn patiently<T>(&self, action: &'static str, name: &str, call: impl Fn() -> Result<T, BucketError>) -> Result<T, StateError> {
        let mut pause = PAUSE;
        for _ in 1..ATTEMPTS {
            match call() {
                Err(BucketError::Unclear(_)) => self.bucket.pause(pause),
                result => return result.map_err(|error| self.failed(action, name, error)),
            }
            pause *= 2;
        }
        call().map_err(|error| self.failed(action, name, error))
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Object>, StateError> {
        let key = self.key(name);
        self.patiently("read", name, || self.bucket.get(&key))
    }

    fn list(&self, name: &str, after: &str) -> Result<Vec<Listed>, StateError> {
        let (key, after) = (self.key(name), self.key(after));
        self.patiently("list", name, || self.bucket.list(&key, &after))
    }

    /// Writes, and looks up what became of it where the answer does not tell. `None` when somebody else was first.
    pub(super) fn put(
        &self,
        name: &str,
        bytes: &[u8],
        serial: Option<u64>,
        condition: Option<Condition<'_>>,
    ) -> Result<Option<String>, StateError> {
        let (key, write) = (self.key(name), ulid::Ulid::new().to_string());
        let put = Put { key: &key, bytes, write: &write, serial, condition };
        let mut pause = PAUSE;
        let mut unclear = String::new();
        for _ in 0..ATTEMPTS {
            match self.bucket.put(&put) {
                Ok(etag) => return Ok(Some(etag)),
                Err(error @ BucketError::Refused { .. }) => return Err(self.failed("write", name, error)),
                Err(error) => {
                    // It may have landed before the answer was lost: then its number is on what is there.
                    if let Some(there) = self.patiently("look up", name, || self.bucket.head(&key))?
                        && there.write.as_ref() == Some(&write)
                    {
                        return Ok(Some(there.etag));
                    }
                    match error {
                        BucketError::Unclear(message) => unclear = message,
                        _ => return Ok(None),
                    }
                }
            }
            self.bucket.pause(pause);
            pause *= 2;
        }
        Err(self.failed("write", name, BucketError::Unclear(unclear)))
    }
}

/// State under a prefix of a bucket.
#[derive(Debug)]
pub struct BucketStore {
    place: Place,
    /// The folder for what cannot be put into the bucket either.
    aside: PathBuf,
    /// How long a lease lives without being renewed.
    ttl: Duration,
    now: Mutex<Now>,
}

/// What this process knows of the bucket.
#[derive(Debug, Default)]
struct Now {
    /// The snapshot that was read or written last: its entity tag, and its bytes, which are kept when it is replaced.
    snapshot: Option<(String, Vec<u8>)>,
    serial: u64,
    /// The number of the next piece of the journal.
    next: u32,
}

const SNAPSHOT: &str = "snapshot.json";
const KEY: &str = "key";

impl BucketStore {
    /// The store under this prefix; nothing is written before something is to be. `aside` is a folder of this machine for what a run did that could be
    /// written nowhere else, `ttl` how long a lease lives without being renewed.
    pub fn at(bucket: Arc<dyn Bucket>, prefix: &str, aside: PathBuf, ttl: Duration) -> Self {
        let prefix = prefix.trim_matches('/').to_owned();
        Self { place: Place { bucket, prefix }, aside, ttl, now: Mutex::default() }
    }

    #[cfg(test)]
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn piece(serial: u64, number: u32) -> String {
        format!("journal/{serial:012}/{number:06}.jsonl")
    }

    /// The pieces of journals from this serial on, by serial and number.
    fn pieces(&self, from: u64) -> Result<Vec<(u64, u32)>, StateError> {
        let start = self.place.key("journal/");
        let number = |listed: &Listed| {
            let (serial, name) = listed.key.strip_prefix(&start)?.split_once('/')?;
            Some((serial.parse().ok()?, name.strip_suffix(".jsonl")?.parse().ok()?))
        };
        Ok(self.place.list("journal/", &format!("journal/{from:012}/"))?.iter().filter_map(number).collect())
    }

    /// Closes the journal that was folded in, behind whatever somebody who believes to hold the lock still added to it.
    fn close(&self, serial: u64, mut number: u32) {
        // When it cannot be closed, the snapshot itself is still refused to them.
        while let Ok(None) = self.place.put(&Self::piece(serial, number), b"", None, Some(Condition::Absent)) {
            number = number.saturating_add(1);
        }
    }

    /// Takes away what nobody goes on from any more. Should it fail, it lies there, and does no harm.
    fn tidy(&self, serial: u64) {
        let is_old = |of: u64| of.saturating_add(KEPT as u64) < serial;
        let pieces = self.pieces(0).unwrap_or_default();
        let old = pieces.into_iter().filter(|(of, _)| is_old(*of)).map(|(of, number)| Self::piece(of, number));
        let kept = self.generations().unwrap_or_default();
        let beyond = kept.iter().rev().skip(KEPT).map(|generation| Self::generation_name(generation.serial));
        for name in old.chain(beyond) {
            let _ = self.place.bucket.delete(&self.place.key(&name));
        }
    }

    fn generation_name(serial: u64) -> String {
        format!("history/{serial:012}.json")
    }
}

impl Store for BucketStore {
    fn snapshot_place(&self) -> String {
        self.place.name(SNAPSHOT)
    }

    fn journal_place(&self) -> String {
        self.place.name("journal/")
    }

    fn read(&self) -> Result<Stored, StateError> {
        let object = self.place.get(SNAPSHOT)?;
        let serial = object.as_ref().map_or(0, |object| object.serial.or_else(|| serial_of(&object.bytes)).unwrap_or_default());
        // A later one goes on from a snapshot that is not there any more; the reader of the lines says so.
        let newest = self.pieces(serial)?.into_iter().fold(Vec::<(u64, u32)>::new(), |mut newest, piece| {
            if newest.first().is_some_and(|(of, _)| *of < piece.0) {
                newest.clear();
            }
            newest.push(piece);
            newest
        });
        let mut journal = Vec::new();
        for (at, (of, number)) in newest.iter().enumerate() {
            let name = Self::piece(*of, *number);
            let gap = usize::try_from(*number).ok() != Some(at + 1);
            match self.place.get(&name)?.filter(|_| !gap) {
                Some(piece) => journal.extend(piece.bytes),
                None => {
                    return Err(StateError::Corrupt {
                        place: self.journal_place(),
                        what: format!("piece {} of serial {of} is missing", at + 1),
                        way_out: "put it back from the bucket's versions, or let `pipetoll state repair` go on without it".into(),
                    });
                }
            }
        }
        let next = newest.last().map_or(1, |(_, number)| number.saturating_add(1));
        let snapshot = object.as_ref().map(|object| object.bytes.clone());
        *self.now() = Now { snapshot: object.map(|object| (object.etag, object.bytes)), serial, next };
        Ok(Stored { snapshot, journal, torn: false })
    }

    fn seal(&self, line: &[u8]) -> Result<bool, StateError> {
        let mut now = self.now();
        let sealed = self.place.put(&Self::piece(now.serial, now.next), line, None, Some(Condition::Absent))?.is_some();
        now.next = now.next.saturating_add(u32::from(sealed));
        Ok(sealed)
    }

    fn append(&self, lines: &[u8], _: bool) -> Result<(), StateError> {
        let mut now = self.now();
        let name = Self::piece(now.serial, now.next.max(1));
        if self.place.put(&name, lines, None, Some(Condition::Absent))?.is_none() {
            return Err(StateError::Moved { read: now.serial });
        }
        now.next = now.next.max(1).saturating_add(1);
        Ok(())
    }

    fn patience(&self) -> Duration {
        PATIENCE
    }

    fn commit(&self, commit: &Commit<'_>) -> Result<(), StateError> {
        let mut now = self.now();
        if let Some((_, bytes)) = &now.snapshot {
            // When it is kept already, an earlier commit was cut off after this.
            self.place.put(&Self::generation_name(commit.replaces), bytes, Some(commit.replaces), Some(Condition::Absent))?;
        }
        let condition = now.snapshot.as_ref().map_or(Condition::Absent, |(etag, _)| Condition::Is(etag));
        let Some(etag) = self.place.put(SNAPSHOT, commit.bytes, Some(commit.serial), Some(condition))? else {
            return Err(StateError::Moved { read: commit.replaces });
        };
        let (folded, next) = (now.serial, now.next.max(1));
        *now = Now { snapshot: Some((etag, commit.bytes.to_vec())), serial: commit.serial, next: 1 };
        drop(now);
        self.close(folded, next);
        self.tidy(commit.serial);
        Ok(())
    }

    fn set_aside(&self, name: &str, bytes: &[u8]) -> Result<String, StateError> {
        if let Ok(Some(_)) = self.place.put(name, bytes, None, None) {
            return Ok(self.place.name(name));
        }
        let path = self.aside.join(name);
        fs::make_private_folder(&self.aside)?;
        fs::write_private(&path, bytes)?;
        Ok(path.display().to_string())
    }

    fn generations(&self) -> Result<Vec<Generation>, StateError> {
        let start = self.place.key("history/");
        let serial = |listed: &Listed| listed.key.strip_prefix(&start)?.strip_suffix(".json")?.parse().ok();
        let list = self.place.list("history/", "history/")?;
        let mut kept: Vec<Generation> =
            list.iter().filter_map(|listed| Some(Generation { serial: serial(listed)?, at: listed.at })).collect();
        kept.sort_by_key(|generation| generation.serial);
        Ok(kept)
    }

    fn generation(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.place.get(&Self::generation_name(serial))?.map(|object| object.bytes))
    }

    fn key_place(&self) -> String {
        self.place.name(KEY)
    }

    fn key(&self) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.place.get(KEY)?.map(|object| object.bytes))
    }

    fn make_key(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        loop {
            if let Some(there) = self.key()? {
                return Ok(there);
            }
            if self.place.put(KEY, bytes, None, Some(Condition::Absent))?.is_some() {
                return Ok(bytes.to_vec());
            }
        }
    }

    fn rewrite(&self, piece: Piece, bytes: &[u8]) -> Result<(), StateError> {
        let (name, serial) = match piece {
            Piece::Generation(serial) => (Self::generation_name(serial), Some(serial)),
            Piece::Key => (KEY.to_owned(), None),
        };
        self.place.put(&name, bytes, serial, None).map(drop)
    }

    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError> {
        Ok(Box::new(Lease::take(self.place.clone(), holder, self.ttl, timeout, waiting)?))
    }

    fn unlock(&self, force: bool, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Option<Holder>, StateError> {
        Lease::end(&self.place, self.ttl, force, waiting)
    }
}

/// The serial of a snapshot that was put there by hand, without metadata.
fn serial_of(bytes: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Probe {
        serial: u64,
    }
    Some(serde_json::from_slice::<Probe>(bytes).ok()?.serial)
}

#[cfg(test)]
pub(super) mod memory;
#[cfg(test)]
mod tests;

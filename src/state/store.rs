//! Where state lies. A folder is one such place, a bucket with conditional writes another.

use std::time::Duration;

use jiff::Timestamp;

use super::error::StateError;
use super::lock::Holder;
use super::mask::Mask;

/// What a store holds, unread.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The snapshot's bytes, when there is one.
    pub snapshot: Option<Vec<u8>>,
    /// The journal's whole lines; empty when there is none.
    pub journal: Vec<u8>,
    /// Whether a last line was cut off. It was never acknowledged, and is not among the lines.
    pub torn: bool,
}

/// A snapshot to be written.
#[derive(Debug, Clone, Copy)]
pub struct Commit<'a> {
    /// The snapshot's bytes.
    pub bytes: &'a [u8],
    /// Its serial.
    pub serial: u64,
    /// The serial of the one that is replaced, which is kept under it; 0 when there is none.
    pub replaces: u64,
}

/// A snapshot that was replaced and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its serial.
    pub serial: u64,
    /// When it was written, when the place knows.
    pub at: Option<Timestamp>,
}

/// Something that lies beside the snapshot and outlives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A snapshot that was replaced, by its serial.
    Generation(u64),
    /// The key that masks sensitive values.
    Key,
}

/// What helps when the key of the mask cannot be read.
pub(super) const KEY_WAY_OUT: &str = "remove it: sensitive values will be set once more";

/// How many replaced snapshots are kept.
pub(super) const KEPT: usize = 10;

/// A held lock; dropping it gives it back.
pub trait Guard: Send + Sync + std::fmt::Debug {
    /// Why the lock is no longer held although nobody gave it back; `None` while it is. Asked before each call that changes something.
    fn lost(&self) -> Option<String> {
        None
    }

    /// From whom it was taken, because they were gone without giving it back.
    fn taken_from(&self) -> Option<&Holder> {
        None
    }
}

/// A place for state. What it keeps is bytes; what they mean is the business of `replay` and `journal`.
///
/// A store remembers what `read` saw, and writes only on top of that: whoever comes second is refused with [`StateError::Moved`], and nothing of
/// theirs lands. Cost: `append` writes what is new and no more; `commit` writes everything, and happens once in a run that changed something.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// What messages call the snapshot: a path or a URL.
    fn snapshot_place(&self) -> String;

    /// What messages call the journal.
    fn journal_place(&self) -> String;

    /// Reads both. The journal is the one that goes on from the snapshot, or none.
    fn read(&self) -> Result<Stored, StateError>;

    /// Reads both, and leaves out what cannot even be told apart from noise; the sentences say what that was.
    fn salvage(&self) -> Result<(Stored, Vec<String>), StateError> {
        Ok((self.read()?, Vec::new()))
    }

    /// Ends the journal that `read` saw with this line, so that whoever wrote it can add no more. `false` when somebody added to it since: then it is to
    /// be read again. Needed where a lock can be taken from a writer that still lives.
    fn seal(&self, line: &[u8]) -> Result<bool, StateError>;

    /// Adds whole lines to a new journal that goes on from the snapshot that `read` saw or `commit` wrote. What lay there before was folded in or
    /// belongs to an older snapshot. When `durable`, they would survive a power cut on return; else only the end of the process.
    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError>;

    /// How long lines that need not be durable may wait for others, where a write is dear.
    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    /// Whether `append` takes no time, as in memory: then no thread is needed for it, and what is handed in is written on return.
    fn is_instant(&self) -> bool {
        false
    }

    /// Replaces the snapshot that `read` saw or the last `commit` wrote, keeping it as history, and drops the journal.
    fn commit(&self, commit: &Commit<'_>) -> Result<(), StateError>;

    /// Puts something beside the state that could not be written into it; the answer is where it lies.
    fn set_aside(&self, name: &str, bytes: &[u8]) -> Result<String, StateError>;

    /// The snapshots that were replaced and are kept, oldest first.
    fn generations(&self) -> Result<Vec<Generation>, StateError>;

    /// One of them.
    fn generation(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError>;

    /// What messages call the key that masks sensitive values.
    fn key_place(&self) -> String;

    /// The text of that key, when there is one.
    fn key(&self) -> Result<Option<Vec<u8>>, StateError>;

    /// Keeps the text of a new key, unless there is one by now; the answer is what there is.
    fn make_key(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError>;

    /// The key that masks sensitive values; made when there is none and `make` says so.
    fn mask(&self, make: bool) -> Result<Option<Mask>, StateError> {
        let bytes = match self.key()? {
            None if make => self.make_key(Mask::random().to_text().as_bytes())?,
            None => return Ok(None),
            Some(bytes) => bytes,
        };
        let mask = String::from_utf8(bytes).ok().and_then(|text| Mask::parse(&text));
        mask.map(Some).ok_or_else(|| StateError::Corrupt {
            place: self.key_place(),
            what: "it is not a key".into(),
            way_out: KEY_WAY_OUT.into(),
        })
    }

    /// Writes a piece anew, in place of what it was. Only who holds the lock may.
    fn rewrite(&self, piece: Piece, bytes: &[u8]) -> Result<(), StateError>;

    /// Bytes as they would lie here: encrypted, where the state is.
    fn enclose(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        Ok(bytes.to_vec())
    }

    /// Bytes that lay here, read; `place` is for messages.
    fn disclose(&self, bytes: Vec<u8>, _place: &str) -> Result<Vec<u8>, StateError> {
        Ok(bytes)
    }

    /// Takes the lock, waiting up to `timeout` for whoever holds it; `waiting` is told who that is.
    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError>;

    /// Ends a lock whose holder is gone, or with `force`, where that can be, of one who lives; the answer is who held it, if anybody did. `waiting` is
    /// told for whom it takes a while to see whether they live.
    ///
    /// # Errors
    /// The holder lives.
    fn unlock(&self, force: bool, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Option<Holder>, StateError>;
}

/// Writes what lies beside the snapshot anew, so that it is encrypted as everything that is written now. The answer counts the snapshots.
///
/// A generation that cannot be read stays as it is; it could not be restored before either.
pub fn rekey(store: &dyn Store) -> Result<usize, StateError> {
    if let Some(bytes) = store.key()? {
        store.rewrite(Piece::Key, &bytes)?;
    }
    let mut rewritten = 0;
    for Generation { serial, .. } in store.generations()? {
        let bytes = match store.generation(serial) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(StateError::Corrupt { .. }) => continue,
            Err(error) => return Err(error),
        };
        store.rewrite(Piece::Generation(serial), &bytes)?;
        rewritten += 1;
    }
    Ok(rewritten)
}

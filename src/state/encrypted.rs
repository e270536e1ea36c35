//! A state whose bytes are encrypted before they are handed to the place that keeps them, and decrypted when they come back.

use std::sync::Arc;
use std::time::Duration;

use super::envelope::{About, Envelope};
use super::error::StateError;
use super::keyring::Keyring;
use super::lock::Holder;
use super::replay::WAY_OUT;
use super::store::{Commit, Generation, Guard, KEY_WAY_OUT, Piece, Store, Stored};

/// A store behind a keyring. What lies there unencrypted is read as it is, so that a state which is there already is encrypted by the next write; and what
/// lies there encrypted is refused by a keyring without its key.
#[derive(Debug)]
pub struct EncryptedStore {
    inner: Arc<dyn Store>,
    keyring: Arc<Keyring>,
}

impl EncryptedStore {
    /// The store with this keyring.
    pub fn over(inner: Arc<dyn Store>, keyring: Arc<Keyring>) -> Self {
        Self { inner, keyring }
    }

    fn open(&self, bytes: Vec<u8>, place: &str) -> Result<Vec<u8>, StateError> {
        self.keyring.disclose(bytes, place, WAY_OUT)
    }

    fn open_lines(&self, lines: &[u8]) -> Result<Vec<u8>, StateError> {
        let mut plain = Vec::with_capacity(lines.len());
        for (at, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if Envelope::is_one(line) {
                plain.extend(self.open(line.to_vec(), &format!("line {} of {}", at + 1, self.journal_place()))?);
            } else {
                plain.extend_from_slice(line);
            }
        }
        Ok(plain)
    }

    fn close(&self, bytes: &[u8], serial: Option<u64>) -> Result<Vec<u8>, StateError> {
        self.keyring.enclose(bytes, &About { serial, environment: None })
    }

    fn generation_place(&self, serial: u64) -> String {
        format!("the state of serial {serial} before {}", self.snapshot_place())
    }
}

impl Store for EncryptedStore {
    fn snapshot_place(&self) -> String {
        self.inner.snapshot_place()
    }

    fn journal_place(&self) -> String {
        self.inner.journal_place()
    }

    fn read(&self) -> Result<Stored, StateError> {
        let Stored { snapshot, journal, torn } = self.inner.read()?;
        let snapshot = snapshot.map(|bytes| self.open(bytes, &self.snapshot_place())).transpose()?;
        Ok(Stored { snapshot, journal: self.open_lines(&journal)?, torn })
    }

    fn salvage(&self) -> Result<(Stored, Vec<String>), StateError> {
        let (Stored { snapshot, journal, torn }, mut lost) = self.inner.salvage()?;
        let mut readable = |result: Result<Vec<u8>, StateError>| match result {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StateError::Corrupt { place, what, .. }) => {
                lost.push(format!("{place}: {what}; nothing of it can be read"));
                Ok(None)
            }
            Err(error) => Err(error),
        };
        let snapshot = match snapshot {
            Some(bytes) => readable(self.open(bytes, &self.snapshot_place()))?,
            None => None,
        };
        let mut plain = Vec::new();
        for line in journal.split_inclusive(|byte| *byte == b'\n') {
            plain.extend(readable(self.open(line.to_vec(), &self.journal_place()))?.unwrap_or_default());
        }
        Ok((Stored { snapshot, journal: plain, torn }, lost))
    }

    fn seal(&self, line: &[u8]) -> Result<bool, StateError> {
        self.inner.seal(&self.close(line, None)?)
    }

    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError> {
        self.inner.append(&self.close(lines, None)?, durable)
    }

    fn patience(&self) -> Duration {
        self.inner.patience()
    }

    fn is_instant(&self) -> bool {
        self.inner.is_instant()
    }

    fn commit(&self, commit: &Commit<'_>) -> Result<(), StateError> {
        let bytes = self.close(commit.bytes, Some(commit.serial))?;
        self.inner.commit(&Commit { bytes: &bytes, ..*commit })
    }

    fn set_aside(&self, name: &str, bytes: &[u8]) -> Result<String, StateError> {
        self.inner.set_aside(name, &self.close(bytes, None)?)
    }

    fn generations(&self) -> Result<Vec<Generation>, StateError> {
        self.inner.generations()
    }

    fn generation(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        let bytes = self.inner.generation(serial)?;
        bytes.map(|bytes| self.open(bytes, &self.generation_place(serial))).transpose()
    }

    fn key_place(&self) -> String {
        self.inner.key_place()
    }

    fn key(&self) -> Result<Option<Vec<u8>>, StateError> {
        self.inner.key()?.map(|bytes| self.keyring.disclose(bytes, &self.key_place(), KEY_WAY_OUT)).transpose()
    }

    fn make_key(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        let kept = self.inner.make_key(&self.close(bytes, None)?)?;
        self.keyring.disclose(kept, &self.key_place(), KEY_WAY_OUT)
    }

    fn rewrite(&self, piece: Piece, bytes: &[u8]) -> Result<(), StateError> {
        let serial = if let Piece::Generation(serial) = piece { Some(serial) } else { None };
        self.inner.rewrite(piece, &self.close(bytes, serial)?)
    }

    fn enclose(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        self.close(bytes, None)
    }

    fn disclose(&self, bytes: Vec<u8>, place: &str) -> Result<Vec<u8>, StateError> {
        self.keyring.disclose(bytes, place, "take another copy of it")
    }

    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError> {
        self.inner.lock(holder, timeout, waiting)
    }

    fn unlock(&self, force: bool, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Option<Holder>, StateError> {
        self.inner.unlock(force, waiting)
    }
}

#[cfg(test)]
mod tests;

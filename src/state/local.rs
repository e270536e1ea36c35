//! State in a folder: `snapshot.json`, `journal.jsonl`, the last snapshots under `history/`, a key and a lock.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::error::StateError;
use super::lock::{FolderLock, Holder};
use super::store::{Commit, Generation, Guard, KEPT, Piece, Store, Stored};
use crate::base::fs::{self, FileError};

/// State in a folder of this machine.
#[derive(Debug)]
pub struct LocalStore {
    folder: PathBuf,
    now: Mutex<Now>,
}

/// What this process knows of the folder.
#[derive(Debug, Default)]
struct Now {
    /// The hash of the snapshot that was read or written last.
    seen: Option<[u8; 32]>,
    /// The journal, once something was appended.
    journal: Option<File>,
}

impl LocalStore {
    /// The store of an environment of the project at `root`: `.pipetoll/state/<environment, or "default">`.
    /// Characters that could lead elsewhere are written as `_`; the snapshot's own identity tells two such names apart.
    pub fn of(root: &Path, environment: Option<&str>) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
        let name: String = environment.unwrap_or("default").chars().map(safe).collect();
        Self::at(root.join(".pipetoll").join("state").join(name))
    }

    /// The store in this very folder; nothing is made until something is written.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder, now: Mutex::default() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self) -> PathBuf {
        self.folder.join("snapshot.json")
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal.jsonl")
    }

    fn history(&self) -> PathBuf {
        self.folder.join("history")
    }

    fn kept(&self, serial: u64) -> PathBuf {
        self.history().join(format!("{serial:012}.json"))
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("key")
    }

    fn failed(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> StateError + use<> {
        let path = self.journal();
        move |source| FileError { action, path, source }.into()
    }

    /// Keeps the snapshot that is about to be replaced, and drops the oldest ones.
    fn remember(&self, serial: u64) -> Result<(), StateError> {
        fs::make_private_folder(&self.history())?;
        let kept = self.kept(serial);
        fs::remove(&kept)?;
        if std::fs::hard_link(self.snapshot(), &kept).is_err() {
            fs::write_private(&kept, &fs::read_bytes(&self.snapshot())?)?;
        }
        let mut all = fs::list(&self.history())?;
        all.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        for old in all.iter().rev().skip(KEPT) {
            fs::remove(old)?;
        }
        Ok(())
    }
}

impl Store for LocalStore {
    fn snapshot_place(&self) -> String {
        self.snapshot().display().to_string()
    }

    fn journal_place(&self) -> String {
        self.journal().display().to_string()
    }

    fn read(&self) -> Result<Stored, StateError> {
        let snapshot = read_if_there(&self.snapshot())?;
        let mut journal = read_if_there(&self.journal())?.unwrap_or_default();
        let whole = journal.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let torn = whole < journal.len();
        journal.truncate(whole);
        self.now().seen = snapshot.as_deref().map(digest);
        Ok(Stored { snapshot, journal, torn })
    }

    fn seal(&self, _: &[u8]) -> Result<bool, StateError> {
        // The system gives the lock back only when its holder is gone, so nobody can add to the journal.
        Ok(true)
    }

    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError> {
        let mut now = self.now();
        if now.journal.is_none() {
            fs::make_private_folder(&self.folder)?;
            let file = open_private(&self.journal())?;
            let length = file.metadata().map_err(self.failed("read"))?.len();
            if length > 0 {
                file.set_len(0).map_err(self.failed("write"))?;
                file.sync_all().map_err(self.failed("sync"))?;
            } else {
                fs::sync_folder(&self.folder)?;
            }
            now.journal = Some(file);
        }
        let Some(file) = now.journal.as_mut() else { return Ok(()) };
        file.write_all(lines).map_err(self.failed("write"))?;
        if durable {
            file.sync_data().map_err(self.failed("sync"))?;
        }
        Ok(())
    }

    fn commit(&self, commit: &Commit<'_>) -> Result<(), StateError> {
        let mut now = self.now();
        fs::make_private_folder(&self.folder)?;
        let there = read_if_there(&self.snapshot())?;
        if there.as_deref().map(digest) != now.seen {
            return Err(StateError::Moved { read: commit.replaces });
        }
        if there.is_some() {
            self.remember(commit.replaces)?;
        }
        fs::write_private(&self.snapshot(), commit.bytes)?;
        now.seen = Some(digest(commit.bytes));
        // Should the process end here, the journal's serial tells that it was folded in.
        now.journal = None;
        fs::remove(&self.journal())?;
        Ok(())
    }

    fn set_aside(&self, name: &str, bytes: &[u8]) -> Result<String, StateError> {
        fs::make_private_folder(&self.folder)?;
        let path = self.folder.join(name);
        fs::write_private(&path, bytes)?;
        Ok(path.display().to_string())
    }

    fn generations(&self) -> Result<Vec<Generation>, StateError> {
        let mut kept = Vec::new();
        let paths = match fs::list(&self.history()) {
            Err(error) if error.is_absent() => Vec::new(),
            paths => paths?,
        };
        for path in paths {
            let serial = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
            if let Some(serial) = serial.filter(|_| path.extension().is_some_and(|extension| extension == "json")) {
                let written = std::fs::metadata(&path).and_then(|data| data.modified()).ok();
                kept.push(Generation { serial, at: written.and_then(|time| Timestamp::try_from(time).ok()) });
            }
        }
        kept.sort_by_key(|generation| generation.serial);
        Ok(kept)
    }

    fn generation(&self, serial: u64) -> Result<Option<Vec<u8>>, StateError> {
        Ok(read_if_there(&self.kept(serial))?)
    }

    fn key_place(&self) -> String {
        self.key_file().display().to_string()
    }

    fn key(&self) -> Result<Option<Vec<u8>>, StateError> {
        Ok(read_if_there(&self.key_file())?)
    }

    fn make_key(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        if let Some(there) = self.key()? {
            return Ok(there);
        }
        self.rewrite(Piece::Key, bytes)?;
        Ok(bytes.to_vec())
    }

    fn rewrite(&self, piece: Piece, bytes: &[u8]) -> Result<(), StateError> {
        fs::make_private_folder(&self.folder)?;
        let path = match piece {
            Piece::Generation(serial) => self.kept(serial),
            Piece::Key => self.key_file(),
        };
        Ok(fs::write_private(&path, bytes)?)
    }

    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError> {
        fs::make_private_folder(&self.folder)?;
        Ok(Box::new(FolderLock::take(&self.folder, holder, timeout, waiting)?))
    }

    fn unlock(&self, _: bool, _: &mut dyn FnMut(Option<&Holder>)) -> Result<Option<Holder>, StateError> {
        // The system gives it back when its holder is gone, and takes it from nobody else.
        FolderLock::is_free(&self.folder).map(|()| None)
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read_bytes(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a file for reading and writing, making it readable by its owner only.
pub(super) fn open_private(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| FileError { action: "open", path: path.to_owned(), source })
}

//! State in a folder: `snapshot.json`, `journal.jsonl`, the last snapshots under `history/`, a key and a lock.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::error::StateError;
use super::lock::{FolderLock, Holder};
use super::mask::Mask;
use super::record::{NotASnapshot, Snapshot};
use super::store::{Guard, Store, Stored};
use crate::base::fs::{self, FileError};

/// How many replaced snapshots are kept.
const KEPT: usize = 10;

/// State in a folder of this machine.
#[derive(Debug)]
pub struct LocalStore {
    folder: PathBuf,
    /// The journal, once something was appended.
    journal: Mutex<Option<File>>,
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
        Self { folder, journal: Mutex::new(None) }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
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

    fn failed(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> StateError + use<> {
        let path = self.journal();
        move |source| FileError { action, path, source }.into()
    }

    /// Somebody else wrote in between: puts what this run remembers beside it, so that nothing is lost.
    fn moved(&self, snapshot: &Snapshot, expected: u64, found: u64) -> StateError {
        let path = self.folder.join(format!("recovered-{}.json", snapshot.serial));
        let written = snapshot
            .to_text()
            .map_err(|error| error.to_string())
            .and_then(|text| fs::write_private(&path, text.as_bytes()).map_err(|error| error.to_string()));
        let kept = match written {
            Ok(()) => path.display().to_string(),
            Err(error) => format!("the journal alone ({error})"),
        };
        StateError::Moved { expected, found, kept }
    }

    /// Keeps the snapshot that is about to be replaced, and drops the oldest ones.
    fn remember(&self, serial: u64) -> Result<(), StateError> {
        make_private_folder(&self.history())?;
        let kept = self.history().join(format!("{serial:012}.json"));
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

    fn way_out(&self) -> String {
        format!("the snapshots before it lie in {}: copy the newest over it", self.history().display())
    }

    fn read(&self) -> Result<Stored, StateError> {
        Ok(Stored { snapshot: read_if_there(&self.snapshot())?, journal: read_if_there(&self.journal())?.unwrap_or_default() })
    }

    fn trim(&self, keep: u64) -> Result<(), StateError> {
        let mut open = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        make_private_folder(&self.folder)?;
        let mut file = open_private(&self.journal())?;
        let length = file.metadata().map_err(self.failed("read"))?.len();
        if length > keep {
            file.set_len(keep).map_err(self.failed("write"))?;
            file.sync_all().map_err(self.failed("sync"))?;
        }
        file.seek(SeekFrom::End(0)).map_err(self.failed("read"))?;
        if length == 0 {
            fs::sync_folder(&self.folder)?;
        }
        *open = Some(file);
        Ok(())
    }

    fn append(&self, lines: &[u8], durable: bool) -> Result<(), StateError> {
        let mut open = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let file = open.as_mut().ok_or_else(|| StateError::Journal("it was not opened".into()))?;
        file.write_all(lines).map_err(self.failed("write"))?;
        if durable {
            file.sync_data().map_err(self.failed("sync"))?;
        }
        Ok(())
    }

    fn commit(&self, snapshot: &Snapshot, expected: u64) -> Result<(), StateError> {
        make_private_folder(&self.folder)?;
        if let Some(bytes) = read_if_there(&self.snapshot())? {
            let there = Snapshot::parse(&bytes).map_err(|problem| not_a_snapshot(self, problem))?;
            if there.serial != expected || there.lineage != snapshot.lineage {
                return Err(self.moved(snapshot, expected, there.serial));
            }
            self.remember(expected)?;
        } else if expected != 0 {
            return Err(self.moved(snapshot, expected, 0));
        }
        let text = snapshot.to_text().map_err(|error| StateError::Journal(error.to_string()))?;
        fs::write_private(&self.snapshot(), text.as_bytes())?;
        // Should the process end here, the journal's serial tells that it was folded in.
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = None;
        fs::remove(&self.journal())?;
        Ok(())
    }

    fn mask(&self, make: bool) -> Result<Option<Mask>, StateError> {
        let path = self.folder.join("key");
        if let Some(bytes) = read_if_there(&path)? {
            let mask = String::from_utf8(bytes).ok().and_then(|text| Mask::parse(&text));
            return mask.map(Some).ok_or_else(|| StateError::Corrupt {
                place: path.display().to_string(),
                what: "it is not a key".into(),
                way_out: "remove it: sensitive values will be set once more".into(),
            });
        }
        if !make {
            return Ok(None);
        }
        make_private_folder(&self.folder)?;
        let mask = Mask::random();
        fs::write_private(&path, mask.to_text().as_bytes())?;
        Ok(Some(mask))
    }

    fn lock(&self, holder: &Holder, timeout: Duration, waiting: &mut dyn FnMut(Option<&Holder>)) -> Result<Box<dyn Guard>, StateError> {
        make_private_folder(&self.folder)?;
        Ok(Box::new(FolderLock::take(&self.folder, holder, timeout, waiting)?))
    }
}

/// The error for text that is no snapshot.
pub(super) fn not_a_snapshot(store: &dyn Store, problem: NotASnapshot) -> StateError {
    let place = store.snapshot_place();
    match problem {
        NotASnapshot::Newer(found) => StateError::Newer { place, found, supported: super::record::FORMAT_VERSION },
        NotASnapshot::Corrupt(what) => StateError::Corrupt { place, what, way_out: store.way_out() },
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read_bytes(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a folder, and those above it, that only their owner may enter.
fn make_private_folder(path: &Path) -> Result<(), FileError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| FileError { action: "create", path: path.to_owned(), source })
}

/// Opens a file for reading and writing, making it readable by its owner only.
pub(super) fn open_private(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| FileError { action: "open", path: path.to_owned(), source })
}

//! Files: every error names the file, and every write is whole or not at all.
#![expect(clippy::disallowed_methods, reason = "this is the wrapper the rest of the program uses instead of std::fs")]

use std::io::Write;
use std::path::{Path, PathBuf};

/// What some editors begin a file with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file operation failed.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} {}: {source}", path.display())]
pub struct FileError {
    /// What was tried: `read`, `write`, `list`, …
    pub action: &'static str,
    /// On which file.
    pub path: PathBuf,
    /// Why it failed.
    pub source: std::io::Error,
}

impl FileError {
    fn of(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self { action, path: path.to_owned(), source }
    }

    /// Whether the file is simply not there.
    pub fn is_absent(&self) -> bool {
        self.source.kind() == std::io::ErrorKind::NotFound
    }
}

/// Reads a UTF-8 file. A byte order mark is taken off; of other bytes, the error says where they stand.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    let bytes = read_bytes(path)?;
    let mut text = String::from_utf8(bytes).map_err(|error| FileError::of("read", path)(not_text(error.as_bytes())))?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(text)
}

/// Why bytes are not UTF-8 text.
fn not_text(bytes: &[u8]) -> std::io::Error {
    let why = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "it is UTF-16 text; save it as UTF-8".to_owned()
    } else {
        let sound = std::str::from_utf8(bytes).map_or_else(|error| &bytes[..error.valid_up_to()], str::as_bytes);
        let sound = String::from_utf8_lossy(sound);
        let (line, column) = (sound.matches('\n').count() + 1, sound.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
        format!("it is not UTF-8 text from line {line}, column {column} on; save it as UTF-8")
    };
    std::io::Error::new(std::io::ErrorKind::InvalidData, why)
}

/// Reads a file's bytes. A pipe, a socket or a device is refused: reading it might never end.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    if path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is a pipe, a socket or a device");
        return Err(FileError { action: "read", path: path.to_owned(), source });
    }
    std::fs::read(path).map_err(FileError::of("read", path))
}

/// Makes a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(path).map_err(FileError::of("create", path))
}

/// The entries of a folder, sorted by name so that every machine sees the same order.
pub fn list(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = std::fs::read_dir(path).map_err(FileError::of("list", path))?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(FileError::of("list", path))?;
    paths.sort();
    Ok(paths)
}

/// Removes a file; one that is not there is fine.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(FileError::of("remove", path)(source)),
        _ => Ok(()),
    }
}

/// Replaces a file's content atomically and durably: a temporary file beside it, fsync, rename, fsync of the folder.
/// The file is readable by its owner only.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content, true)
}

/// Replaces a file's content atomically. Its permissions stay; a new file has the usual ones.
pub fn write_shared(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content, false)
}

/// Replaces the text of a file that was read with [`read_text`]: a byte order mark at its start stays.
pub fn rewrite_text(path: &Path, text: &str) -> Result<(), FileError> {
    let mark = if read_bytes(path)?.starts_with(BYTE_ORDER_MARK.as_bytes()) { BYTE_ORDER_MARK } else { "" };
    write_shared(path, format!("{mark}{text}").as_bytes())
}

fn write(path: &Path, content: &[u8], private: bool) -> Result<(), FileError> {
    let failed = || FileError::of("write", path);
    // A link keeps leading where it leads, and a pipe or a device is written to: neither is replaced.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let there = real.metadata().ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        let mut file = std::fs::OpenOptions::new().write(true).open(&real).map_err(failed())?;
        return file.write_all(content).map_err(failed());
    }
    let path = real.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    create_folder(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pipetoll-");
    #[cfg(unix)]
    if !private {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut temporary = builder.tempfile_in(folder).map_err(failed())?;
    if let Some(there) = there.filter(|_| !private) {
        temporary.as_file().set_permissions(there.permissions()).map_err(failed())?;
    }
    temporary.write_all(content).map_err(failed())?;
    temporary.as_file().sync_all().map_err(failed())?;
    temporary.persist(path).map_err(|error| failed()(error.error))?;
    sync_folder(folder)
}

/// Makes renames and creations in a folder durable.
pub fn sync_folder(folder: &Path) -> Result<(), FileError> {
    #[cfg(unix)]
    std::fs::File::open(folder).and_then(|handle| handle.sync_all()).map_err(FileError::of("sync", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Makes a folder, and those above it, that only their owner may enter.
pub fn make_private_folder(path: &Path) -> Result<(), FileError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| FileError { action: "create", path: path.to_owned(), source })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_shared(&path, bytes).unwrap();
        read_text(&path).map_err(|error| error.source.to_string())
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(read(b"\xef\xbb\xbfa = 1").unwrap(), "a = 1");
        assert_eq!(read(b"\xef\xbb\xbf").unwrap(), "");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_again_stays_the_file_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write_shared(&file, "\u{feff}a".as_bytes()).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        rewrite_text(&link, "b").unwrap();
        assert_eq!(read_bytes(&file).unwrap(), "\u{feff}b".as_bytes());
        assert!(link.is_symlink());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        write_private(&link, b"a").unwrap();
        assert!(link.is_symlink() && !link.metadata().unwrap().is_file());
    }

    #[test]
    fn what_is_not_utf_8_is_told_with_its_place() {
        assert_eq!(read(b"a = 1\nb = \"\xc3\xa9\xff\"").unwrap_err(), "it is not UTF-8 text from line 2, column 7 on; save it as UTF-8");
        assert_eq!(read(b"\xff\xfea\0").unwrap_err(), "it is UTF-16 text; save it as UTF-8");
    }
}

//! Packages of files: a folder packed the same way on every machine, so that the same files give the same bytes.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fs;

/// Folders are packed in memory; above this many bytes they are refused.
const LARGEST_FOLDER: u64 = 1 << 30;

/// Folders within folders beyond this are refused: a link that leads round would never end.
const DEEPEST: usize = 40;

/// A package could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] fs::FileError),
    /// The archive could not be written.
    #[error("could not pack {}: {why}", path.display())]
    Archive {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// The bytes of a package: a folder packed, an archive as it is, any other file packed alone.
///
/// # Errors
/// A file that cannot be read, an archive that is none or holds nothing, a folder without a file, a link that leads out of the
/// folder or round, or more than 1 GiB.
pub fn zip_bytes(source: &Path) -> Result<Vec<u8>, PackError> {
    let is_archive =
        source.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip") || extension.eq_ignore_ascii_case("jar"));
    if source.is_dir() {
        pack(source)
    } else if is_archive {
        let bytes = fs::read_bytes(source)?;
        check_archive(source, &bytes)?;
        Ok(bytes)
    } else {
        let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        write_archive(source, &[(name, source.to_owned())])
    }
}

/// Packs a folder: entries sorted by name, times and modes fixed, so that the same files give the same bytes everywhere.
pub fn pack(folder: &Path) -> Result<Vec<u8>, PackError> {
    let mut files = Vec::new();
    let mut total = 0;
    let root = folder.canonicalize().map_err(|source| fs::FileError { action: "read", path: folder.to_owned(), source })?;
    gather(&root, folder, "", 0, &mut files, &mut total)?;
    if files.is_empty() {
        return Err(PackError::Archive { path: folder.to_owned(), why: "there is no file in it".to_owned() });
    }
    files.sort();
    write_archive(folder, &files)
}

/// An archive is handed on as it is; but one that cannot be opened, or is empty, would only be refused by AWS.
fn check_archive(source: &Path, bytes: &[u8]) -> Result<(), PackError> {
    let refuse = |why: String| PackError::Archive { path: source.to_owned(), why };
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| refuse(format!("it is no zip archive: {error}")))?;
    if archive.is_empty() { Err(refuse("there is no file in it".to_owned())) } else { Ok(()) }
}

fn gather(
    root: &Path,
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
    total: &mut u64,
) -> Result<(), PackError> {
    let refuse = |why: &str| PackError::Archive { path: folder.to_owned(), why: why.to_owned() };
    if depth > DEEPEST {
        return Err(refuse("folders are nested too deep; does a link lead back to a folder above it?"));
    }
    for path in fs::list(folder)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(refuse("a file name in it is not UTF-8"));
        };
        if is_skipped(name) {
            continue;
        }
        let inner = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        if let Some(why) = wrong_link(root, folder, &path) {
            return Err(PackError::Archive { path: path.clone(), why: why.to_owned() });
        }
        if path.is_dir() {
            gather(root, &path, &inner, depth + 1, files, total)?;
        } else {
            let length = path.metadata().map_err(|source| fs::FileError { action: "read", path: path.clone(), source })?.len();
            *total = total.saturating_add(length);
            if *total > LARGEST_FOLDER {
                return Err(refuse("it holds more than 1 GiB"));
            }
            files.push((inner, path));
        }
    }
    Ok(())
}

fn is_skipped(name: &str) -> bool {
    matches!(name, ".git" | "__pycache__" | ".DS_Store") || Path::new(name).extension().is_some_and(|extension| extension == "pyc")
}

/// Why a link in `folder` cannot be followed: it may lead anywhere in the folder that is packed, but to a folder that it stands in.
fn wrong_link(root: &Path, folder: &Path, link: &Path) -> Option<&'static str> {
    if !link.is_symlink() {
        return None;
    }
    match (folder.canonicalize(), link.canonicalize()) {
        (Ok(folder), Ok(target)) if folder.starts_with(&target) => Some("this link leads back to a folder that it stands in"),
        (Ok(_), Ok(target)) if !target.starts_with(root) => Some("this link leads out of the folder that is packed"),
        (Ok(_), Ok(_)) => None,
        _ => Some("this link leads nowhere, or to itself"),
    }
}

fn write_archive(source: &Path, files: &[(String, PathBuf)]) -> Result<Vec<u8>, PackError> {
    let failed = |error: &dyn std::fmt::Display| PackError::Archive { path: source.to_owned(), why: error.to_string() };
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, path) in files {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(zip::DateTime::DEFAULT)
            .system(zip::System::Unix)
            .unix_permissions(if is_executable(path) { 0o755 } else { 0o644 });
        archive.start_file(name, options).map_err(|error| failed(&error))?;
        archive.write_all(&fs::read_bytes(path)?).map_err(|error| failed(&error))?;
    }
    archive.finish().map(std::io::Cursor::into_inner).map_err(|error| failed(&error))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn refused(make: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let code = folder.path().join("code");
        std::fs::create_dir(&code).unwrap();
        make(&code);
        zip_bytes(&code).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_packed_says_why() {
        assert!(refused(|_| {}).contains("there is no file in it"));
        assert!(refused(|code| symlink("..", code.join("up")).unwrap()).contains("leads back to a folder that it stands in"));
        assert!(refused(|code| symlink("/etc", code.join("out")).unwrap()).contains("leads out of the folder"));
        assert!(refused(|code| symlink("itself", code.join("itself")).unwrap()).contains("leads nowhere, or to itself"));
        let pipe = |code: &Path| drop(std::os::unix::net::UnixListener::bind(code.join("pipe")).unwrap());
        assert!(refused(pipe).contains("it is a pipe, a socket or a device"));
    }

    #[test]
    fn a_link_may_lead_anywhere_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("lib")).unwrap();
        fs::write_shared(&folder.path().join("app.py"), b"").unwrap();
        symlink("../app.py", folder.path().join("lib").join("same.py")).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip_bytes(folder.path()).unwrap())).unwrap();
        assert_eq!(archive.len(), 2);
        assert!(archive.by_name("lib/same.py").is_ok());
    }

    #[test]
    fn an_archive_is_one_and_holds_something() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.zip");
        fs::write_shared(&path, b"bytes").unwrap();
        assert!(zip_bytes(&path).unwrap_err().to_string().contains("it is no zip archive"));
        fs::write_shared(&path, &write_archive(&path, &[]).unwrap()).unwrap();
        assert!(zip_bytes(&path).unwrap_err().to_string().contains("there is no file in it"));
    }
}

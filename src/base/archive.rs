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
/// A file that cannot be read, a link that leads out of the folder, or more than 1 GiB.
pub fn zip_bytes(source: &Path) -> Result<Vec<u8>, PackError> {
    let is_archive =
        source.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip") || extension.eq_ignore_ascii_case("jar"));
    if source.is_dir() {
        pack(source)
    } else if is_archive {
        Ok(fs::read_bytes(source)?)
    } else {
        let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        write_archive(source, &[(name, source.to_owned())])
    }
}

/// Packs a folder: entries sorted by name, times and modes fixed, so that the same files give the same bytes everywhere.
pub fn pack(folder: &Path) -> Result<Vec<u8>, PackError> {
    let mut files = Vec::new();
    let mut total = 0;
    gather(folder, "", 0, &mut files, &mut total)?;
    files.sort();
    write_archive(folder, &files)
}

fn gather(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<(String, PathBuf)>, total: &mut u64) -> Result<(), PackError> {
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
        if path.is_symlink() && !leads_inside(folder, &path) {
            return Err(PackError::Archive { path: path.clone(), why: "this link leads out of the folder that is packed".to_owned() });
        }
        if path.is_dir() {
            gather(&path, &inner, depth + 1, files, total)?;
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

/// A link may point beside itself or below, never out.
fn leads_inside(folder: &Path, link: &Path) -> bool {
    match (folder.canonicalize(), link.canonicalize()) {
        (Ok(folder), Ok(target)) => target.starts_with(folder),
        _ => false,
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

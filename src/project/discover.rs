//! Finds the project: upwards from a folder to the first `pipetoll.toml`.

use std::path::{Path, PathBuf};

use super::LoadError;

/// The file that marks the root of a project.
pub const ROOT_FILE: &str = "pipetoll.toml";

/// The root of the project that `start` lies in.
pub fn discover(start: &Path) -> Result<PathBuf, LoadError> {
    let absolute = std::path::absolute(start).map_err(|source| LoadError::Directory { path: start.to_owned(), source })?;
    if !absolute.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::NotADirectory);
        return Err(LoadError::Directory { path: start.to_owned(), source });
    }
    absolute
        .ancestors()
        .find(|folder| folder.join(ROOT_FILE).is_file())
        .map(Path::to_owned)
        .ok_or_else(|| LoadError::NoProject { start: absolute.clone() })
}

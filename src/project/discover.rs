//! Finds the project: upwards from a folder to the first `pipetoll.toml`.

use std::path::{Path, PathBuf};

use super::LoadError;

/// The file that marks the root of a project.
pub const ROOT_FILE: &str = "pipetoll.toml";

/// The root of the project that `start` lies in.
pub fn discover(start: &Path) -> Result<PathBuf, LoadError> {
    let absolute = start.canonicalize().map_err(|source| LoadError::Directory { path: start.to_owned(), source })?;
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_root_above_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        crate::base::fs::create_folder(&inner).unwrap();
        crate::base::fs::write_shared(&folder.path().join(ROOT_FILE), b"").unwrap();
        assert_eq!(discover(&inner).unwrap(), folder.path().canonicalize().unwrap());
        crate::base::fs::write_shared(&folder.path().join("a").join(ROOT_FILE), b"").unwrap();
        assert_eq!(discover(&inner.join("..")).unwrap(), folder.path().join("a").canonicalize().unwrap());
    }

    #[test]
    fn a_folder_without_a_project_is_told_where_the_search_began() {
        let folder = tempfile::tempdir().unwrap();
        let error = discover(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("there is no pipetoll.toml in "), "{error}");
        assert!(discover(&folder.path().join("absent")).is_err());
    }
}

//! Finds the project: upwards from a folder to the first `pipetoll.toml`.

use std::path::{Path, PathBuf};

use super::LoadError;

/// The file that marks the root of a project.
pub const ROOT_FILE: &str = "pipetoll.toml";

/// The root of the project that `start` lies in: the first folder with something called `pipetoll.toml`, which must be a file.
pub fn discover(start: &Path) -> Result<PathBuf, LoadError> {
    let absolute = start.canonicalize().map_err(|source| LoadError::Directory { path: start.to_owned(), source })?;
    if !absolute.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::NotADirectory);
        return Err(LoadError::Directory { path: start.to_owned(), source });
    }
    let root = absolute.ancestors().find(|folder| folder.join(ROOT_FILE).symlink_metadata().is_ok());
    let root = root.ok_or_else(|| LoadError::NoProject { start: absolute.clone() })?;
    let file = root.join(ROOT_FILE);
    match no_file(&file) {
        Some(what) => Err(LoadError::NotAFile { path: file, what }),
        None => Ok(root.to_owned()),
    }
}

/// What something is that has a file's place and is none; `None` for a file.
pub(super) fn no_file(path: &Path) -> Option<&'static str> {
    match path.metadata() {
        Ok(found) if found.is_file() => None,
        Ok(found) if found.is_dir() => Some("a folder"),
        Ok(_) => Some("something else, such as a pipe"),
        Err(_) => Some("a link that leads nowhere, or to itself"),
    }
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
    fn what_is_called_like_the_root_file_must_be_a_file() {
        let folder = tempfile::tempdir().unwrap();
        crate::base::fs::create_folder(&folder.path().join(ROOT_FILE)).unwrap();
        let error = discover(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("pipetoll.toml is a folder, and should be a file"), "{error}");
        #[cfg(unix)]
        {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink(ROOT_FILE, folder.path().join(ROOT_FILE)).unwrap();
            let error = discover(folder.path()).unwrap_err().to_string();
            assert!(error.contains("is a link that leads nowhere, or to itself"), "{error}");
        }
    }

    #[test]
    fn a_folder_without_a_project_is_told_where_the_search_began() {
        let folder = tempfile::tempdir().unwrap();
        let error = discover(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("there is no pipetoll.toml in "), "{error}");
        assert!(discover(&folder.path().join("absent")).is_err());
    }
}

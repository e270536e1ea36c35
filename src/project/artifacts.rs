//! Files that fields name: found inside the project, packed the same way on every machine, hashed.

use std::io::Write;
use std::path::{Component, Path, PathBuf};

use base64::Engine;
use sha2::{Digest, Sha256};

use super::context::{Context, hex};
use crate::base::diagnostic::Diagnostic;
use crate::base::fs;
use crate::base::source::Span;
use crate::model::artifact::{Artifact, Packaging};

/// Folders are packed in memory; above this many bytes they are refused.
const LARGEST_FOLDER: u64 = 1 << 30;

/// Folders within folders beyond this are refused: a link that leads round would never end.
const DEEPEST: usize = 40;

/// What a package comes to.
#[derive(Debug, Clone)]
pub(super) struct Package {
    /// Hex SHA-256 of the bytes.
    pub sha256: String,
    /// The same as base64, as Lambda tells it.
    pub base64: String,
    /// Length in bytes.
    pub length: u64,
}

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

/// The bytes that are sent for an artifact: a folder packed again, a file as it is.
pub fn bytes_of(artifact: &Artifact) -> Result<Vec<u8>, PackError> {
    match artifact.packaging {
        Packaging::Zip => zip_bytes(&artifact.source),
        Packaging::Upload | Packaging::Inline => Ok(fs::read_bytes(&artifact.source)?),
    }
}

fn zip_bytes(source: &Path) -> Result<Vec<u8>, PackError> {
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

/// The path of a file written at `span`: relative to the file it is written in, there, and inside the project unless `..` says otherwise.
pub(super) fn inside_root(text: &str, span: Span, context: &mut Context) -> Option<PathBuf> {
    let written = Path::new(text);
    if text.is_empty() || written.has_root() || written.is_absolute() || text.starts_with('~') || text.contains('\0') {
        context.say(
            Diagnostic::error("this path cannot be used")
                .at(span, "not a relative path")
                .help("write a path relative to this file, so that the project works on every machine"),
        );
        return None;
    }
    let path = lexically(&context.folder_of(span).join(written));
    let Ok(real) = path.canonicalize() else {
        absent(text, &path, span, context);
        return None;
    };
    let root = context.root.canonicalize().unwrap_or_else(|_| context.root.clone());
    let leaves_openly = !path.starts_with(&context.root);
    if !leaves_openly && !real.starts_with(root) {
        context.say(
            Diagnostic::error(format!("`{text}` leads out of the project through a link"))
                .at(span, "")
                .help("copy the file into the project, or write the path with `..`"),
        );
        return None;
    }
    Some(path)
}

/// Takes `.` and `..` away without looking at the disk.
fn lexically(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn absent(text: &str, path: &Path, span: Span, context: &mut Context) {
    let folder = path.parent().filter(|folder| folder.is_dir());
    let beside: Vec<String> =
        folder.and_then(|folder| fs::list(folder).ok()).into_iter().flatten().filter_map(|path| name_of(&path)).collect();
    let wanted = name_of(path).unwrap_or_default();
    let near = context.nearest(&wanted, beside.iter().map(String::as_str));
    let label = near.map_or_else(String::new, |near| format!("did you mean `{}{near}`?", &text[..text.len().saturating_sub(wanted.len())]));
    let place = context.sources.get(span.file).map(|file| file.name.clone()).unwrap_or_default();
    context.say(Diagnostic::error(format!("there is no `{text}`")).at(span, label).help(format!("paths start at the folder of {place}")));
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name().and_then(|name| name.to_str()).map(str::to_owned)
}

/// Where uploads go.
pub(super) struct Destination<'a> {
    /// `[project] artifacts`: an address or a bucket's name.
    pub bucket: Option<&'a str>,
    /// `<project>/<environment>/<address>`.
    pub prefix: String,
}

/// Whether the value of an artifact field is something else than a local file.
pub(super) fn is_elsewhere(text: &str, packaging: Packaging) -> bool {
    match packaging {
        Packaging::Zip => {
            text.starts_with("s3://") || text.contains("${") || text.contains(".dkr.ecr.") || text.starts_with("public.ecr.aws/")
        }
        Packaging::Upload => text.starts_with("s3://") || text.contains("${"),
        Packaging::Inline => text.trim_start().starts_with('{') || text.contains('\n'),
    }
}

/// Looks at the file a field names: the artifact, and what stands for it in the normal form. Inline files are not for here.
pub(super) fn take(
    text: &str,
    packaging: Packaging,
    span: Span,
    destination: &Destination<'_>,
    context: &mut Context,
) -> Option<(Artifact, String)> {
    let source = inside_root(text, span, context)?;
    if packaging == Packaging::Upload && source.is_dir() {
        context.say(Diagnostic::error(format!("`{text}` is a folder")).at(span, "needs a file"));
        return None;
    }
    let package = package(&source, packaging, span, context)?;
    let mut artifact =
        Artifact { packaging, source: source.clone(), sha256: package.sha256.clone(), length: package.length, key: None, bucket: None };
    if packaging == Packaging::Zip {
        return Some((artifact, format!("sha256:{}", package.base64)));
    }
    let Some(bucket) = destination.bucket else {
        context.say(
            Diagnostic::error(format!("`{text}` has nowhere to be uploaded to")).at(span, "goes to the project's artifact bucket").help(
                "add `artifacts = \"bucket.artifacts\"` to `[project]` and a block `[bucket.artifacts]`, or name a bucket that exists",
            ),
        );
        return None;
    };
    let name = name_of(&source).unwrap_or_default();
    let key = format!("{}/{}/{name}", destination.prefix, package.sha256.get(..12).unwrap_or(&package.sha256));
    let is_address = bucket.parse::<crate::base::address::Address>().is_ok();
    let host = if is_address { format!("${{{bucket}.name}}") } else { bucket.to_owned() };
    let url = format!("s3://{host}/{}", key.replace("${", "$${"));
    artifact.key = Some(key);
    artifact.bucket = Some(bucket.to_owned());
    Some((artifact, url))
}

fn package(source: &Path, packaging: Packaging, span: Span, context: &mut Context) -> Option<Package> {
    if let Some(known) = context.packages.get(source) {
        return known.clone();
    }
    let bytes = if packaging == Packaging::Zip { zip_bytes(source) } else { fs::read_bytes(source).map_err(Into::into) };
    let package = match bytes {
        Ok(bytes) => {
            let hash = Sha256::digest(&bytes);
            Some(Package { sha256: hex(&hash), base64: base64::engine::general_purpose::STANDARD.encode(hash), length: bytes.len() as u64 })
        }
        Err(error) => {
            context.say(Diagnostic::error(error.to_string()).at(span, ""));
            None
        }
    };
    if let Some(package) = &package {
        let name = context.shown(source);
        context.count_in(&name, package.sha256.as_bytes());
    }
    context.packages.insert(source.to_owned(), package.clone());
    package
}

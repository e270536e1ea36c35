//! Files that fields name: found inside the project, packed the same way on every machine, hashed.

use std::path::{Component, Path, PathBuf};

use base64::Engine;
use sha2::{Digest, Sha256};

use super::context::{Context, hex};
use crate::base::archive::zip_bytes;
use crate::base::diagnostic::Diagnostic;
use crate::base::fs;
use crate::base::source::Span;
use crate::model::artifact::{Artifact, Packaging};

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

/// The file that was meant by `text`, which names `path`, where nothing is: one beside it with a near name.
pub(super) fn beside(path: &Path, text: &str, context: &mut Context) -> Option<String> {
    let folder = path.parent().filter(|folder| folder.is_dir())?;
    let beside: Vec<String> = fs::list(folder).ok()?.iter().filter_map(|path| name_of(path)).collect();
    let wanted = name_of(path).unwrap_or_default();
    let near = context.nearest(&wanted, beside.iter().map(String::as_str))?;
    Some(format!("{}{near}", text.strip_suffix(&wanted).unwrap_or_default()))
}

fn absent(text: &str, path: &Path, span: Span, context: &mut Context) {
    let label = beside(path, text, context).map_or_else(|| "no such file".to_owned(), |near| format!("did you mean `{near}`?"));
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
            // What runs already and no file here is known of: an import writes its hash.
            text.starts_with("sha256:")
                || text.starts_with("s3://")
                || text.contains("${")
                || text.contains(".dkr.ecr.")
                || text.starts_with("public.ecr.aws/")
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

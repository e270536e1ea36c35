//! What is declared otherwise than at a commit: the project is read as it was there, and compared block by block.

use std::collections::BTreeSet;
use std::io::{Cursor, ErrorKind};
use std::path::Path;
use std::process::Command;

use super::ctx::Context;
use super::error::{Failure, Kind};
use super::project::Project;
use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::kinds;
use crate::plan::changed;
use crate::project::{self, Inputs};

/// The resources whose block, or a file, variable or setting that it depends on, is another than at `reference`; and those that are no longer declared.
///
/// # Errors
/// There is no git, no repository, no such reference, or the project cannot be read as it was there.
pub(super) fn since(reference: &str, project: &Project, context: &Context) -> Result<BTreeSet<Address>, Failure> {
    let root = &project.loaded.root;
    let top = git(root, &["rev-parse", "--show-prefix"])?;
    let prefix = String::from_utf8_lossy(&top).trim_end_matches(['\n', '\r']).to_owned();
    // A word that begins with a dash would be read as a flag.
    let wanted = format!("{reference}^{{commit}}");
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]).ok();
    let commit = commit.map(|commit| String::from_utf8_lossy(&commit).trim().to_owned()).filter(|commit| !commit.is_empty());
    let Some(commit) = commit else {
        let failure = Failure::usage(format!("`--changed-since {reference}`: git knows no such commit, branch or tag"));
        return Err(failure.hinted("a shallow clone has only its newest commits: fetch what is compared with, as with `fetch-depth: 0`"));
    };
    let bytes = git(root, &["archive", "--format=zip", &commit])?;
    let failed =
        |why: String| Failure::of(Kind::Configuration, format!("the project as it was at {reference} could not be unpacked: {why}"));
    let folder = tempfile::Builder::new().prefix("pipetoll-").tempdir().map_err(|error| failed(error.to_string()))?;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(error.to_string()))?;
    archive.extract(folder.path()).map_err(|error| failed(error.to_string()))?;
    let then = read(folder.path(), project, context);
    let then = then.map_err(|why| {
        let failure = Failure::configuration(format!("the project in `{prefix}` cannot be read as it was at {reference}: {why}"));
        failure.hinted("name what is to be planned with `--only` instead")
    })?;
    Ok(changed(&then, &project.architecture))
}

/// Reads the project as the run reads its own: same environment, same variables.
fn read(root: &Path, project: &Project, context: &Context) -> Result<crate::model::resource::Architecture, String> {
    let inputs = Inputs {
        directory: root.to_owned(),
        environment: project.architecture.settings.environment.clone(),
        variables: context.global.variables.clone(),
        environment_variables: context.environment.of_project(),
    };
    let loaded = project::load(&inputs, kinds::ALL).map_err(|error| error.to_string())?;
    let first = loaded.report.diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error);
    match (first, loaded.architecture) {
        (None, Some(architecture)) => Ok(architecture),
        (first, _) => Err(first.map_or_else(|| "it has no [project]".to_owned(), |first| first.message.clone())),
    }
}

/// Runs git in a folder, without a shell.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Failure::usage("`--changed-since` asks git, which is not installed").hinted("name what is to be planned with `--only`")
        }
        _ => Failure::of(Kind::Configuration, format!("git could not be started: {error}")),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it said nothing").trim_start_matches("fatal: ").to_owned();
    Err(Failure::usage(format!("`--changed-since` asks git: {said}")).hinted("the project must stand in a repository of git"))
}

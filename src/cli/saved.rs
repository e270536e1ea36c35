//! Reading and writing saved plans, which are encrypted where the state is.

use std::path::Path;

use super::ctx::Context;
use super::error::Failure;
use super::project::Project;
use crate::base::fs;
use crate::plan::SavedPlan;
use crate::state::{About, environment_of};

/// Reads a saved plan. Only an encrypted one needs the project, whose settings tell the key: then it is handed on. `judge` sees the plan's environment
/// before anything else is done with it.
///
/// # Errors
/// It is none, no key opens it, or `judge` refuses it.
pub(super) fn read(
    file: &Path,
    context: &Context,
    judge: impl Fn(Option<&str>) -> Result<(), Failure>,
) -> Result<(SavedPlan, Option<Project>), Failure> {
    let (bytes, place) = (fs::read_bytes(file)?, file.display().to_string());
    if let Some(environment) = environment_of(&bytes) {
        judge(environment.as_deref())?;
        let project = Project::load_in(context, environment)?;
        let plain = project.keyring()?.disclose(bytes, &place, "make it again with `pipetoll plan --out`")?;
        return Ok((SavedPlan::parse(&plain, &place)?, Some(project)));
    }
    let saved = SavedPlan::parse(&bytes, &place)?;
    judge(saved.basis.environment.as_deref())?;
    Ok((saved, None))
}

/// Writes one, readable by its owner only.
pub(super) fn write(saved: &SavedPlan, file: &Path, project: &Project) -> Result<(), Failure> {
    let about = About { serial: None, environment: saved.basis.environment.as_deref() };
    let bytes = project.keyring()?.enclose(&saved.to_bytes(&file.display().to_string())?, &about)?;
    Ok(fs::write_private(file, &bytes)?)
}

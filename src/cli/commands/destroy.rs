//! `pipetoll destroy`.

use super::apply::Execution;
use crate::cli::applying::{self, Request};
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::planning::{Destroy as Scope, Narrowing};

/// Destroy everything that was made
///
/// Shows the plan and asks. Where data would be lost, the project's name must be typed, or given with `--confirm`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll plan --destroy                   Only look
  pipetoll destroy
  pipetoll destroy --yes --confirm clickstream\n")]
pub struct Destroy {
    #[command(flatten)]
    execution: Execution,
}

impl Destroy {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let request = Request {
            saved: None,
            narrowing: &Narrowing::default(),
            destroy: Scope::Everything,
            confirm: self.execution.confirm.as_deref(),
            allowed: &[],
            parallel: self.execution.parallel.into(),
            lock_timeout: self.execution.lock_timeout(),
            command: "pipetoll destroy",
            adoption: None,
        };
        applying::run(&request, context)
    }
}

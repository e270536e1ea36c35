//! `pipetoll apply`.

use std::path::PathBuf;

use crate::base::address::Address;
use crate::base::units::Duration;
use crate::cli::applying::{self, Request};
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::planning::{Destroy, Narrowing};

/// Make the change
///
/// Shows the plan and asks; a saved plan is carried out as it is, without a question, and refused when anything it was made from has moved.
/// Ctrl-C once finishes what is running and saves; twice stops at once. Running again continues.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll apply
  pipetoll apply --yes                      In CI
  pipetoll apply next.plan                  What `pipetoll plan --out next.plan` saved
  pipetoll apply --allow-replace stream.clicks    When data would be lost with it\n")]
pub struct Apply {
    /// A plan that `pipetoll plan --out` saved
    #[arg(value_name = "PLAN", conflicts_with_all = ["only", "exclude", "changed_since", "replace"])]
    saved: Option<PathBuf>,
    #[command(flatten)]
    narrowing: Narrowing,
    /// Agree to this resource being replaced or deleted, although data is lost with it or a cluster runs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    allow_replace: Vec<Address>,
    #[command(flatten)]
    execution: Execution,
}

/// How many steps at once, unless the user says otherwise.
pub(in crate::cli) const PARALLEL: u16 = 10;

/// Flags of what is carried out.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Execution {
    /// The project's name, to agree to losing data without being asked
    #[arg(long, value_name = "NAME")]
    pub(super) confirm: Option<String>,
    /// How many steps at once
    #[arg(long, value_name = "N", default_value_t = PARALLEL, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) parallel: u16,
    /// How long to wait for the state's lock
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub(super) lock_timeout: Duration,
}

impl Execution {
    pub(super) fn lock_timeout(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.lock_timeout.as_milliseconds())
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    text.parse().map_err(|error: crate::base::units::UnitError| error.0)
}

impl Apply {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let request = Request {
            saved: self.saved.as_deref(),
            narrowing: &self.narrowing,
            destroy: Destroy::Nothing,
            confirm: self.execution.confirm.as_deref(),
            allowed: &self.allow_replace,
            parallel: self.execution.parallel.into(),
            lock_timeout: self.execution.lock_timeout(),
            command: "pipetoll apply",
            adoption: None,
        };
        applying::run(&request, context)
    }
}

//! `pipetoll state pull`.

use crate::cli::ctx::Context;
use crate::cli::error::{Failure, Kind};
use crate::cli::outcome::Outcome;
use crate::state::Snapshot;

/// Print the whole state, with what a run that was cut off left in the journal
///
/// Sensitive values are masked in it, as they are where it lies. `state push` takes it back.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state pull > state.json\n")]
pub(super) struct Pull {}

impl Pull {
    pub(super) fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        let text = snapshot.to_text().map_err(|error| Failure::of(Kind::Internal, format!("the state could not be written: {error}")))?;
        context.print(&text)?;
        Ok(Outcome::Done)
    }
}

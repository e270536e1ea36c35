//! `pipetoll state mv`.

use super::settled;
use crate::base::address::Address;
use crate::cli::error::Failure;
use crate::state::Snapshot;

/// Let a resource be remembered under another address, after its block was renamed
///
/// Nothing in AWS is changed; the next plan sets its `pipetoll:address` tag. A block that names no `name` takes the name in AWS from its address: give
/// the renamed block the old `name`, or it is replaced.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state mv function.ingest function.intake\n")]
pub(super) struct Mv {
    /// What is remembered
    from: Address,
    /// What it is called from now on
    to: Address,
}

impl Mv {
    pub(super) fn edit(&self, snapshot: &mut Snapshot) -> Result<String, Failure> {
        let Self { from, to } = self;
        settled(snapshot, from)?;
        if from.kind != to.kind {
            return Err(Failure::usage(format!("{from} cannot become {to}: what it is at AWS stays a {}", from.kind)));
        }
        if from == to {
            return Err(Failure::usage(format!("{from} is remembered under this address already")));
        }
        if snapshot.records.contains_key(to) {
            let failure = Failure::usage(format!("something is remembered as {to} already"));
            return Err(failure.hinted(format!("`pipetoll state rm {to}` forgets it")));
        }
        snapshot.rename(from, to);
        Ok(format!("{from} is remembered as {to}."))
    }
}

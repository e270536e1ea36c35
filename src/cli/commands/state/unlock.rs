//! `pipetoll state unlock`.

use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;

/// End the lock of a state whose holder is gone
///
/// Seldom needed: the lock of a state in S3 ends by itself two minutes after its holder stopped renewing it, and whoever waits takes it over; that of a
/// folder ends with its process. A holder that lives keeps it, unless `--force` takes it: then its next write is refused, and what it did meanwhile is
/// kept in `recovered-….json` beside the state.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state unlock
  pipetoll state unlock --force --yes    Although its holder lives\n")]
pub(super) struct Unlock {
    /// Take it from a holder that lives
    #[arg(long)]
    force: bool,
}

impl Unlock {
    pub(super) fn run(&self, project: &Project, context: &Context) -> Result<Outcome, Failure> {
        let store = project.store()?;
        if self.force {
            let question = "Whoever holds the lock cannot write any more, and what it is doing in AWS is not undone.\nTake it?";
            context.agree(question, "pass --yes")?;
        }
        let held = store.unlock(self.force, &mut |held| {
            let by = held.map(|held| format!("{held} holds it; ")).unwrap_or_default();
            context.remark(&format!("{by}looking whether it lives...\n"));
        })?;
        context.remark(&match held {
            Some(held) => format!("The lock of {held} is ended.\n"),
            None => "Nobody holds the state's lock.\n".to_owned(),
        });
        Ok(Outcome::Done)
    }
}

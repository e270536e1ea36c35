//! `pipetoll state rekey`.

use crate::base::prose::count;
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::locking;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::state;

/// Encrypt the state anew, as `[state.encryption]` says now
///
/// The newest state, those that it replaced and the key of masked values are written with a data key that was never used. Needed after a key was changed or
/// became known; what is only switched on or off takes effect with the next write. A key that was used before has to stand under `previous` until this was
/// run. With no key but `previous` ones, the state is written unencrypted.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state rekey\n")]
pub(super) struct Rekey {}

impl Rekey {
    pub(super) fn run(&self, project: &Project, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        if project.loaded.state.encryption.is_none() {
            let failure = Failure::usage("the state has no keys");
            return Err(failure.hinted("`[state.encryption]` names them: see the README"));
        }
        let keyring = project.keyring()?;
        let (question, done) = if keyring.encrypts() {
            ("Encrypt the state anew, and the states that it replaced?", "Encrypted anew")
        } else {
            ("Write the state, and the states that it replaced, without encryption?", "Written without encryption")
        };
        context.agree(question, "pass --yes")?;
        let (store, journal) = locking::open(project, "pipetoll state rekey", None, std::time::Duration::ZERO, context)?;
        keyring.renew();
        let mut snapshot = journal.snapshot();
        let replaces = snapshot.serial;
        if replaces > 0 {
            snapshot.serial = replaces.saturating_add(1);
            state::commit(store.as_ref(), &snapshot, replaces)?;
        }
        // After the newest: what that replaced lies there encrypted as it was.
        let older = state::rekey(store.as_ref())?;
        let also = if older == 0 { String::new() } else { format!(", and {}", count(older, "state before it", "states before it")) };
        context.remark(&format!("{done}: the state{also}.\n"));
        if keyring.encrypts() {
            context.hint("what `previous` names is needed no more, but for copies that lie elsewhere: versions of the bucket, saved plans");
        }
        Ok(Outcome::Done)
    }
}

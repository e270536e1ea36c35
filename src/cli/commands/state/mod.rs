//! `pipetoll state`.

mod history;
mod list;
mod mv;
mod pull;
mod push;
mod rekey;
mod repair;
mod restore;
mod rm;
mod show;
mod unlock;

use clap::Subcommand;

use crate::base::address::Address;
use crate::base::prose::did_you_mean;
use crate::cli::ctx::Context;
use crate::cli::error::{Failure, Kind};
use crate::cli::locking;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::state::{self, Intent, Record, Snapshot, Store};

/// Look at what pipetoll remembers of what it made, and change what it remembers
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state list
  pipetoll state show function.ingest
  pipetoll state mv function.ingest function.intake
  pipetoll state rm queue.old
  pipetoll state pull > state.json
  pipetoll state history
  pipetoll state list --env prod --json\n")]
pub struct State {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(list::List),
    Show(show::Show),
    Mv(mv::Mv),
    Rm(rm::Rm),
    Pull(pull::Pull),
    Push(push::Push),
    History(history::History),
    Restore(restore::Restore),
    Repair(repair::Repair),
    Rekey(rekey::Rekey),
    Unlock(unlock::Unlock),
}

impl State {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<list::Records<'_>>()?;
        let project = Project::load(context)?;
        match &self.command {
            Sub::List(list) => list.run(&project.snapshot(context)?, context),
            Sub::Show(show) => show.run(&project.snapshot(context)?, context),
            Sub::Mv(mv) => edit(&project, "pipetoll state mv", context, |_, snapshot| mv.edit(snapshot)),
            Sub::Rm(rm) => edit(&project, "pipetoll state rm", context, |_, snapshot| rm.edit(snapshot)),
            Sub::Pull(pull) => pull.run(&project.snapshot(context)?, context),
            Sub::Push(push) => edit(&project, "pipetoll state push", context, |store, snapshot| push.edit(store, snapshot)),
            Sub::History(history) => history.run(&project, context),
            Sub::Restore(restore) => edit(&project, "pipetoll state restore", context, |store, snapshot| restore.edit(store, snapshot)),
            Sub::Repair(repair) => repair.run(&project, context),
            Sub::Rekey(rekey) => rekey.run(&project, context),
            Sub::Unlock(unlock) => unlock.run(&project, context),
        }
    }
}

/// The record of an address, or the nearest one.
fn found<'a>(snapshot: &'a Snapshot, address: &Address) -> Result<&'a Record, Failure> {
    snapshot.get(address).ok_or_else(|| {
        let known: Vec<String> = snapshot.records.keys().map(ToString::to_string).collect();
        let failure = Failure::usage(format!("nothing is remembered of `{address}`"));
        match did_you_mean(&address.to_string(), known.iter().map(String::as_str)) {
            Some(near) => failure.hinted(format!("did you mean `{near}`?")),
            None => failure.hinted("`pipetoll state list` lists what is"),
        }
    })
}

/// The record of an address that may be edited: no call about it is open.
fn settled<'a>(snapshot: &'a Snapshot, address: &Address) -> Result<&'a Record, Failure> {
    let record = found(snapshot, address)?;
    if record.id.is_empty() || snapshot.intents.of(address).any(Intent::is_open) {
        let failure = Failure::of(Kind::Configuration, format!("a run that was cut off left {address} unfinished"));
        return Err(failure.hinted("`pipetoll apply` looks up what became of it first"));
    }
    Ok(record)
}

/// Changes what is remembered, under the lock and in one write; what was replaced stays in the history.
fn edit(
    project: &Project,
    command: &str,
    context: &Context,
    change: impl FnOnce(&dyn Store, &mut Snapshot) -> Result<String, Failure>,
) -> Result<Outcome, Failure> {
    let (store, journal) = locking::open(project, command, None, std::time::Duration::ZERO, context)?;
    let mut snapshot = journal.snapshot();
    let replaces = snapshot.serial;
    let said = change(store.as_ref(), &mut snapshot)?;
    context.agree(&format!("{said}\nChange the state so?"), "pass --yes")?;
    snapshot.serial = replaces.saturating_add(1);
    state::commit(store.as_ref(), &snapshot, replaces)?;
    context.remark(&format!("{said}\n"));
    Ok(Outcome::Done)
}

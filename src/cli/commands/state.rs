//! `pipetoll state`.

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;

use crate::base::address::Address;
use crate::base::fs;
use crate::base::prose::{self, conjunction, did_you_mean};
use crate::cli::ctx::{Context, Document};
use crate::cli::error::{Failure, Kind};
use crate::cli::locking;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::render::{self, Look};
use crate::state::{self, Intent, Record, Snapshot};

/// Look at what pipetoll remembers of what it made, and change what it remembers
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state list
  pipetoll state show function.ingest
  pipetoll state mv function.ingest function.intake
  pipetoll state rm queue.old
  pipetoll state pull > state.json
  pipetoll state list --env prod --json\n")]
pub struct State {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Show(Show),
    Mv(Mv),
    Rm(Rm),
    Pull(Pull),
    Push(Push),
}

/// List what is remembered, with the ids by which AWS knows it
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state list
  pipetoll state list job cluster.nightly    Only these kinds and addresses\n")]
struct List {
    /// Only these: addresses, or kinds
    only: Vec<String>,
}

/// Show everything that is remembered of one resource
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state show function.ingest\n")]
struct Show {
    /// Which
    address: Address,
}

/// Let a resource be remembered under another address, after its block was renamed
///
/// Nothing in AWS is changed; the next plan sets its `pipetoll:address` tag. A block that names no `name` takes the name in AWS from its address: give
/// the renamed block the old `name`, or it is replaced.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state mv function.ingest function.intake\n")]
struct Mv {
    /// What is remembered
    from: Address,
    /// What it is called from now on
    to: Address,
}

/// Forget resources without deleting them in AWS
///
/// With a resource go those that were derived from it, such as its role of `role = "auto"`. `pipetoll import ADDRESS ID` takes one up again.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state rm queue.old
  pipetoll state rm queue.old topic.old --yes\n")]
struct Rm {
    /// Which
    #[arg(required = true)]
    addresses: Vec<Address>,
}

/// Print the whole state, with what a run that was cut off left in the journal
///
/// Sensitive values are masked in it, as they are where it lies. `state push` takes it back.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state pull > state.json\n")]
struct Pull {}

/// Make a file the state: one that `state pull` printed, or the `recovered-….json` of a run that could not write
///
/// Another state, an older one and a damaged one are refused. The state that is replaced stays in the history.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state push recovered-42.json\n")]
struct Push {
    /// The file
    file: PathBuf,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
struct Records<'a> {
    lineage: &'a str,
    serial: u64,
    records: Vec<&'a Record>,
}

#[derive(Serialize)]
struct One<'a> {
    record: &'a Record,
}

impl State {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<Records<'_>>()?;
        let project = Project::load(context)?;
        match &self.command {
            Sub::List(list) => list.run(&project.snapshot(context)?, context),
            Sub::Show(show) => show.run(&project.snapshot(context)?, context),
            Sub::Mv(mv) => edit(&project, "pipetoll state mv", context, |snapshot| mv.edit(snapshot)),
            Sub::Rm(rm) => edit(&project, "pipetoll state rm", context, |snapshot| rm.edit(snapshot)),
            Sub::Pull(pull) => pull.run(&project.snapshot(context)?, context),
            Sub::Push(push) => edit(&project, "pipetoll state push", context, |snapshot| push.edit(snapshot)),
        }
    }
}

impl List {
    fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
        let wanted = |record: &&Record| {
            let address = record.address.to_string();
            self.only.is_empty() || self.only.iter().any(|word| *word == address || *word == record.address.kind)
        };
        let records: Vec<&Record> = snapshot.records.values().filter(wanted).collect();
        if snapshot.records.is_empty() {
            context.remark("Nothing is remembered of this project.\n");
        }
        context.deliver(&Records { lineage: &snapshot.lineage, serial: snapshot.serial, records })?;
        Ok(Outcome::Done)
    }
}

impl Show {
    fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
        let record = found(snapshot, &self.address)?;
        context.deliver(&One { record })?;
        Ok(Outcome::Done)
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
    change: impl FnOnce(&mut Snapshot) -> Result<String, Failure>,
) -> Result<Outcome, Failure> {
    let (store, journal) = locking::open(project, command, None, std::time::Duration::ZERO, context)?;
    let mut snapshot = journal.snapshot();
    let replaces = snapshot.serial;
    let said = change(&mut snapshot)?;
    context.agree(&format!("{said}\nChange the state so?"), "pass --yes")?;
    snapshot.serial = replaces.saturating_add(1);
    state::commit(store.as_ref(), &snapshot, replaces)?;
    context.remark(&format!("{said}\n"));
    Ok(Outcome::Done)
}

impl Mv {
    fn edit(&self, snapshot: &mut Snapshot) -> Result<String, Failure> {
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
        if let Some(record) = snapshot.records.remove(from) {
            snapshot.records.insert(to.clone(), Record { address: to.clone(), ..record });
        }
        for record in snapshot.records.values_mut() {
            for needed in record.dependencies.iter_mut().chain(&mut record.derived_from).filter(|needed| *needed == from) {
                *needed = to.clone();
            }
        }
        Ok(format!("{from} is remembered as {to}."))
    }
}

impl Rm {
    fn edit(&self, snapshot: &mut Snapshot) -> Result<String, Failure> {
        let mut gone: Vec<Address> = Vec::new();
        for address in &self.addresses {
            settled(snapshot, address)?;
            let derived = snapshot.records.values().filter(|record| record.derived_from.as_ref() == Some(address));
            gone.extend(std::iter::once(address.clone()).chain(derived.map(|record| record.address.clone())));
        }
        gone.sort();
        gone.dedup();
        for address in &gone {
            settled(snapshot, address)?;
        }
        snapshot.records.retain(|address, _| !gone.contains(address));
        for record in snapshot.records.values_mut() {
            record.dependencies.retain(|needed| !gone.contains(needed));
        }
        let names: Vec<String> = gone.iter().map(ToString::to_string).collect();
        let verbs = if gone.len() == 1 { "is forgotten and stays" } else { "are forgotten and stay" };
        Ok(format!("{} {verbs} in AWS.", conjunction(names.iter().map(String::as_str))))
    }
}

impl Pull {
    fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        let text = snapshot.to_text().map_err(|error| Failure::of(Kind::Internal, format!("the state could not be written: {error}")))?;
        context.print(&text)?;
        Ok(Outcome::Done)
    }
}

impl Push {
    fn edit(&self, snapshot: &mut Snapshot) -> Result<String, Failure> {
        let (place, bytes) = (self.file.display().to_string(), fs::read_bytes(&self.file)?);
        let way_out = "push what `pipetoll state pull` printed, or the file that a run which could not write left";
        let pushed = state::parse(&bytes, &place, way_out)?;
        state::check_identity(&place, &pushed.identity, &snapshot.identity)?;
        // Before the first commit there is nothing that it could be another than.
        if snapshot.serial > 0 && pushed.lineage != snapshot.lineage {
            let failure = Failure::of(Kind::Stale, format!("{place} is another state of this project than the one that is kept"));
            return Err(failure.hinted("`pipetoll import` takes up what is missing here"));
        }
        if pushed.serial < snapshot.serial {
            let (old, new) = (pushed.serial, snapshot.serial);
            return Err(Failure::of(Kind::Stale, format!("{place} is older, with serial {old}, than the state, with serial {new}")));
        }
        let (count, replaced) = (pushed.records.len(), snapshot.records.len());
        *snapshot = pushed;
        Ok(format!("{place}, with {}, takes the place of the state, with {replaced}.", prose::count(count, "resource", "resources")))
    }
}

impl Document for Records<'_> {
    const KIND: &'static str = "state";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        render::records::list(&self.records, look)
    }
}

impl Document for One<'_> {
    const KIND: &'static str = "record";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        render::records::show(self.record, look)
    }
}

//! `pipetoll state`.

use clap::Subcommand;
use serde::Serialize;

use crate::base::address::Address;
use crate::base::prose::did_you_mean;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::render::{self, Look};
use crate::state::{Record, Snapshot};

/// Look at what pipetoll remembers of what it made
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state list
  pipetoll state show function.ingest
  pipetoll state list --env prod --json\n")]
pub struct State {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Show(Show),
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
        let snapshot = Project::load(context)?.snapshot(context)?;
        match &self.command {
            Sub::List(list) => list.run(&snapshot, context),
            Sub::Show(show) => show.run(&snapshot, context),
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
        let record = snapshot.get(&self.address).ok_or_else(|| {
            let known: Vec<String> = snapshot.records.keys().map(ToString::to_string).collect();
            let failure = Failure::usage(format!("nothing is remembered of `{}`", self.address));
            match did_you_mean(&self.address.to_string(), known.iter().map(String::as_str)) {
                Some(near) => failure.hinted(format!("did you mean `{near}`?")),
                None => failure.hinted("`pipetoll state list` lists what is"),
            }
        })?;
        context.deliver(&One { record })?;
        Ok(Outcome::Done)
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

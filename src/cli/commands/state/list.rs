//! `pipetoll state list`.

use serde::Serialize;

use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::render::{self, Look};
use crate::state::{Record, Snapshot};

/// List what is remembered, with the ids by which AWS knows it
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state list
  pipetoll state list job cluster.nightly    Only these kinds and addresses\n")]
pub(super) struct List {
    /// Only these: addresses, or kinds
    only: Vec<String>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
pub(super) struct Records<'a> {
    lineage: &'a str,
    serial: u64,
    records: Vec<&'a Record>,
}

impl List {
    pub(super) fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
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

impl Document for Records<'_> {
    const KIND: &'static str = "state";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        render::records::list(&self.records, look)
    }
}

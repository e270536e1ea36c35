//! `pipetoll state show`.

use serde::Serialize;

use super::found;
use crate::base::address::Address;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::render::{self, Look};
use crate::state::{Record, Snapshot};

/// Show everything that is remembered of one resource
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state show function.ingest\n")]
pub(super) struct Show {
    /// Which
    address: Address,
}

#[derive(Serialize)]
struct One<'a> {
    record: &'a Record,
}

impl Show {
    pub(super) fn run(&self, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
        let record = found(snapshot, &self.address)?;
        context.deliver(&One { record })?;
        Ok(Outcome::Done)
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

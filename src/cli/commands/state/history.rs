//! `pipetoll state history`.

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::render::{self, Look};
use crate::state::Snapshot;

/// List the states that were replaced and are kept, the newest last
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state history
  pipetoll state restore 41    Go back to one of them\n")]
pub(super) struct History {}

/// The states that are kept.
#[derive(Serialize)]
pub(super) struct Generations {
    generations: Vec<Kept>,
}

/// One of them.
#[derive(Serialize)]
struct Kept {
    serial: u64,
    /// When it was replaced or written, as the place tells.
    at: Option<Timestamp>,
    /// Absent when it cannot be read.
    resources: Option<usize>,
}

impl History {
    pub(super) fn run(&self, project: &Project, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        let store = project.store()?;
        let mut generations = Vec::new();
        for generation in store.generations()? {
            let read = store.generation(generation.serial)?.and_then(|bytes| Snapshot::parse(&bytes).ok());
            generations.push(Kept { serial: generation.serial, at: generation.at, resources: read.map(|snapshot| snapshot.records.len()) });
        }
        if generations.is_empty() {
            context.remark("No state was replaced yet.\n");
        }
        context.deliver(&Generations { generations })?;
        Ok(Outcome::Done)
    }
}

impl Document for Generations {
    const KIND: &'static str = "history";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        let rows =
            self.generations.iter().map(|kept| render::records::Generation { serial: kept.serial, at: kept.at, resources: kept.resources });
        render::records::history(rows, look)
    }
}

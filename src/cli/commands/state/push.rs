//! `pipetoll state push`.

use std::path::PathBuf;

use crate::base::fs;
use crate::base::prose;
use crate::cli::error::{Failure, Kind};
use crate::state::{self, Snapshot, Store};

/// Make a file the state: one that `state pull` printed, or the `recovered-….json` of a run that could not write
///
/// Another state, an older one and a damaged one are refused. The state that is replaced stays in the history.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state push recovered-42.json\n")]
pub(super) struct Push {
    /// The file
    file: PathBuf,
}

impl Push {
    pub(super) fn edit(&self, store: &dyn Store, snapshot: &mut Snapshot) -> Result<String, Failure> {
        let place = self.file.display().to_string();
        let bytes = store.disclose(fs::read_bytes(&self.file)?, &place)?;
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

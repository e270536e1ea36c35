//! `pipetoll state restore`.

use crate::base::prose::{conjunction, count};
use crate::cli::error::Failure;
use crate::state::{self, Snapshot, Store};

/// Make a state that was replaced the state again
///
/// AWS is not changed: the next plan compares what is there with what is remembered then. The state that is replaced stays in the history.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state history
  pipetoll state restore 41\n")]
pub(super) struct Restore {
    /// Its serial, as `state history` lists it
    serial: u64,
}

impl Restore {
    pub(super) fn edit(&self, store: &dyn Store, snapshot: &mut Snapshot) -> Result<String, Failure> {
        let serial = self.serial;
        let Some(bytes) = store.generation(serial)? else {
            let kept: Vec<String> = store.generations()?.iter().map(|generation| generation.serial.to_string()).collect();
            let failure = Failure::usage(format!("no state of serial {serial} is kept"));
            let none = || "none was replaced yet".to_owned();
            return Err(failure.hinted(if kept.is_empty() { none() } else { format!("kept are {}", kept.join(", ")) }));
        };
        let place = format!("the state of serial {serial}");
        let restored = state::parse(&bytes, &place, "choose another of `pipetoll state history`")?;
        state::check_identity(&place, &restored.identity, &snapshot.identity)?;
        let names = |of: &Snapshot, other: &Snapshot| {
            let names: Vec<String> = of.records.keys().filter(|address| other.get(address).is_none()).map(ToString::to_string).collect();
            (!names.is_empty()).then(|| conjunction(names.iter().map(String::as_str)))
        };
        let (back, gone) = (names(&restored, snapshot), names(snapshot, &restored));
        let mut said = format!(
            "The state of serial {serial}, with {}, takes the place of the newest.",
            count(restored.records.len(), "resource", "resources")
        );
        let parts = [(back, "Remembered again"), (gone, "Not remembered any more, and staying in AWS")];
        said.extend(parts.into_iter().filter_map(|(names, what)| Some(format!("\n{what}: {}.", names?))));
        *snapshot = restored;
        Ok(said)
    }
}

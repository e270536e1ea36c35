//! `pipetoll state rm`.

use super::settled;
use crate::base::address::Address;
use crate::base::prose::conjunction;
use crate::cli::error::Failure;
use crate::state::Snapshot;

/// Forget resources without deleting them in AWS
///
/// With a resource go those that were derived from it, such as its role of `role = "auto"`. `pipetoll import ADDRESS ID` takes one up again.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state rm queue.old
  pipetoll state rm queue.old topic.old --yes\n")]
pub(super) struct Rm {
    /// Which
    #[arg(required = true)]
    addresses: Vec<Address>,
}

impl Rm {
    pub(super) fn edit(&self, snapshot: &mut Snapshot) -> Result<String, Failure> {
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

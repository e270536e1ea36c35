//! `[[moved]]`: what is remembered follows the blocks that were renamed, before anything is compared.

use std::borrow::Cow;

use crate::base::address::Address;
use crate::base::diagnostic::{Diagnostic, Report};
use crate::model::plan::Moved;
use crate::model::resource::{Architecture, Rename};
use crate::state::Snapshot;

/// What is remembered once it has followed, and what moved. Of a block that is repeated, each instance moves; with a block moves what was derived from
/// it and is called after it. What was followed before has no effect.
///
/// # Errors
/// Something is remembered under both addresses.
pub fn follow<'a>(architecture: &Architecture, snapshot: &'a Snapshot) -> Result<(Cow<'a, Snapshot>, Vec<Moved>), Report> {
    let (mut snapshot, mut moved, mut report) = (Cow::Borrowed(snapshot), Vec::new(), Report::default());
    for rename in &architecture.renames {
        for step in steps(rename, &snapshot) {
            if snapshot.records.contains_key(&step.to) {
                report.push(both(rename, &step));
                continue;
            }
            snapshot.to_mut().rename(&step.from, &step.to);
            moved.push(step);
        }
    }
    if report.diagnostics.is_empty() { Ok((snapshot, moved)) } else { Err(report) }
}

/// What of the state a rename speaks of.
fn steps(rename: &Rename, snapshot: &Snapshot) -> Vec<Moved> {
    let Rename { from, to, span: _ } = rename;
    let mut steps = Vec::new();
    for record in snapshot.records.values() {
        let address = &record.address;
        if address.kind == from.kind
            && let Some(key) = address.name.strip_prefix(&from.name).filter(|key| key.is_empty() || key.starts_with('['))
        {
            steps.push(Moved { from: address.clone(), to: Address::of(&to.kind, format!("{}{key}", to.name)) });
        }
        // `role.function-ingest` is called after `function.ingest`.
        let (old, new) = (format!("{}-{}", from.kind, from.name), format!("{}-{}", to.kind, to.name));
        if record.derived_from.as_ref() == Some(from)
            && let Some(rest) = address.name.strip_prefix(&old)
        {
            steps.push(Moved { from: address.clone(), to: Address::of(&address.kind, format!("{new}{rest}")) });
        }
    }
    steps
}

fn both(rename: &Rename, step: &Moved) -> Diagnostic {
    let Moved { from, to } = step;
    Diagnostic::error(format!("{from} cannot become {to}: the state has both")).at(rename.span, "moved here").help(format!(
        "take this `[[moved]]` out to have {from} deleted, or let `pipetoll state rm {to}` forget the other, which stays in AWS"
    ))
}

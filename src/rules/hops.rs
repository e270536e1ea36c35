//! The hops by which one event makes the next thing work.

use std::collections::BTreeMap;

use super::links::{Link, links};
use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::model::resource::{Architecture, Resource};

/// One hop of data or events that makes the next thing work.
#[derive(Clone, Copy)]
pub(super) struct Hop<'a> {
    pub(super) from: &'a Address,
    pub(super) to: &'a Address,
    /// The block whose field says so.
    pub(super) owner: &'a Resource,
    pub(super) path: &'a Path,
}

/// The hops by which one event can cause another: writing, sending, triggering, starting.
pub(super) fn hops(architecture: &Architecture) -> BTreeMap<&Address, Vec<Hop<'_>>> {
    let mut hops: BTreeMap<&Address, Vec<Hop<'_>>> = BTreeMap::new();
    for Link { owner, edge, access } in links(architecture) {
        let first = match edge.path.segments().first() {
            Some(Segment::Key(key)) => key.as_str(),
            _ => "",
        };
        let (from, to) = match (access, owner.address.kind.as_str(), first) {
            (Some("consume" | "follow"), ..) => (&edge.to, &owner.address),
            (Some("read") | None, "function", "trigger") if is_source(&edge.path) => (&edge.to, &owner.address),
            (Some("write" | "run"), ..)
            | (None, "bucket", "notification")
            | (None, "topic", "subscription")
            | (None, "queue", "redrive") => (&owner.address, &edge.to),
            _ => continue,
        };
        if from != to {
            hops.entry(from).or_default().push(Hop { from, to, owner, path: &edge.path });
        }
    }
    hops
}

/// Whether a field of a trigger names what triggers, and not where failures go: `trigger.s3[0].bucket`.
fn is_source(path: &Path) -> bool {
    matches!(path.segments().last(), Some(Segment::Key(key)) if ["bucket", "topic", "rule", "stream", "table", "queue"].contains(&key.as_str()))
}

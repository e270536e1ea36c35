//! Who does what with whom: references of fields, with the use that the field's schema declares.

use std::collections::BTreeSet;

use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::model::reference::Edge;
use crate::model::resource::{Architecture, Resource};
use crate::model::schema::Marks;

/// A reference from a block to another.
pub(super) struct Link<'a> {
    /// The block that refers.
    pub(super) owner: &'a Resource,
    /// To what, and where it says so.
    pub(super) edge: &'a Edge,
    /// The field's `x-use`: `read`, `write`, `consume`, `run`, `follow`.
    pub(super) access: Option<&'a str>,
}

/// All references but those of derived resources.
pub(super) fn links(architecture: &Architecture) -> impl Iterator<Item = Link<'_>> {
    architecture.resources.values().filter(|owner| owner.derived_from.is_none()).flat_map(|owner| {
        owner.edges.iter().map(move |edge| Link { owner, edge, access: marks(owner, &edge.path).and_then(|marks| marks.access.as_deref()) })
    })
}

/// The marks of the field that a path leads to; those of a list stand for its items.
pub(super) fn marks<'a>(resource: &'a Resource, path: &Path) -> Option<&'a Marks> {
    let last_key = path.segments().iter().rposition(|segment| matches!(segment, Segment::Key(_)))?;
    let field = Path(path.segments()[..=last_key].to_vec());
    resource.entry.shape().at(&field).map(|shape| &shape.marks)
}

/// What something in the project starts: what fields that run name, what blocks that only ever start things name, and blocks that follow others.
pub(super) fn started(architecture: &Architecture) -> BTreeSet<&Address> {
    links(architecture)
        .filter_map(|Link { owner, edge, access }| {
            let field = edge.path.field();
            match (access, owner.address.kind.as_str()) {
                (Some("run"), _) | (None, "pipeline" | "schedule" | "rule" | "workflow") => Some(&edge.to),
                (Some("follow"), _) => Some(&owner.address),
                (None, "job") if field.starts_with("trigger.also.") => Some(&edge.to),
                (None, "job") if field.starts_with("trigger.after.") => Some(&owner.address),
                _ => None,
            }
        })
        .collect()
}

//! What changed behind our back: what was recorded against what is there.

use super::compare::changes;
use crate::base::path::Path;
use crate::model::plan::Change;
use crate::model::schema::Shape;
use crate::model::value::Value;

/// What somebody else did to a resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drifted {
    /// Attributes that we set and that differ now: `before` is what was recorded, `after` what is there.
    pub changes: Vec<Change>,
    /// Attributes that we never set and that are there: `after` is what is there.
    pub undeclared: Vec<Change>,
}

/// Compares what was recorded with what is real, both in normal form.
pub fn drifted(shape: &Shape, recorded: &Value, real: &Value, ignore: &[Path]) -> Drifted {
    let found = changes(shape, recorded, Some(recorded), Some(real), ignore);
    let turn = |change: Change| Change { before: change.after, after: change.before, replaces: None, ..change };
    Drifted { changes: found.changes.into_iter().map(turn).collect(), undeclared: found.undeclared }
}

//! How many steps of each sort a plan has.

use serde::{Deserialize, Serialize};

use crate::model::plan::{Action, Plan};

/// The counts of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Made.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Deleted and made anew, in either order.
    pub replace: usize,
    /// Deleted.
    pub destroy: usize,
    /// Left in AWS and no longer remembered.
    pub forget: usize,
    /// Taken over.
    pub adopt: usize,
    /// Left as they are.
    pub unchanged: usize,
}

impl Summary {
    /// The counts of this plan.
    pub fn of(plan: &Plan) -> Self {
        let mut summary = Self::default();
        for step in &plan.steps {
            *match step.action {
                Action::None => &mut summary.unchanged,
                Action::Create => &mut summary.add,
                Action::Update => &mut summary.change,
                Action::Replace | Action::CreateThenDelete => &mut summary.replace,
                Action::Delete => &mut summary.destroy,
                Action::Forget => &mut summary.forget,
                Action::Adopt => &mut summary.adopt,
            } += 1;
        }
        summary
    }
}

impl std::fmt::Display for Summary {
    /// `1 to add, 1 to change, 1 to replace, 0 to destroy`; the rarer counts only when there are any.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { add, change, replace, destroy, forget, adopt, unchanged: _ } = self;
        write!(out, "{add} to add, {change} to change, {replace} to replace, {destroy} to destroy")?;
        if *adopt > 0 {
            write!(out, ", {adopt} to adopt")?;
        }
        if *forget > 0 {
            write!(out, ", {forget} to forget")?;
        }
        Ok(())
    }
}

//! Why an expression is not a schedule, and what it should be.

use std::ops::Range;

/// A mistake in a schedule expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct ScheduleError {
    /// The sentence: lower case, no full stop.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The bytes of the expression that are wrong.
    pub at: Range<usize>,
    /// The expression as it was meant, where that is certain.
    pub repaired: Option<String>,
}

impl ScheduleError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), at, repaired: None }
    }

    pub(super) fn repaired(mut self, text: Option<String>) -> Self {
        self.repaired = text;
        self
    }
}

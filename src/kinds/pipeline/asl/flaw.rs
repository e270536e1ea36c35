//! A flaw of a definition, and of what kind it is.

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlawKind {
    /// A name that no state has (SFN101).
    Dangling,
    /// A state that nothing leads to (SFN102).
    Unreachable,
    /// No way to end (SFN103).
    Endless,
    /// Both `Next` and `End`, or neither (SFN104).
    NextAndEnd,
    /// A field that must be there, or a type that is none.
    Malformed,
}

/// A flaw of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// What kind it is.
    pub kind: FlawKind,
    /// The state it speaks of; empty for the machine itself.
    pub state: String,
    /// The sentence.
    pub message: String,
    /// The way out.
    pub help: String,
}

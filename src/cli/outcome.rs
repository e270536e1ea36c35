//! How a run ends: every exit code, once.

use std::process::ExitCode;

/// How a run ended. The doc of each is printed by `pipetoll explain exit-codes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done, nothing to object.
    Done,
    /// It worked and the answer is no: findings at or above `--fail-on`, over budget, drift found.
    No,
    /// Could not: usage, configuration, AWS.
    CouldNot,
    /// Apply stopped part way; state is saved; run again.
    Partial,
    /// No or expired credentials, or the wrong account.
    Credentials,
    /// Declined, or a prompt was needed and there is no terminal.
    Declined,
    /// The saved plan is stale, or somebody else holds the state.
    Stale,
    /// Internal error: a bug in pipetoll.
    Bug,
    /// Interrupted.
    Interrupted,
}

impl Outcome {
    /// All of them, by code.
    pub const ALL: [Self; 9] =
        [Self::Done, Self::No, Self::CouldNot, Self::Partial, Self::Credentials, Self::Declined, Self::Stale, Self::Bug, Self::Interrupted];

    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::CouldNot => 2,
            Self::Partial => 3,
            Self::Credentials => 4,
            Self::Declined => 5,
            Self::Stale => 6,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, nothing to object",
            Self::No => "it worked and the answer is no: findings at or above --fail-on, over budget, drift found",
            Self::CouldNot => "could not: usage, configuration, AWS",
            Self::Partial => "apply stopped part way; state is saved; run again",
            Self::Credentials => "no or expired credentials, or the wrong account",
            Self::Declined => "declined, or a prompt was needed and there is no terminal",
            Self::Stale => "the saved plan is stale, or somebody else holds the state",
            Self::Bug => "internal error: a bug in pipetoll",
            Self::Interrupted => "interrupted",
        }
    }

    /// With `--detailed-exitcode`, which keeps Terraform's meaning: 0 nothing to do, 1 error, 2 changes.
    #[must_use]
    pub const fn detailed(self) -> Self {
        match self {
            Self::CouldNot | Self::Credentials | Self::Stale | Self::Declined | Self::Partial => Self::No,
            other => other,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_are_distinct() {
        assert!(Outcome::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}

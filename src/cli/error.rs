//! Why a command could not do its work: the kind decides the exit code, hints say what to do.

use std::fmt;

use super::outcome::Outcome;
use crate::base::diagnostic::Diagnostic;
use crate::base::fs::FileError;
use crate::plan::SavedPlanError;
use crate::state::{KeyError, StateError};

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line asks for something that does not exist or does not fit together.
    Usage,
    /// The configuration is wrong, or a file cannot be read or written.
    Configuration,
    /// AWS refused or did not answer.
    Aws,
    /// There are no credentials, they have expired, or they are of another account.
    Credentials,
    /// The user said no, or could not be asked.
    Declined,
    /// The saved plan no longer fits, or the state is held by somebody else.
    Stale,
    /// Some steps were done and others not.
    Partial,
    /// The user stopped the run.
    Interrupted,
    /// A bug.
    Internal,
    /// Whoever read our output is gone; nothing is said about it.
    BrokenPipe,
}

/// A failure: a sentence, details, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind it is.
    pub kind: Kind,
    /// The sentence: lower case, no full stop. Empty when everything has been said already.
    pub message: String,
    /// More lines, each with its key.
    pub details: Vec<(&'static str, String)>,
    /// What to do, one sentence each.
    pub hints: Vec<String>,
    /// The state, when it could be kept nowhere: it is printed, so that it is not lost.
    pub unsaved: Option<String>,
}

impl Failure {
    /// A failure of this kind.
    pub fn of(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Vec::new(), hints: Vec::new(), unsaved: None }
    }

    /// The command line is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::of(Kind::Usage, message)
    }

    /// The configuration is wrong.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::of(Kind::Configuration, message)
    }

    /// A failure whose messages are on the screen already.
    pub fn said(kind: Kind) -> Self {
        Self::of(kind, "")
    }

    /// Adds what to do.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a line.
    #[must_use]
    pub fn detailed(mut self, key: &'static str, text: impl Into<String>) -> Self {
        self.details.push((key, text.into()));
        self
    }

    /// The exit code.
    pub fn outcome(&self) -> Outcome {
        match self.kind {
            Kind::Usage | Kind::Configuration | Kind::Aws => Outcome::CouldNot,
            Kind::Credentials => Outcome::Credentials,
            Kind::Declined => Outcome::Declined,
            Kind::Stale => Outcome::Stale,
            Kind::Partial => Outcome::Partial,
            Kind::Interrupted => Outcome::Interrupted,
            Kind::Internal => Outcome::Bug,
            Kind::BrokenPipe => Outcome::Done,
        }
    }

    /// As a message without a place.
    pub fn diagnostic(&self) -> Diagnostic {
        let prefix = if self.kind == Kind::Internal { "this is a bug in pipetoll: " } else { "" };
        let mut diagnostic = Diagnostic::error(format!("{prefix}{}", self.message));
        diagnostic.notes.clone_from(&self.details);
        diagnostic
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::configuration(error.to_string())
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let kind = match &error {
            _ if error.is_contention() => Kind::Stale,
            StateError::NotKept { .. } => Kind::Partial,
            StateError::Bucket { credentials: true, .. } => Kind::Credentials,
            StateError::Bucket { .. } => Kind::Aws,
            StateError::Key(KeyError::Kms { credentials, .. })
            | StateError::Closed { cause: Some(KeyError::Kms { credentials, .. }), .. } => {
                if *credentials {
                    Kind::Credentials
                } else {
                    Kind::Aws
                }
            }
            _ => Kind::Configuration,
        };
        let failure = Self::of(kind, error.to_string());
        match error {
            StateError::NotKept { kept: None, text, .. } => Self { unsaved: Some(text), ..failure },
            StateError::Bucket { credentials: true, .. } => failure.hinted("log in again, or set AWS_PROFILE"),
            StateError::Alive(_) => {
                failure.hinted("wait until it is done; of a state in S3, `pipetoll state unlock --force` takes it all the same")
            }
            StateError::NotKept { .. } => failure.hinted("run it again: what was begun is looked up, and nothing is done twice"),
            StateError::Closed { cause: None, .. } => failure
                .hinted("name the key that encrypted it under `previous` of `[state.encryption]`, or look whether its passphrase is right"),
            StateError::Closed { cause: Some(KeyError::Unset(name)), .. } | StateError::Key(KeyError::Unset(name)) => {
                failure.hinted(format!("set {name} to the passphrase"))
            }
            _ => failure,
        }
    }
}

impl From<SavedPlanError> for Failure {
    fn from(error: SavedPlanError) -> Self {
        let kind = if matches!(error, SavedPlanError::Stale { .. }) { Kind::Stale } else { Kind::Configuration };
        Self::of(kind, error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::said(Kind::BrokenPipe),
            _ => Self::configuration(format!("could not write the output: {error}")),
        }
    }
}

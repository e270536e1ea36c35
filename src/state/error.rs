//! What can be wrong with the state, each with a way out.

use super::keyring::KeyError;
use super::lock::Holder;
use crate::base::fs::FileError;

/// The state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file or folder of it.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was read is no state.
    #[error("the state is damaged: {place}: {what}; {way_out}")]
    Corrupt {
        /// Which file or object.
        place: String,
        /// What is wrong with it.
        what: String,
        /// What to do.
        way_out: String,
    },
    /// It is encrypted, and no key opens it.
    #[error("{place} is encrypted, and {}", cause.as_ref().map_or("none of the keys that `[state.encryption]` names opens it".to_owned(), ToString::to_string))]
    Closed {
        /// Which file or object.
        place: String,
        /// Why a key could not be used.
        cause: Option<KeyError>,
    },
    /// What is to be written cannot be encrypted.
    #[error("could not encrypt: {0}")]
    Key(#[from] KeyError),
    /// A later pipetoll wrote it.
    #[error("{place} has format {found}, and this pipetoll reads formats up to {supported}; use the version that wrote it, or a later one")]
    Newer {
        /// Which file or object.
        place: String,
        /// The format it says it has.
        found: u64,
        /// The latest one known here.
        supported: u64,
    },
    /// It belongs to something else.
    #[error("{place} is the state of {found}, not of {expected}; give each environment its own state")]
    Foreign {
        /// Where it lies.
        place: String,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        expected: String,
    },
    /// What was to be written contradicts itself; what is there stays.
    #[error("what was to be written contradicts itself: {0}; what is there was left as it is")]
    Unsound(String),
    /// Somebody wrote it since it was read.
    #[error("somebody else wrote the state since it was read at serial {read}")]
    Moved {
        /// The serial that was read.
        read: u64,
    },
    /// The lock was lost while it was needed.
    #[error("the state's lock was lost: {0}")]
    Lost(String),
    /// What a run did could not be written into the state.
    #[error(
        "what this run did could not be written into the state: {cause}; {}",
        kept.as_ref().map_or("it could not be kept anywhere either".to_owned(), |kept| format!("what it remembers is kept in {kept}"))
    )]
    NotKept {
        /// Why.
        cause: Box<Self>,
        /// Where the snapshot lies that could not be committed, when it could be kept at all.
        kept: Option<String>,
        /// The snapshot.
        text: String,
    },
    /// The bucket that holds it.
    #[error("could not {action} {place}: {message}")]
    Bucket {
        /// What was tried: `read`.
        action: &'static str,
        /// Which object.
        place: String,
        /// What the place says.
        message: String,
        /// Whether credentials are missing or expired.
        credentials: bool,
    },
    /// The lock is held by somebody who lives.
    #[error("the state's lock is held by {0}, who is there")]
    Alive(Holder),
    /// Somebody holds the lock.
    #[error("the state is locked{}; wait for it with `--lock-timeout 5m`", by(.0.as_ref()))]
    Locked(Option<Holder>),
    /// The journal could not be written earlier in this run, so that nothing may be done.
    #[error("the journal could not be written: {0}")]
    Journal(String),
}

impl StateError {
    /// Whether somebody else holds or wrote the state, rather than something being broken.
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Locked(_) | Self::Alive(_) | Self::Moved { .. } | Self::Lost(_) => true,
            Self::NotKept { cause, .. } => cause.is_contention(),
            _ => false,
        }
    }
}

fn by(holder: Option<&Holder>) -> String {
    holder.map(|holder| format!(" by {holder}")).unwrap_or_default()
}

//! What pipetoll remembers between runs: a snapshot, a journal that survives a crash at any instant, and a lock.

pub mod bucket;
mod encrypted;
pub mod envelope;
pub mod error;
pub mod integrity;
pub mod intent;
pub mod journal;
pub mod keyring;
#[cfg(feature = "aws")]
mod kms;
mod lease;
pub mod local;
pub mod lock;
pub mod mask;
pub mod record;
pub mod repair;
pub mod replay;
#[cfg(feature = "aws")]
mod s3;
pub mod store;
#[cfg(test)]
mod tests;
#[cfg(feature = "aws")]
mod threads;
mod writer;

pub use bucket::{Bucket, BucketStore};
pub use encrypted::EncryptedStore;
pub use envelope::{About, environment_of};
pub use error::StateError;
pub use intent::{Intent, Intents};
pub use journal::{Journal, Run, commit};
pub use keyring::{Key, KeyError, Keyring, Passphrase, Unreachable};
#[cfg(feature = "aws")]
pub use kms::KmsKey;
pub use local::LocalStore;
pub use lock::Holder;
pub use mask::Mask;
pub use record::{Identity, Origin, Record, Snapshot, Status};
pub use repair::{Repair, repair};
pub use replay::{Loaded, check_identity, load, parse};
#[cfg(feature = "aws")]
pub use s3::S3Bucket;
pub use store::{Commit, Generation, Guard, Piece, Store, Stored, rekey};
pub use writer::Written;

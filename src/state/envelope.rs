//! What is encrypted, as it lies: one line of JSON that holds everything but the key that opens its key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// How every envelope begins: by this a reader tells it from plain text.
const MARK: &str = "{\"pipetoll_encrypted\":";
/// The format that this pipetoll writes.
pub(super) const FORMAT: u64 = 1;

/// A data key as it lies beside what it encrypts: itself encrypted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrapped {
    /// An age file that the passphrase opens, in base64.
    Passphrase(String),
    /// What KMS made of it, in base64; it names the key by itself.
    Kms(String),
}

/// Encrypted bytes with what is needed to decrypt them, but for the passphrase or the right to use the KMS key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// The format.
    pub(super) pipetoll_encrypted: u64,
    /// The data key.
    pub(super) key: Wrapped,
    /// The serial of a snapshot, in the clear: of two copies, people see the later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) serial: Option<u64>,
    /// The environment of a saved plan, in the clear: it says which settings tell the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<String>,
    /// An age file, in base64.
    data: String,
}

impl Envelope {
    pub(super) fn new(key: Wrapped, about: &About<'_>, data: &[u8]) -> Self {
        let environment = about.environment.map(str::to_owned);
        Self { pipetoll_encrypted: FORMAT, key, serial: about.serial, environment, data: STANDARD.encode(data) }
    }

    /// Whether these bytes are one, whole or not.
    pub(super) fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(MARK.as_bytes())
    }

    /// Reads one; the error says what is wrong.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("it is encrypted, and its cover cannot be read ({error})"))
    }

    /// The age file.
    pub(super) fn data(&self) -> Result<Vec<u8>, String> {
        STANDARD.decode(&self.data).map_err(|_| "it is encrypted, and what is under its cover is no base64".to_owned())
    }

    /// As a line.
    pub(super) fn to_line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// What an envelope tells of what is in it.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The serial of a snapshot.
    pub serial: Option<u64>,
    /// The environment of a saved plan.
    pub environment: Option<&'a str>,
}

/// The environment of an encrypted plan; `None` when these bytes are not encrypted, or their cover is damaged.
pub fn environment_of(bytes: &[u8]) -> Option<Option<String>> {
    Envelope::is_one(bytes).then(|| Envelope::parse(bytes).ok())?.map(|envelope| envelope.environment)
}

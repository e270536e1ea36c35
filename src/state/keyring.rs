//! The keys of a state: one to write with, and those that were used before, to read with.
//!
//! Everything is encrypted with a data key, an age identity of its own, which lies beside what it encrypts, itself encrypted by the passphrase or by KMS.
//! So a passphrase is stretched, and KMS asked, once in a run, however often something is written.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::envelope::{About, Envelope, FORMAT, Wrapped};
use super::error::StateError;

/// How hard it is to try a passphrase: 2^17 rounds of scrypt, about 128 MiB and half a second (OWASP's Password Storage Cheat Sheet, 2026-11).
const WORK_FACTOR: u8 = 17;
/// What a file may demand of whoever tries to open it: eight times as much.
const MOST_WORK: u8 = 20;
/// Shorter passphrases are tried in days (OpenTofu refuses them below this length, too).
const SHORTEST_PASSPHRASE: usize = 16;

/// A key that encrypts data keys.
pub trait Key: Send + Sync + std::fmt::Debug {
    /// Encrypts a data key.
    fn wrap(&self, key: &SecretString) -> Result<Wrapped, KeyError>;

    /// Decrypts one; `None` when another key encrypted it.
    fn unwrap(&self, wrapped: &Wrapped) -> Result<Option<SecretString>, KeyError>;
}

/// A key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The variable that should hold the passphrase is not set.
    #[error("the variable {0}, which `[state.encryption]` names, is not set")]
    Unset(String),
    /// The passphrase is too short.
    #[error("the passphrase in {0} is too short: it needs at least {SHORTEST_PASSPHRASE} characters")]
    Short(String),
    /// There is none.
    #[error("the project names no keys in `[state.encryption]`")]
    None,
    /// This build has no KMS.
    #[error("the key is one of KMS, and this build of pipetoll cannot reach it: it was made without the `aws` feature")]
    Unreachable,
    /// KMS refuses, or cannot be asked.
    #[error("{message}")]
    Kms {
        /// What it says.
        message: String,
        /// Whether credentials are missing or expired.
        credentials: bool,
    },
    /// The cipher failed: not the fault of any input.
    #[error("the data key could not be encrypted: {0}")]
    Cipher(String),
}

/// A passphrase from a variable of the process environment.
#[derive(Debug)]
pub struct Passphrase {
    variable: String,
    value: Option<SecretString>,
}

impl Passphrase {
    /// The passphrase that a variable holds, when it is set.
    pub fn new(variable: String, value: Option<String>) -> Self {
        Self { variable, value: value.map(SecretString::from) }
    }

    /// Whether a text is long enough to be one.
    pub fn is_long_enough(text: &str) -> bool {
        text.chars().count() >= SHORTEST_PASSPHRASE
    }

    fn value(&self) -> Result<SecretString, KeyError> {
        let value = self.value.clone().ok_or_else(|| KeyError::Unset(self.variable.clone()))?;
        if Self::is_long_enough(value.expose_secret()) { Ok(value) } else { Err(KeyError::Short(self.variable.clone())) }
    }
}

impl Key for Passphrase {
    fn wrap(&self, key: &SecretString) -> Result<Wrapped, KeyError> {
        let mut recipient = age::scrypt::Recipient::new(self.value()?);
        recipient.set_work_factor(WORK_FACTOR);
        let wrapped = age::encrypt(&recipient, key.expose_secret().as_bytes()).map_err(|error| KeyError::Cipher(error.to_string()))?;
        Ok(Wrapped::Passphrase(STANDARD.encode(wrapped)))
    }

    fn unwrap(&self, wrapped: &Wrapped) -> Result<Option<SecretString>, KeyError> {
        let Wrapped::Passphrase(text) = wrapped else { return Ok(None) };
        let mut identity = age::scrypt::Identity::new(self.value()?);
        identity.set_max_work_factor(MOST_WORK);
        let opened = STANDARD.decode(text).ok().and_then(|bytes| age::decrypt(&identity, &bytes).ok());
        Ok(opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(SecretString::from))
    }
}

/// A key of KMS in a build that cannot reach it.
#[derive(Debug)]
pub struct Unreachable;

impl Key for Unreachable {
    fn wrap(&self, _: &SecretString) -> Result<Wrapped, KeyError> {
        Err(KeyError::Unreachable)
    }

    fn unwrap(&self, wrapped: &Wrapped) -> Result<Option<SecretString>, KeyError> {
        if matches!(wrapped, Wrapped::Kms(_)) { Err(KeyError::Unreachable) } else { Ok(None) }
    }
}

/// The keys of a state.
#[derive(Debug, Default)]
pub struct Keyring {
    /// What is written is encrypted with this one; without it, it is not.
    current: Option<Box<dyn Key>>,
    /// What was written before may be encrypted with these.
    previous: Vec<Box<dyn Key>>,
    known: Mutex<Known>,
}

/// The data keys of this run.
#[derive(Default)]
struct Known {
    opened: BTreeMap<Wrapped, Identity>,
    /// The one to write with.
    writing: Option<(Wrapped, Identity)>,
    /// Whether it must be a new one.
    fresh: bool,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Known({} opened)", self.opened.len())
    }
}

/// Why something encrypted cannot be read.
enum Closed {
    /// None of the keys opens it; `None` when there are none.
    NoKey(Option<KeyError>),
    /// It was altered.
    Damaged(String),
}

impl Keyring {
    /// A keyring; without `current`, what is written is not encrypted.
    pub fn new(current: Option<Box<dyn Key>>, previous: Vec<Box<dyn Key>>) -> Self {
        Self { current, previous, known: Mutex::default() }
    }

    /// Whether what is written is encrypted.
    pub fn encrypts(&self) -> bool {
        self.current.is_some()
    }

    /// From here on, what is written is encrypted with a data key that was never used.
    pub fn renew(&self) {
        let mut known = self.known();
        known.writing = None;
        known.fresh = true;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Encrypts, when there is a key to encrypt with; the answer ends with a line's end then.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn enclose(&self, bytes: &[u8], about: &About<'_>) -> Result<Vec<u8>, StateError> {
        let Some(current) = &self.current else { return Ok(bytes.to_vec()) };
        let mut known = self.known();
        let (wrapped, identity) = if let Some(writing) = known.writing.take() {
            writing
        } else {
            let identity = Identity::generate();
            (current.wrap(&identity.to_string())?, identity)
        };
        let sealed = age::encrypt(&identity.to_public(), bytes);
        known.writing = Some((wrapped.clone(), identity));
        drop(known);
        let sealed = sealed.map_err(|error| KeyError::Cipher(error.to_string()))?;
        let envelope = Envelope::new(wrapped, about, &sealed);
        Ok(envelope.to_line().map_err(|error| KeyError::Cipher(error.to_string()))?)
    }

    /// Decrypts; what is not encrypted stays as it is. `place` and `way_out` are for messages.
    ///
    /// # Errors
    /// No key opens it, or it was altered.
    pub fn disclose(&self, bytes: Vec<u8>, place: &str, way_out: &str) -> Result<Vec<u8>, StateError> {
        if !Envelope::is_one(&bytes) {
            return Ok(bytes);
        }
        self.open(&bytes).map_err(|closed| match closed {
            Closed::NoKey(cause) => StateError::Closed { place: place.to_owned(), cause },
            Closed::Damaged(what) => StateError::Corrupt { place: place.to_owned(), what, way_out: way_out.to_owned() },
        })
    }

    fn open(&self, bytes: &[u8]) -> Result<Vec<u8>, Closed> {
        let envelope = Envelope::parse(bytes).map_err(Closed::Damaged)?;
        if envelope.pipetoll_encrypted != FORMAT {
            let found = envelope.pipetoll_encrypted;
            return Err(Closed::Damaged(format!("it is encrypted in format {found}, which a later pipetoll reads")));
        }
        let data = envelope.data().map_err(Closed::Damaged)?;
        let mut known = self.known();
        if !known.opened.contains_key(&envelope.key) {
            let (identity, is_current) = self.identity(&envelope.key)?;
            if is_current && known.writing.is_none() && !known.fresh {
                known.writing = Some((envelope.key.clone(), identity.clone()));
            }
            known.opened.insert(envelope.key.clone(), identity);
        }
        let Some(identity) = known.opened.get(&envelope.key) else { return Err(Closed::NoKey(None)) };
        age::decrypt(identity, &data).map_err(|_| Closed::Damaged("it is encrypted, and was altered or cut off since".to_owned()))
    }

    /// Opens a data key, and tells whether it was by the current key.
    fn identity(&self, wrapped: &Wrapped) -> Result<(Identity, bool), Closed> {
        let mut refused = (self.current.is_none() && self.previous.is_empty()).then_some(KeyError::None);
        for (at, key) in self.current.iter().chain(&self.previous).enumerate() {
            match key.unwrap(wrapped) {
                Ok(Some(text)) => {
                    let identity = text.expose_secret().parse::<Identity>();
                    let identity = identity.map_err(|_| Closed::Damaged("it is encrypted, and its data key is none".to_owned()))?;
                    return Ok((identity, at == 0 && self.current.is_some()));
                }
                Ok(None) => {}
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(Closed::NoKey(refused))
    }
}

//! A key of AWS KMS that encrypts data keys.

use std::future::Future;

use age::secrecy::{ExposeSecret, SecretString};
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::envelope::Wrapped;
use super::keyring::{Key, KeyError};
use super::threads::Threads;
use crate::aws::{Class, Failure};

/// How often a call is made whose answer was lost, or that KMS was too busy for.
const ATTEMPTS: u32 = 4;

/// A key of KMS, and the threads that ask it.
pub struct KmsKey {
    client: Client,
    key: String,
    /// What KMS binds a data key to: a state's cannot be decrypted as another's, and the log of KMS tells whose it was.
    context: Vec<(String, String)>,
    threads: Threads,
}

impl KmsKey {
    /// A key by its id, its ARN or `alias/…`, for the state of this project and environment. `connect` makes the client.
    ///
    /// # Errors
    /// No threads.
    pub fn open(key: String, project: &str, environment: Option<&str>, connect: impl Future<Output = Client>) -> std::io::Result<Self> {
        let (threads, client) = Threads::start(connect)?;
        let mut context = vec![("pipetoll:project".to_owned(), project.to_owned())];
        context.extend(environment.map(|name| ("pipetoll:environment".to_owned(), name.to_owned())));
        Ok(Self { client, key, context, threads })
    }

    /// Asks until the answer is clear: neither call changes anything.
    fn ask<T: Send + 'static, F>(&self, call: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let mut attempt = 0;
        loop {
            let pause = (attempt > 0).then(|| crate::aws::retry::pause(attempt, 0));
            let call = call();
            let answer = self.threads.wait(async move {
                if let Some(pause) = pause {
                    tokio::time::sleep(pause).await;
                }
                call.await
            });
            attempt += 1;
            match answer.unwrap_or_else(|| Err(Failure::local("kms", "the call was given up"))) {
                Err(failure) if attempt < ATTEMPTS && matches!(failure.class, Class::Throttled | Class::Transient | Class::Unclear) => {}
                answer => return answer,
            }
        }
    }
}

impl std::fmt::Debug for KmsKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KmsKey({})", self.key)
    }
}

fn refused(failure: &Failure) -> KeyError {
    let hint = failure.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    KeyError::Kms { message: format!("{failure}{hint}"), credentials: failure.class == Class::Credentials }
}

impl Key for KmsKey {
    fn wrap(&self, key: &SecretString) -> Result<Wrapped, KeyError> {
        let plain = Blob::new(key.expose_secret().as_bytes());
        let answer = self.ask(|| {
            let call = self.client.encrypt().key_id(&self.key).plaintext(plain.clone());
            let call = self.context.iter().fold(call, |call, (key, value)| call.encryption_context(key, value));
            async move { call.send().await.map_err(|error| Failure::of("kms:Encrypt", &error)) }
        });
        let blob = answer.map_err(|failure| refused(&failure))?.ciphertext_blob;
        let blob = blob.ok_or_else(|| refused(&Failure::unexpected("kms:Encrypt", "it answered without a ciphertext")))?;
        Ok(Wrapped::Kms(STANDARD.encode(blob)))
    }

    fn unwrap(&self, wrapped: &Wrapped) -> Result<Option<SecretString>, KeyError> {
        let Wrapped::Kms(text) = wrapped else { return Ok(None) };
        let Ok(bytes) = STANDARD.decode(text) else { return Ok(None) };
        let blob = Blob::new(bytes);
        let answer = self.ask(|| {
            let call = self.client.decrypt().key_id(&self.key).ciphertext_blob(blob.clone());
            let call = self.context.iter().fold(call, |call, (key, value)| call.encryption_context(key, value));
            async move { call.send().await.map_err(|error| Failure::of("kms:Decrypt", &error)) }
        });
        match answer {
            Ok(answer) => Ok(answer.plaintext.and_then(|plain| String::from_utf8(plain.into_inner()).ok()).map(SecretString::from)),
            // Another key of KMS encrypted it, or it was encrypted for another state.
            Err(failure) if matches!(failure.code.as_str(), "IncorrectKeyException" | "InvalidCiphertextException") => Ok(None),
            Err(failure) => Err(refused(&failure)),
        }
    }
}

//! What a kind's calls run in: journalled, retried by error name, watched, and stopped when the user says so.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::sync::watch;

use super::error::{Class, Failure};
use super::retry;
use super::session::Session;
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::base::path::Path;
use crate::base::scrub::cleaned;
use crate::model::artifact::Artifact;
use crate::model::event::{Event, Observer, Outcome, RecordError, Recorder, Recording};

/// How far the user wants the run to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Go on.
    No,
    /// Finish the calls that are running; start nothing, wait for nothing.
    Soon,
    /// Drop everything.
    Now,
}

/// What a wait's look at AWS gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poll<T> {
    /// It is there.
    Ready(T),
    /// Not yet; the word is AWS's name for the state: `STARTING`.
    Pending(String),
    /// It will never be there.
    Failed(String),
}

/// The surroundings of one step.
pub struct Cx<'a> {
    /// The clients.
    pub session: &'a Session,
    /// Which resource.
    pub address: &'a Address,
    /// The tags it must carry: the user's and pipetoll's.
    pub tags: &'a BTreeMap<String, String>,
    /// Its local files, by the path of the field that names them.
    pub artifacts: &'a BTreeMap<Path, Artifact>,
    /// The id of this operation: goes into names or tags where AWS takes no token.
    pub operation: &'a str,
    /// How long the step may take in all.
    pub timeout: Duration,
    /// Writes intents and outcomes down.
    pub recorder: &'a dyn Recorder,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: &'a Arc<dyn Clock>,
    /// When the step started, on the clock's `elapsed`.
    pub started: Duration,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// Whether a call may be sent again when no clear answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Harmless,
    WouldDouble,
}

/// Reading changes nothing, so nothing is written down; a kind that tries to is told so.
struct ReadOnly;

impl Recorder for ReadOnly {
    fn begin<'a>(&'a self, address: &'a Address, operation: &'a str, _: &'a str) -> Recording<'a, u64> {
        Box::pin(async move { Err(RecordError(format!("{operation} on {address} would change something while reading"))) })
    }
    fn end(&self, _: u64, _: &Outcome) -> Result<(), RecordError> {
        Ok(())
    }
    fn is_done(&self, _: &Address, _: &str, _: &str) -> bool {
        false
    }
}

impl<'a> Cx<'a> {
    /// The surroundings of calls that only read.
    pub fn reading(
        session: &'a Session,
        address: &'a Address,
        observer: &'a dyn Observer,
        clock: &'a Arc<dyn Clock>,
        stop: watch::Receiver<Stop>,
        timeout: Duration,
    ) -> Self {
        static NO_TAGS: BTreeMap<String, String> = BTreeMap::new();
        static NO_ARTIFACTS: BTreeMap<Path, Artifact> = BTreeMap::new();
        let (tags, artifacts, started) = (&NO_TAGS, &NO_ARTIFACTS, clock.elapsed());
        Self { session, address, tags, artifacts, operation: "", timeout, recorder: &ReadOnly, observer, clock, started, stop }
    }
}

impl Cx<'_> {
    /// A call that reads. Retried; a thing that is not there is `Ok(None)`.
    pub async fn read<T, E, F>(&self, operation: &str, call: impl FnMut() -> F) -> Result<Option<T>, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.attempt(operation, Repeat::Harmless, call).await {
            Ok(answer) => Ok(Some(answer)),
            Err(failure) if failure.is_not_found() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// A call that changes something and may be sent twice without harm: an update, a put, a delete by name.
    /// The intent is durable before it is sent.
    pub async fn write<T, E, F>(&self, operation: &str, call: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.journalled(operation, "", Repeat::Harmless, call).await
    }

    /// A call that makes something new. When no clear answer comes it is not sent again: the engine looks it up by `token`
    /// (the unique name, or the operation's id in a tag).
    pub async fn create<T, E, F>(&self, operation: &str, token: &str, call: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.journalled(operation, token, Repeat::WouldDouble, call).await
    }

    /// A call that deletes; a thing that is not there any more is fine.
    pub async fn delete<T, E, F>(&self, operation: &str, call: impl FnMut() -> F) -> Result<(), Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.journalled(operation, "", Repeat::Harmless, call).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.is_not_found() => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Looks at AWS again and again until something is so: after 100 ms first, then ever more slowly, at most every ten seconds.
    pub async fn wait<T, F>(&self, what: &str, mut look: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<Poll<T>, Failure>>,
    {
        let mut seen = String::new();
        for attempt in 0.. {
            match look().await? {
                Poll::Ready(value) => return Ok(value),
                Poll::Failed(why) => return Err(Failure::unexpected(what, why)),
                Poll::Pending(state) => {
                    if state != seen {
                        self.note(format!("waiting for {what} ({state})"));
                        seen = state;
                    }
                }
            }
            let failure = |class, message: String| Failure { class, ..Failure::local(what, message) };
            if self.elapsed() >= self.timeout {
                let limit = crate::base::units::Duration::seconds(self.timeout.as_secs());
                return Err(failure(Class::TimedOut, format!("still {seen} after {limit}; `timeouts` on the block allows more")));
            }
            self.pause_or_stop(retry::pause(attempt, self.seed()) / 2)
                .await
                .map_err(|()| failure(Class::Interrupted, format!("interrupted while {seen}")))?;
        }
        Err(Failure::local(what, "the wait never ended"))
    }

    /// Tells the user where the step is.
    pub fn note(&self, note: impl Into<String>) {
        self.observer.observe(Event::StepNote { address: self.address.clone(), note: cleaned(note.into()), elapsed: self.elapsed() });
    }

    /// Tells the user what is no fault and cannot be changed from here. Said once in a run, however often the resource is read.
    pub fn remark(&self, text: impl Into<String>) {
        self.observer.observe(Event::Remark { address: self.address.clone(), text: cleaned(text.into()) });
    }

    /// The bytes of the local file that the field at `path` names.
    pub fn artifact(&self, path: &str) -> Option<&Artifact> {
        self.artifacts.get(&Path::from(path))
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.started)
    }

    fn seed(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.address.hash(&mut hasher);
        hasher.finish()
    }

    async fn pause_or_stop(&self, pause: Duration) -> Result<(), ()> {
        let mut stop = self.stop.clone();
        if *stop.borrow() >= Stop::Soon {
            return Err(());
        }
        let stopped = async {
            // A sender that is gone will never say stop.
            if stop.wait_for(|stop| *stop >= Stop::Soon).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = stopped => Err(()),
        }
    }

    async fn journalled<T, E, F>(&self, operation: &str, token: &str, repeat: Repeat, call: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let recorded = |error: crate::model::event::RecordError| Failure::local(operation, error.to_string());
        let intent = self.recorder.begin(self.address, operation, token).await.map_err(recorded)?;
        let result = self.attempt(operation, repeat, call).await;
        let outcome = match &result {
            Ok(_) => Outcome::Done,
            Err(failure) if matches!(failure.class, Class::Unclear | Class::Interrupted) => {
                Outcome::Unclear { message: failure.message.clone() }
            }
            Err(failure) => {
                Outcome::Refused { code: failure.code.clone(), message: failure.message.clone(), request_id: failure.request_id.clone() }
            }
        };
        self.recorder.end(intent, &outcome).map_err(recorded)?;
        result
    }

    async fn attempt<T, E, F>(&self, operation: &str, repeat: Repeat, mut call: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let begun = self.clock.elapsed();
        for attempt in 0u32.. {
            let failure = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => Failure::of(operation, &error),
            };
            if failure.class == Class::Unclear && repeat == Repeat::WouldDouble {
                return Err(failure);
            }
            if self.clock.elapsed().saturating_sub(begun) >= retry::budget(failure.class, operation) {
                return Err(failure);
            }
            let why = match failure.class {
                Class::Throttled => format!("throttled by {}", operation.split(':').next().unwrap_or_default()),
                Class::Propagation => "waiting until IAM knows the role".to_owned(),
                Class::Unclear => "no clear answer".to_owned(),
                _ => "AWS is busy with it".to_owned(),
            };
            self.note(format!("{why}; try {} of {operation}", attempt + 2));
            if self.pause_or_stop(retry::pause(attempt, self.seed())).await.is_err() {
                return Err(failure);
            }
        }
        Err(Failure::local(operation, "never tried"))
    }
}

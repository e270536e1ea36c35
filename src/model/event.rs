//! What long work tells while it runs, and what it writes down before and after each call.

use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::address::Address;

/// Something happened; the face decides how to show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Reading reality starts.
    RefreshStarted {
        /// How many resources.
        resources: usize,
        /// Of which region.
        region: String,
    },
    /// One resource was read.
    Refreshed {
        /// Which.
        address: Address,
    },
    /// Reading is over.
    RefreshFinished {
        /// How long it took.
        #[serde(serialize_with = "seconds")]
        elapsed: Duration,
    },
    /// A step starts.
    StepStarted {
        /// On which resource.
        address: Address,
        /// `creating`, `updating`, `deleting`, …
        doing: &'static str,
    },
    /// A step tells where it is: "waiting for WAITING (STARTING)", "throttled by Glue, 3rd retry".
    StepNote {
        /// On which resource.
        address: Address,
        /// What.
        note: String,
        /// Since the step started.
        #[serde(serialize_with = "seconds")]
        elapsed: Duration,
    },
    /// Something about a resource that the user should know, and that is no fault: whom a topic waits for.
    Remark {
        /// About which resource.
        address: Address,
        /// What.
        text: String,
    },
    /// Bytes of a file went up.
    Uploading {
        /// For which resource.
        address: Address,
        /// Of which file.
        file: String,
        /// Sent so far.
        sent: u64,
        /// In all.
        total: u64,
    },
    /// A step ended well.
    StepFinished {
        /// On which resource.
        address: Address,
        /// `created`, `updated`, …
        done: &'static str,
        /// How long it took.
        #[serde(serialize_with = "seconds")]
        elapsed: Duration,
    },
    /// A step failed.
    StepFailed {
        /// On which resource.
        address: Address,
        /// What was tried: `create`, `update`, …
        tried: &'static str,
        /// Why.
        error: String,
    },
    /// A step was not started because one it needs failed, or because the run was interrupted.
    StepSkipped {
        /// On which resource.
        address: Address,
        /// Why.
        reason: String,
    },
    /// The first Ctrl-C: no new step starts.
    Stopping {
        /// How many steps are still running.
        running: usize,
    },
}

fn seconds<S: serde::Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((elapsed.as_secs_f64() * 1000.0).round() / 1000.0)
}

/// Takes events; called from several threads.
pub trait Observer: Send + Sync {
    /// Takes one.
    fn observe(&self, event: Event);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _: Event) {}
}

/// How a call ended, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// AWS did it.
    Done,
    /// AWS refused it: nothing changed.
    Refused {
        /// The error's name: `AccessDeniedException`.
        code: String,
        /// AWS's sentence, without secrets.
        message: String,
        /// AWS's id of the request, for support.
        request_id: Option<String>,
    },
    /// No answer, or one that does not tell whether it was done; must be looked up before it is tried again.
    Unclear {
        /// What was seen.
        message: String,
    },
}

/// What writing something down gives, once it is durable.
pub type Recording<'a, T> = Pin<Box<dyn Future<Output = Result<T, RecordError>> + Send + 'a>>;

/// Writes intents and outcomes down.
pub trait Recorder: Send + Sync {
    /// An intent: the service's operation (`lambda:CreateFunction`) and the token, tag or name by which it can be found again. Ends only when the
    /// intent would survive a crash.
    fn begin<'a>(&'a self, address: &'a Address, operation: &'a str, token: &'a str) -> Recording<'a, u64>;
    /// How it ended. Not waited for: should it be lost, the call is open, and is looked up.
    fn end(&self, intent: u64, outcome: &Outcome) -> Result<(), RecordError>;
    /// Whether this operation of this step already ended well in a run that was cut off.
    fn is_done(&self, address: &Address, operation: &str, token: &str) -> bool;
}

/// The journal could not be written; nothing may be called then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("could not write the journal: {0}")]
pub struct RecordError(pub String);

//! What goes wrong, and when: each call and each write of a process is numbered, and a script says what happens at which number.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::sync::Notify;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Too many calls; nothing was done.
    Throttled,
    /// HTTP 500, and nothing was done.
    FailsBefore,
    /// HTTP 500, although it was done.
    FailsAfter,
    /// No answer in time; it was done.
    Lost,
    /// No answer in time; it was not done.
    Unsent,
    /// A new role is not known yet.
    Propagating,
    /// The thing is busy.
    Busy,
    /// AWS will not do it.
    Refused,
    /// The process is killed before the call reaches AWS.
    KilledBefore,
    /// The process is killed after AWS did it, and before it hears so.
    KilledAfter,
}

/// What happens to a write of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tear {
    /// The process is killed before it.
    Before,
    /// The process is killed after it.
    After,
    /// The process is killed in the middle: a part of the last line lands.
    Middle,
    /// The power fails before it: what was not asked to be durable is lost with it.
    Power,
    /// The disk is full from here on.
    Full,
}

/// What will go wrong with one process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    /// By the number of the call, from 0.
    pub(crate) calls: BTreeMap<u32, Fault>,
    /// By the number of the write, from 0.
    pub(crate) writes: BTreeMap<u32, Tear>,
}

/// A process that can die.
#[derive(Debug, Default)]
pub(crate) struct Life {
    dead: AtomicBool,
    full: AtomicBool,
    died: Notify,
    calls: AtomicU32,
    writes: AtomicU32,
    script: Script,
}

impl Life {
    pub(crate) fn new(script: Script) -> Arc<Self> {
        Arc::new(Self { script, ..Self::default() })
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Kills it.
    pub(crate) fn kill(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_one();
    }

    /// Fills its disk.
    pub(crate) fn fill(&self) {
        self.full.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Ordering::SeqCst)
    }

    /// Ends when it is dead.
    pub(crate) async fn death(&self) {
        self.died.notified().await;
    }

    /// What happens to the next call.
    pub(crate) fn next_call(&self) -> Option<Fault> {
        self.script.calls.get(&self.calls.fetch_add(1, Ordering::SeqCst)).copied()
    }

    /// What happens to the next write.
    pub(crate) fn next_write(&self) -> Option<Tear> {
        self.script.writes.get(&self.writes.fetch_add(1, Ordering::SeqCst)).copied()
    }

    /// How many calls it made.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

//! Signals that ask a run to stop, heard from the moment it holds the state's lock: what runs is finished, what was done is saved, the lock is given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{mpsc, watch};

use crate::aws::Stop;

/// What was heard so far.
#[derive(Debug)]
pub(super) struct Signals {
    stop: watch::Receiver<Stop>,
    heard: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on, on a thread of its own. Where none can be had, signals do what the system does: they end the process.
    pub(super) fn listen() -> Self {
        let (wish, stop) = watch::channel(Stop::No);
        let heard = Arc::new(AtomicBool::new(false));
        let (ready, listening) = std::sync::mpsc::channel();
        let flag = Arc::clone(&heard);
        let thread = std::thread::Builder::new().name("signals".into()).spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(hear(&wish, &flag, &ready));
            }
        });
        if thread.is_ok() {
            // A signal of this moment is heard, too. A thread that could not listen has hung up.
            let _ = listening.recv();
        }
        Self { stop, heard }
    }

    /// What the user wants.
    pub(super) fn stop(&self) -> watch::Receiver<Stop> {
        self.stop.clone()
    }

    /// Whether any was heard.
    pub(super) fn any(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }
}

/// Ctrl-C once: start nothing new; twice, or when the system ends the process or the terminal is gone: stop now.
async fn hear(wish: &watch::Sender<Stop>, heard: &AtomicBool, ready: &std::sync::mpsc::Sender<()>) {
    let (say, mut signals) = mpsc::unbounded_channel();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for (kind, at_once) in [(SignalKind::interrupt(), false), (SignalKind::terminate(), true), (SignalKind::hangup(), true)] {
            let Ok(mut signal) = signal(kind) else { continue };
            let say = say.clone();
            tokio::spawn(async move {
                while signal.recv().await.is_some() {
                    let _ = say.send(at_once);
                }
            });
        }
    }
    #[cfg(not(unix))]
    tokio::spawn({
        let say = say.clone();
        async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                let _ = say.send(false);
            }
        }
    });
    let _ = ready.send(());
    while let Some(at_once) = signals.recv().await {
        heard.store(true, Ordering::Relaxed);
        wish.send_modify(|stop| *stop = if at_once || *stop != Stop::No { Stop::Now } else { Stop::Soon });
    }
    drop(say);
}

//! The thread that writes a journal: whoever hands lines in waits for it, a thread by sleeping, a task by being woken.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;

use super::error::StateError;
use super::store::Store;

/// Writes lines in the order they are handed in; what waits goes out together. Once writing has failed, lines are taken and not written, and whoever
/// may not go on then asks [`Self::failure`].
pub(super) struct Writer {
    line: Arc<Line>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Line {
    store: Arc<dyn Store>,
    queue: Mutex<Queue>,
    /// Something was handed in, or it is over.
    handed_in: Condvar,
    /// Something was written, or never will be.
    written: Condvar,
}

#[derive(Default)]
struct Queue {
    pending: Vec<u8>,
    durable: bool,
    /// How many pieces were handed in, and how many of them are written.
    queued: u64,
    done: u64,
    over: bool,
    wakers: Vec<Waker>,
    failed: Option<Failed>,
}

struct Failed {
    said: String,
    cause: Option<StateError>,
}

impl Line {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all who wait.
    fn tell(&self, mut queue: MutexGuard<'_, Queue>) {
        let wakers = std::mem::take(&mut queue.wakers);
        drop(queue);
        self.written.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn fail(&self, cause: StateError) {
        let mut queue = self.queue();
        if queue.failed.is_none() {
            queue.failed = Some(Failed { said: cause.to_string(), cause: Some(cause) });
        }
        self.handed_in.notify_all();
        self.tell(queue);
    }

    fn run(&self) {
        let patience = self.store.patience();
        loop {
            let mut queue = self.queue();
            while queue.pending.is_empty() && !queue.over && queue.failed.is_none() {
                queue = self.handed_in.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if queue.failed.is_some() || queue.pending.is_empty() {
                return;
            }
            if !queue.durable && !patience.is_zero() {
                let hurry = |queue: &mut Queue| !queue.durable && !queue.over && queue.failed.is_none();
                let waited = self.handed_in.wait_timeout_while(queue, patience, hurry);
                queue = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if !self.write_out(queue) {
                return;
            }
        }
    }

    /// Writes what waits; whether it could.
    fn write_out(&self, mut queue: MutexGuard<'_, Queue>) -> bool {
        let (upto, durable) = (queue.queued, std::mem::take(&mut queue.durable));
        let lines = std::mem::take(&mut queue.pending);
        drop(queue);
        match self.store.append(&lines, durable) {
            Ok(()) => {
                let mut queue = self.queue();
                queue.done = upto;
                self.tell(queue);
                true
            }
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }
}

impl Writer {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        let line = Line { store, queue: Mutex::default(), handed_in: Condvar::new(), written: Condvar::new() };
        Self { line: Arc::new(line), thread: Mutex::new(None) }
    }

    /// Hands whole lines in.
    pub(super) fn write(&self, lines: Vec<u8>, durable: bool) -> Written {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let is_instant = self.line.store.is_instant();
        if thread.is_none() && !is_instant {
            let line = Arc::clone(&self.line);
            match std::thread::Builder::new().name("journal".into()).spawn(move || line.run()) {
                Ok(handle) => *thread = Some(handle),
                Err(error) => self.line.fail(StateError::Journal(format!("no thread could be started: {error}"))),
            }
        }
        let mut queue = self.line.queue();
        queue.pending.extend(lines);
        queue.durable |= durable;
        queue.queued += 1;
        let ticket = queue.queued;
        if is_instant && queue.failed.is_none() {
            self.line.write_out(queue);
        } else {
            drop(queue);
            self.line.handed_in.notify_all();
        }
        Written(Ok((Arc::clone(&self.line), ticket)))
    }

    /// Nothing is written from here on, for this reason; the first one counts.
    pub(super) fn fail(&self, cause: StateError) {
        self.line.fail(cause);
    }

    /// Why nothing is written any more.
    pub(super) fn failure(&self) -> Option<String> {
        self.line.queue().failed.as_ref().map(|failed| failed.said.clone())
    }

    /// Waits until everything that was handed in is written.
    #[cfg(test)]
    pub(super) fn idle(&self) {
        let queued = self.line.queue().queued;
        // It cannot fail: a failure ends the wait.
        let _ = Written(Ok((Arc::clone(&self.line), queued))).wait();
    }

    /// Writes what is left, and says with what it ended.
    pub(super) fn end(&self) -> Result<(), StateError> {
        self.line.queue().over = true;
        self.line.handed_in.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            self.line.fail(StateError::Journal("its thread panicked".into()));
        }
        match &mut self.line.queue().failed {
            Some(failed) => Err(failed.cause.take().unwrap_or_else(|| StateError::Journal(failed.said.clone()))),
            None => Ok(()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Whoever cares ended it before.
        let _ = self.end();
    }
}

/// Lines that were handed in: done when they are written, or when nothing will be written any more.
#[must_use = "what is written is there only once this was waited for"]
pub struct Written(Result<(Arc<Line>, u64), Option<StateError>>);

impl Written {
    /// It could not even be handed in.
    pub(super) fn failed(error: StateError) -> Self {
        Self(Err(Some(error)))
    }

    /// Waits, blocking the thread.
    pub fn wait(self) -> Result<(), StateError> {
        match self.0 {
            Ok((line, ticket)) => {
                let mut queue = line.queue();
                while queue.done < ticket && queue.failed.is_none() {
                    queue = line.written.wait(queue).unwrap_or_else(PoisonError::into_inner);
                }
                Ok(())
            }
            Err(error) => error.map_or(Ok(()), Err),
        }
    }
}

impl Future for Written {
    type Output = Result<(), StateError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Ok((line, ticket)) => {
                let mut queue = line.queue();
                if queue.done >= *ticket || queue.failed.is_some() {
                    return Poll::Ready(Ok(()));
                }
                queue.wakers.push(context.waker().clone());
                Poll::Pending
            }
            Err(error) => Poll::Ready(error.take().map_or(Ok(()), Err)),
        }
    }
}

//! Threads that speak to AWS for whoever waits: state is written from threads and from tasks alike, so these calls run on a runtime of their own.

use std::future::Future;

use tokio::runtime::Runtime;

/// A runtime for a few calls.
pub(super) struct Threads {
    /// Absent only while it is being shut down.
    runtime: Option<Runtime>,
}

impl Threads {
    /// Starts them, and awaits `connect` there.
    ///
    /// # Errors
    /// No threads.
    pub(super) fn start<T>(connect: impl Future<Output = T>) -> std::io::Result<(Self, T)> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("state").enable_all().build()?;
        let connected = runtime.block_on(connect);
        Ok((Self { runtime: Some(runtime) }, connected))
    }

    /// Makes a call, blocking the thread; `None` when it was given up.
    pub(super) fn wait<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let runtime = self.runtime.as_ref()?;
        let (answer, answered) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            // Whoever asked waits.
            let _ = answer.send(call.await);
        });
        answered.recv().ok()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Nobody waits for a call any more.
            runtime.shutdown_background();
        }
    }
}

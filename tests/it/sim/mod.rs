//! A cloud that is simulated in this process, for properties that no emulator can be asked for: it fails before and after a call, loses answers,
//! throttles, is slow to show what it made, is changed behind our back, and sees its client killed at any call or write. Time is tokio's, paused: an
//! hour of waiting takes no time.
//!
//! The engine is the real one: plans, refresh, settling, steps, retries, journal. Only what the kinds say to AWS is not run here; the emulators and the
//! recorded requests prove that.

#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::result_large_err, reason = "the SDK's own error")]

pub(crate) mod cloud;
pub(crate) mod config;
pub(crate) mod faults;
pub(crate) mod kind;
pub(crate) mod memory;
pub(crate) mod process;

//! The one integration-test binary: drives the real program and reads the real source tree.

#![expect(clippy::disallowed_methods, reason = "the bans keep the program pure; a test reads files and the environment as they are")]

mod apis;
mod asl;
mod cases;
mod clusters;
mod conformance;
mod drifts;
mod emulator;
mod encrypted;
mod examples;
mod house;
mod http;
mod import;
mod kills;
mod lives;
mod lookups;
mod messages;
mod pipelines;
mod pipetoll;
mod plans;
mod readbacks;
mod refresh;
mod rules;
mod secrets;
#[cfg(feature = "aws")]
mod shared;
#[cfg(feature = "aws")]
mod sim;
#[cfg(feature = "aws")]
mod simulated;
mod stores;

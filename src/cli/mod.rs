//! From the command line to an exit code: reads flags and environment, runs one command, says what went wrong.

mod applying;
pub mod args;
pub mod changed;
pub mod commands;
mod ctx;
pub mod env;
pub mod error;
mod importing;
mod locking;
pub mod outcome;
mod planning;
mod project;
mod remote;
mod run;
mod saved;
mod shared;
#[cfg(feature = "aws")]
mod signals;
#[cfg(test)]
mod tests;

pub use run::run;

//! One file per command: a struct whose doc comment is the help, and what it does.

pub mod completions;
pub mod version;

use super::args::Command;
use super::ctx::Context;
use super::error::Failure;
use super::outcome::Outcome;

/// Runs a command.
pub fn run(command: &Command, context: &Context) -> Result<Outcome, Failure> {
    match command {
        Command::Completions(command) => command.run(context),
        Command::Version(command) => command.run(context),
    }
}

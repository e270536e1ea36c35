//! One file per command: a struct whose doc comment is the help, and what it does.

pub mod apply;
pub mod completions;
pub mod cost;
pub mod destroy;
pub mod drift;
pub mod explain;
pub mod graph;
pub mod import;
pub mod init;
pub mod lint;
pub mod plan;
pub mod schema;
pub mod show;
pub mod state;
pub mod validate;
pub mod version;

use super::args::Command;
use super::ctx::Context;
use super::error::Failure;
use super::outcome::Outcome;

/// Runs a command.
pub fn run(command: &Command, context: &Context) -> Result<Outcome, Failure> {
    match command {
        Command::Init(command) => command.run(context),
        Command::Validate(command) => command.run(context),
        Command::Lint(command) => command.run(context),
        Command::Explain(command) => command.run(context),
        Command::Cost(command) => command.run(context),
        Command::Plan(command) => command.run(context),
        Command::Apply(command) => command.run(context),
        Command::Destroy(command) => command.run(context),
        Command::Drift(command) => command.run(context),
        Command::Graph(command) => command.run(context),
        Command::Import(command) => command.run(context),
        Command::Show(command) => command.run(context),
        Command::State(command) => command.run(context),
        Command::Schema(command) => command.run(context),
        Command::Completions(command) => command.run(context),
        Command::Version(command) => command.run(context),
    }
}

//! `pipetoll schema`.

use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::kinds;
use crate::manual;

/// Print the JSON Schema of `pipetoll.toml`, for editors
///
/// Draft-07, derived from the same definitions that check the file. `pipetoll init` writes it to `.pipetoll/schema.json`, and the line
/// `#:schema .pipetoll/schema.json` makes editors use it.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll schema > .pipetoll/schema.json\n")]
pub struct Schema {}

impl Schema {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        context.print(&text()?)?;
        Ok(Outcome::Done)
    }
}

/// The schema as text.
pub(super) fn text() -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(&manual::schema::schema(kinds::ALL))? + "\n")
}

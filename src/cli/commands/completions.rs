//! `pipetoll completions`.

use clap_complete::Shell;

use crate::cli::args;
use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll completions bash > ~/.local/share/bash-completion/completions/pipetoll
  pipetoll completions zsh > \"${fpath[1]}/_pipetoll\"
  pipetoll completions fish > ~/.config/fish/completions/pipetoll.fish\n")]
pub struct Completions {
    /// For which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut args::command(), "pipetoll", &mut script);
        context.print(&String::from_utf8_lossy(&script))?;
        Ok(Outcome::Done)
    }
}

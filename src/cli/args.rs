//! The command line: flags that hold everywhere, and the list of commands.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::commands;
use super::env;

/// Sections in the order in which a reader needs them: what it is, how it is used, then everything.
const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Declare data processing on AWS in TOML; check it, price it, plan it and apply it
///
/// Functions, crawlers, ETL jobs, clusters and pipelines stand in `pipetoll.toml`. Everything up to `apply` works offline, without an AWS
/// account: prices and facts about AWS are inside the program.
#[derive(Debug, Parser)]
#[command(
    name = "pipetoll",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    before_help = "Examples:
  pipetoll init                    Start a project here
  pipetoll plan                    What would change, what it costs, what is wrong with it
  pipetoll apply                   Make the change
  pipetoll explain LAM101          What a rule, a kind or a field means\n",
    after_help = "`pipetoll explain exit-codes` and `pipetoll explain environment` list exit codes and variables."
)]
pub struct Arguments {
    /// Flags that hold for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes, before or after its name.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent flag")]
pub struct Global {
    /// Look for the project in this folder, and above it
    #[arg(short = 'C', long, global = true, value_name = "DIR", env = env::DIRECTORY.name, hide_env_values = true)]
    pub directory: Option<PathBuf>,
    /// Use `[environment.NAME]` over the base
    #[arg(long = "env", global = true, value_name = "NAME", env = env::ENVIRONMENT.name, hide_env_values = true)]
    pub environment: Option<String>,
    /// Set a variable; may be repeated
    #[arg(long = "var", global = true, value_name = "NAME=VALUE", value_parser = pair)]
    pub variables: Vec<(String, String)>,
    /// How to print the result
    #[arg(long, global = true, value_enum, value_name = "FORMAT", env = env::FORMAT.name, hide_env_values = true)]
    pub format: Option<Format>,
    /// The same as `--format json`
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Also write the result to a file in another format; may be repeated
    #[arg(long, global = true, value_name = "FORMAT:FILE", value_parser = output)]
    pub output: Vec<Output>,
    /// When to use colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", env = env::COLOR.name, hide_env_values = true)]
    pub color: Option<When>,
    /// Say only what matters
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: what is waited for, and every retry
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Never ask: fail where an answer is needed
    #[arg(long, global = true, env = env::NO_INPUT.name, hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub no_input: bool,
    /// Agree to every question
    #[arg(short, long, global = true, alias = "auto-approve", env = env::YES.name, hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub yes: bool,
    /// The day the run is for: pins dated rules and the age of prices
    #[arg(long, global = true, value_name = "YYYY-MM-DD", env = env::TODAY.name, hide_env_values = true)]
    pub today: Option<Date>,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document with a `format_version`.
    Json,
    /// A Graphviz file; `graph` only.
    Dot,
    /// A Mermaid diagram; `graph` only.
    Mermaid,
    /// A picture in one file; `graph` only.
    Svg,
}

impl Format {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
        }
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A file that a result is also written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// In which format.
    pub format: Format,
    /// To which file.
    pub file: PathBuf,
}

/// What can be done. The struct of each command is documented, and that text is its help.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(commands::init::Init),
    Validate(commands::validate::Validate),
    Lint(commands::lint::Lint),
    Explain(commands::explain::Explain),
    Cost(commands::cost::Cost),
    Plan(commands::plan::PlanCommand),
    Show(commands::show::Show),
    Apply(commands::apply::Apply),
    Destroy(commands::destroy::Destroy),
    Drift(commands::drift::DriftCommand),
    Import(commands::import::Import),
    State(commands::state::State),
    Graph(commands::graph::GraphCommand),
    Schema(commands::schema::Schema),
    Completions(commands::completions::Completions),
    Version(commands::version::Version),
}

/// The whole command line, as help, completions and the manual see it.
pub fn command() -> clap::Command {
    let mut command = Arguments::command().help_template(TEMPLATE);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, with_template);
    }
    command
}

fn with_template(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_template));
    command.help_template(TEMPLATE)
}

/// What people who come from other tools type, and what they mean.
pub fn neighbour(word: &str) -> Option<&'static str> {
    Some(match word {
        "up" | "deploy" | "push" | "create" | "update" | "run" => "apply",
        "preview" | "diff" | "synth" | "changes" | "whatif" => "plan",
        "down" | "delete" | "remove" | "teardown" => "destroy",
        "breakdown" | "price" | "estimate" | "costs" => "cost",
        "check" | "test" => "validate",
        "scan" | "audit" => "lint",
        "refresh" | "detect-drift" => "drift",
        "new" => "init",
        "rule" | "man" | "doc" | "docs" => "explain",
        "ls" | "list" => "state list",
        "draw" | "dot" => "graph",
        "completion" => "completions",
        _ => return None,
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE, as in retention_days=7"))?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn output(text: &str) -> Result<Output, String> {
    let wrong = || format!("`{text}` is not FORMAT:FILE, as in json:plan.json");
    let (format, file) = text.split_once(':').filter(|(_, file)| !file.is_empty()).ok_or_else(wrong)?;
    let format = Format::from_str(format, false).map_err(|_| wrong())?;
    Ok(Output { format, file: file.into() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn global_flags_stand_anywhere() {
        for words in [["pipetoll", "-C", "x", "version"], ["pipetoll", "version", "-C", "x"]] {
            let arguments = Arguments::try_parse_from(words).unwrap();
            assert_eq!(arguments.global.directory, Some(PathBuf::from("x")));
        }
    }

    #[test]
    fn a_neighbours_verb_names_a_command_that_exists() {
        for word in ["up", "deploy", "preview", "synth", "breakdown", "down", "ls", "scan", "new", "rule", "draw", "completion"] {
            let meant = neighbour(word).unwrap();
            let first = meant.split(' ').next().unwrap();
            assert!(command().find_subcommand(first).is_some(), "{word} leads to {meant}, which does not exist");
        }
    }

    #[test]
    fn an_output_has_format_and_file() {
        assert_eq!(output("json:a:b.json").unwrap(), Output { format: Format::Json, file: "a:b.json".into() });
        assert!(output("json").is_err() && output("pdf:x").is_err() && output("json:").is_err());
    }
}

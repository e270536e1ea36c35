//! One run: parse, do, report; and the last net under a bug.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::FromArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde::Serialize;

use super::args::{self, Arguments, Format};
use super::commands;
use super::ctx::Context;
use super::error::{Failure, Kind};
use super::outcome::Outcome;
use crate::base::clock::SystemClock;
use crate::base::source::Sources;
use crate::render;

/// Runs the program with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Outcome {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("a panic without a message");
        let text = format!(
            "internal error: {what}{place}\nthis is a bug in pipetoll {}; please report it with the command and the configuration\n",
            env!("CARGO_PKG_VERSION")
        );
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }));
    let outcome = catch_unwind(AssertUnwindSafe(|| parse_and_run(arguments))).unwrap_or(Outcome::Bug);
    std::panic::set_hook(previous);
    outcome
}

fn parse_and_run(arguments: impl IntoIterator<Item = OsString>) -> Outcome {
    let parsed = args::command().try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => {
            let context = Context::of_process(arguments.global, SystemClock::start());
            finish(&context, commands::run(&arguments.command, &context))
        }
        Err(error) => refuse(&error),
    }
}

/// Says what went wrong, if anything did.
fn finish(context: &Context, result: Result<Outcome, Failure>) -> Outcome {
    match result {
        Ok(outcome) => outcome,
        Err(failure) => {
            report(context, &failure);
            failure.outcome()
        }
    }
}

/// Says a failure: on stderr for people, and as a document where one was asked for.
pub(super) fn report(context: &Context, failure: &Failure) {
    if !failure.message.is_empty() {
        let look = context.talk_look();
        let mut text = render::diagnostic::diagnostic(&failure.diagnostic(), &Sources::default(), look);
        text.truncate(text.trim_end().len());
        text.push('\n');
        for hint in &failure.hints {
            text.push_str(&render::hint(hint, look));
        }
        context.say(&text);
        if let Some(state) = &failure.unsaved {
            context.say("The state could be written nowhere. It follows on the standard output: keep it, and put it back with `pipetoll state push FILE`.\n");
            // There is no third place to turn to.
            let _ = context.print(state);
            return;
        }
        if context.format() == Format::Json {
            let document = ErrorDocument { message: &failure.message, exit_code: failure.outcome().code(), hints: &failure.hints };
            if let Ok(json) = render::json::document("error", &document) {
                // The failure itself is what matters; it has been said.
                let _ = context.print(&json);
            }
        }
    }
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    message: &'a str,
    exit_code: u8,
    hints: &'a [String],
}

/// Shows help and version on stdout, mistakes on stderr; a verb of a neighbouring tool gets its translation.
fn refuse(error: &clap::Error) -> Outcome {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(meant) = args::neighbour(word)
    {
        let text = format!("error: there is no command `{word}`; did you mean `{meant}`?\nhint: `pipetoll help` lists the commands\n");
        let _ = std::io::Write::write_all(&mut anstream::stderr(), text.as_bytes());
        return Outcome::CouldNot;
    }
    // A reader that went away is not worth a word.
    let _ = error.print();
    if error.use_stderr() { Outcome::CouldNot } else { Outcome::Done }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::of(Kind::Internal, format!("a document could not be written: {error}"))
    }
}

//! What a command may know of the world: the clock, the terminal, the environment and its streams.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use jiff::civil::Date;

use super::args::{Format, Global, When};
use super::env::{self, Environment};
use super::error::{Failure, Kind};
use crate::base::clock::Clock;
use crate::base::fs;
use crate::base::prose::alternatives;
use crate::base::scrub::clean;
use crate::render::progress::{Progress, Screen};
use crate::render::{self, Colour, Look};

/// Columns when nobody says how many there are.
const USUAL_WIDTH: usize = 100;

type Stream = Mutex<Box<dyn Write + Send>>;

/// What the streams are connected to.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent fact")]
pub struct Terminal {
    /// Answers can be typed.
    pub stdin: bool,
    /// Somebody sees the result.
    pub stdout: bool,
    /// Somebody sees the talk.
    pub stderr: bool,
    /// A CI system looks on.
    pub ci: bool,
    /// Columns.
    pub width: usize,
}

/// The world of one run.
pub struct Context {
    /// Flags that hold for every command.
    pub global: Global,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Variables.
    pub environment: Environment,
    /// What the streams are connected to.
    pub terminal: Terminal,
    out: Stream,
    err: Arc<Stream>,
    out_colour: Colour,
    err_colour: Colour,
    #[cfg(feature = "aws")]
    signals: std::sync::OnceLock<super::signals::Signals>,
}

/// A result: one value, several faces.
pub trait Document {
    /// The word in the JSON document that says what it is.
    const KIND: &'static str;
    /// Further formats than human and JSON.
    const MORE: &'static [Format] = &[];

    /// The body of the JSON document.
    fn json(&self) -> Result<String, serde_json::Error>;

    /// The text for people.
    fn human(&self, look: Look) -> String;

    /// The text in one of the further formats.
    fn more(&self, _format: Format) -> String {
        String::new()
    }
}

/// What is rendered without colours has none: it needs no look at each of its bytes, and results are data that nothing may be left out of.
fn stream(raw: impl RawStream + AsLockedWrite + Send + 'static, choice: ColorChoice) -> Stream {
    Mutex::new(if choice == ColorChoice::Never { Box::new(raw) } else { Box::new(AutoStream::new(raw, choice)) })
}

impl Context {
    /// The world of this process.
    pub fn of_process(global: Global, clock: Arc<dyn Clock>) -> Self {
        let environment = Environment::of_process();
        let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
        let choice = |auto: ColorChoice| match global.color {
            Some(When::Always) => ColorChoice::Always,
            Some(When::Never) => ColorChoice::Never,
            Some(When::Auto) | None => auto,
        };
        let (out_choice, err_choice) = (choice(AutoStream::choice(&stdout)), choice(AutoStream::choice(&stderr)));
        let colour = |choice: ColorChoice| if choice == ColorChoice::Never { Colour::Plain } else { Colour::Shown };
        let asked = || {
            let size = terminal_size::terminal_size_of(std::io::stdout()).or_else(|| terminal_size::terminal_size_of(std::io::stderr()));
            size.map(|(width, _)| usize::from(width.0))
        };
        let width = environment.get(env::COLUMNS).and_then(|text| text.parse().ok()).or_else(asked).unwrap_or(USUAL_WIDTH);
        let terminal = Terminal {
            stdin: std::io::stdin().is_terminal(),
            stdout: stdout.is_terminal(),
            stderr: stderr.is_terminal(),
            ci: environment.get(env::CI).is_some_and(|value| value != "false" && value != "0"),
            width,
        };
        Self {
            global,
            clock,
            environment,
            terminal,
            out_colour: colour(out_choice),
            err_colour: colour(err_choice),
            out: stream(stdout, out_choice),
            err: Arc::new(stream(stderr, err_choice)),
            #[cfg(feature = "aws")]
            signals: std::sync::OnceLock::new(),
        }
    }

    /// Hears signals from now on, instead of being ended by them: something is held that must be given back.
    #[cfg(feature = "aws")]
    pub(super) fn listen(&self) {
        self.signals.get_or_init(super::signals::Signals::listen);
    }

    /// A build that changes nothing in AWS holds nothing that the system does not give back.
    #[cfg(not(feature = "aws"))]
    #[expect(clippy::unused_self, reason = "the other build has something to do")]
    pub(super) fn listen(&self) {}

    /// What the user wants: to go on, as long as nobody listens.
    #[cfg(feature = "aws")]
    pub(super) fn stop(&self) -> tokio::sync::watch::Receiver<crate::aws::Stop> {
        let nobody = || tokio::sync::watch::channel(crate::aws::Stop::No).1;
        self.signals.get().map_or_else(nobody, super::signals::Signals::stop)
    }

    /// Whether the user wants it to stop.
    #[cfg_attr(not(feature = "aws"), expect(clippy::unused_self, reason = "the other build has something to ask"))]
    pub(super) fn is_interrupted(&self) -> bool {
        #[cfg(feature = "aws")]
        return self.signals.get().is_some_and(super::signals::Signals::any);
        #[cfg(not(feature = "aws"))]
        false
    }

    /// Nothing was done, because the user did not agree or wants it to stop.
    pub(super) fn declined(&self) -> Failure {
        if self.is_interrupted() {
            Failure::of(Kind::Interrupted, "interrupted; nothing was changed")
        } else {
            Failure::of(Kind::Declined, "declined; nothing was changed")
        }
    }

    /// The day the run is for.
    pub fn today(&self) -> Date {
        self.global.today.unwrap_or_else(|| self.clock.today())
    }

    /// How results look.
    pub fn look(&self) -> Look {
        Look::of(self.terminal.width, self.out_colour)
    }

    /// How talk looks.
    pub fn talk_look(&self) -> Look {
        Look::of(self.terminal.width, self.err_colour)
    }

    /// The folder in which the search for the project starts.
    pub fn folder(&self) -> PathBuf {
        self.global.directory.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// The format of the result.
    pub fn format(&self) -> Format {
        if self.global.json { Format::Json } else { self.global.format.unwrap_or(Format::Human) }
    }

    /// Whether a question can be asked.
    pub fn can_ask(&self) -> bool {
        self.terminal.stdin && self.terminal.stderr && !self.global.no_input
    }

    /// Whether hints and live lines make sense: somebody looks on.
    pub fn is_watched(&self) -> bool {
        self.terminal.stderr && !self.terminal.ci && !self.global.quiet
    }

    /// Prints data. No text goes out with a secret in it that was learnt in this run.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let text = clean(text);
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Says something that is not data; a talk that nobody hears is no failure.
    pub fn say(&self, text: &str) {
        let text = clean(text);
        let mut err = self.err.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Shows long work on stderr while it runs.
    pub fn progress(&self) -> Progress {
        let screen = match () {
            () if self.global.quiet => Screen::Quiet,
            () if self.global.verbose > 0 => Screen::Notes,
            () if self.is_watched() => Screen::Live,
            () => Screen::Lines,
        };
        let err = Arc::clone(&self.err);
        let sink = Arc::new(move |text: &str| {
            let text = clean(text);
            let mut err = err.lock().unwrap_or_else(PoisonError::into_inner);
            // A talk that nobody hears is no failure.
            let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
        });
        Progress::of(screen, self.talk_look(), sink, Arc::clone(&self.clock))
    }

    /// Asks a question on stderr and returns the answer's line without spaces around it. Nothing when the input has ended or a
    /// signal was heard.
    pub fn ask(&self, question: &str) -> Option<String> {
        self.say(question);
        // Nothing interrupts a read, so a thread of its own waits for it while this one looks for signals.
        let (answer, answered) = std::sync::mpsc::channel();
        let reader = std::thread::Builder::new().name("question".into()).spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line);
            let _ = answer.send(read.ok().filter(|read| *read > 0).map(|_| line.trim().to_owned()));
        });
        reader.ok()?;
        loop {
            match answered.recv_timeout(std::time::Duration::from_millis(50)) {
                Ok(answer) => return answer,
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) if self.is_interrupted() => {
                    self.say("\n");
                    return None;
                }
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Asks whether to go on, unless `--yes` said so; where nobody can be asked, `way_out` says what to pass.
    ///
    /// # Errors
    /// Declined, or nobody there.
    pub fn agree(&self, question: &str, way_out: &str) -> Result<(), Failure> {
        if self.global.yes {
            return Ok(());
        }
        if !self.can_ask() {
            return Err(Failure::of(Kind::Declined, "there is nobody to ask").hinted(way_out));
        }
        match self.ask(&format!("{question} [y/N] ")).as_deref() {
            Some("y" | "Y" | "yes" | "Yes" | "YES") => Ok(()),
            _ => Err(self.declined()),
        }
    }

    /// Says something, unless `--quiet`.
    pub fn remark(&self, text: &str) {
        if !self.global.quiet {
            self.say(text);
        }
    }

    /// One line on what to do next; only where a person looks on.
    pub fn hint(&self, text: &str) {
        if self.is_watched() && self.terminal.stdout && self.format() == Format::Human {
            let look = self.talk_look();
            self.say(&render::hint(text, look));
        }
    }

    /// Fails when a format was asked for that the result does not have. Called before any work.
    pub fn check_formats<D: Document>(&self) -> Result<(), Failure> {
        let asked = std::iter::once(self.format()).chain(self.global.output.iter().map(|output| output.format));
        let has: Vec<Format> = [Format::Human, Format::Json].into_iter().chain(D::MORE.iter().copied()).collect();
        for format in asked {
            if !has.contains(&format) {
                let words = alternatives(has.iter().map(|format| format.word()));
                return Err(Failure::usage(format!("this command has no format `{}`; it has {words}", format.word())));
            }
        }
        Ok(())
    }

    /// Prints a result in the format that was asked for, and writes it to the files of `--output`.
    pub fn deliver<D: Document>(&self, document: &D) -> Result<(), Failure> {
        self.check_formats::<D>()?;
        for output in &self.global.output {
            // A file is not a terminal: fixed width, no colours, so that it is the same everywhere.
            let text = face(document, output.format, Look::plain(USUAL_WIDTH))?;
            fs::write_shared(&output.file, clean(&text).as_bytes())?;
        }
        self.print(&face(document, self.format(), self.look())?)
    }
}

fn face<D: Document>(document: &D, format: Format, look: Look) -> Result<String, Failure> {
    match format {
        Format::Human => Ok(document.human(look)),
        Format::Json => document.json().map_err(|error| Failure::of(Kind::Internal, format!("a document could not be written: {error}"))),
        other => Ok(document.more(other)),
    }
}

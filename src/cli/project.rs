//! The project of a run: loaded, its mistakes said, its graph sound; with what several commands ask of it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Serialize;

use super::args::Format;
use super::ctx::Context;
use super::error::{Failure, Kind};
use crate::base::diagnostic::{Diagnostic, Level, Report};
use crate::base::prose::count;
use crate::base::source::Sources;
use crate::estimate::{Account, EstimateContext, EstimateError, Verdict};
use crate::graph::Graph;
use crate::kinds;
use crate::lint::{self, LintReport, Options, Subject};
use crate::model::plan::Plan;
use crate::model::resource::Architecture;
use crate::model::rule::ProjectView;
use crate::price::Book;
use crate::project::{self, Inputs, LoadError, Loaded};
use crate::render;
use crate::render::plan::{Remark, Scope};
use crate::rules;
use crate::state::{EncryptedStore, Identity, Keyring, LocalStore, Passphrase, Snapshot, Store};

/// A project without errors.
pub(super) struct Project {
    /// What was loaded.
    pub(super) loaded: Loaded,
    /// The resources.
    pub(super) architecture: Architecture,
    /// What needs what.
    pub(super) graph: Graph,
    /// How long a lease of its state lives without being renewed.
    lease: Duration,
    /// Where the state lies, once it was asked for.
    store: OnceLock<Arc<dyn Store>>,
    /// The keys of the state, once they were asked for.
    keyring: OnceLock<Arc<Keyring>>,
    /// The passphrases that `[state.encryption]` names, by variable.
    passphrases: BTreeMap<String, String>,
}

/// Loads what is there, right or wrong. A graph that goes round is a mistake like any other.
pub(super) fn read(context: &Context, environment: Option<String>) -> Result<(Loaded, Option<Graph>), Failure> {
    let inputs = Inputs {
        directory: context.folder(),
        environment: context.global.environment.clone().or(environment),
        variables: context.global.variables.clone(),
        environment_variables: context.environment.of_project(),
    };
    let mut loaded = project::load(&inputs, kinds::ALL).map_err(|error| not_loaded(&error))?;
    let graph = match loaded.architecture.as_ref().map(Graph::of) {
        Some(Ok(graph)) => Some(graph),
        Some(Err(circles)) => {
            loaded.report.diagnostics.extend(circles);
            None
        }
        None => None,
    };
    Ok((loaded, graph))
}

fn not_loaded(error: &LoadError) -> Failure {
    let failure = Failure::configuration(error.to_string());
    match error {
        LoadError::NoProject { .. } => failure.hinted("`pipetoll init` starts a project here; `-C DIR` looks elsewhere"),
        LoadError::Directory { .. } | LoadError::NotAFile { .. } | LoadError::File(_) => failure,
    }
}

/// Messages as a document.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
pub(super) struct Messages<'a> {
    pub(super) valid: bool,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) resources: usize,
    pub(super) files: usize,
    pub(super) messages: Vec<render::diagnostic::Message<'a>>,
}

impl<'a> Messages<'a> {
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        let list = &loaded.report.diagnostics;
        let number = |level| list.iter().filter(|message| message.level == level).count();
        Self {
            valid: !loaded.report.has_errors(),
            errors: number(Level::Error),
            warnings: number(Level::Warning),
            resources: loaded.architecture.as_ref().map_or(0, |architecture| architecture.resources.len()),
            files: loaded.sources.iter().count(),
            messages: render::diagnostic::messages(list, &loaded.sources),
        }
    }
}

impl Project {
    /// Loads the project and says its mistakes on stderr; with errors, that is all that happens.
    pub(super) fn load(context: &Context) -> Result<Self, Failure> {
        Self::load_in(context, None)
    }

    /// As [`Self::load`], in this environment unless the command line names one: that of a saved plan.
    pub(super) fn load_in(context: &Context, environment: Option<String>) -> Result<Self, Failure> {
        let (mut loaded, graph) = read(context, environment)?;
        let failed = loaded.report.has_errors();
        if failed && context.format() == Format::Json {
            context.print(&render::json::document("validation", &Messages::of(&loaded))?)?;
        }
        say(context, &loaded.report.diagnostics, &loaded.sources);
        match (loaded.architecture.take(), graph) {
            (Some(architecture), Some(graph)) if !failed => {
                let passphrases = passphrases(&loaded.state, context);
                let lease = context.environment.lease();
                Ok(Self { loaded, architecture, graph, lease, store: OnceLock::new(), keyring: OnceLock::new(), passphrases })
            }
            _ => {
                let tally = render::diagnostic::tally(&loaded.report.diagnostics);
                context.say(&format!("{tally} in {}\n", count(loaded.sources.iter().count(), "file", "files")));
                Err(Failure::said(Kind::Configuration))
            }
        }
    }

    /// The first line of documents.
    pub(super) fn scope(&self, context: &Context) -> Scope {
        let (settings, book) = (&self.architecture.settings, Book::embedded());
        Scope {
            project: settings.name.clone(),
            environment: settings.environment.clone(),
            region: settings.region.clone(),
            prices_as_of: book.as_of(),
            prices_are_stale: book.is_stale(context.today()),
        }
    }

    /// What an estimate is made with.
    pub(super) fn pricing(&self, context: &Context) -> EstimateContext<'_> {
        EstimateContext { book: Book::embedded(), region: &self.architecture.settings.region, today: context.today(), free_tier: true }
    }

    /// The rules that hold here, `[lint]` and the command line taken together. Mistakes in either are said and end the run.
    pub(super) fn lint_options(&self, context: &Context, select: &[String], ignore: &[String]) -> Result<Options, Failure> {
        let (rules, mut report) = (rules::all(), Report::default());
        let options = Options::read(self.loaded.lint.as_ref(), &rules, &mut report).with_arguments(select, ignore, &rules, &mut report);
        say(context, &report.diagnostics, &self.loaded.sources);
        if report.has_errors() { Err(Failure::said(Kind::Configuration)) } else { Ok(options) }
    }

    /// Runs the rules, and prices what following them is worth.
    pub(super) fn lint(&self, context: &Context, plan: Option<&Plan>, options: &Options, account: Option<&Account<'_>>) -> LintReport {
        let project = ProjectView { architecture: &self.architecture, today: context.today() };
        let mut report = lint::lint(&Subject { project, plan, sources: &self.loaded.sources }, &rules::all(), options);
        if let Some(account) = account {
            report.price(account);
        }
        report
    }

    /// Findings on one line each.
    pub(super) fn remarks(report: &LintReport) -> Vec<Remark> {
        let one = |reported: &lint::Reported| Remark {
            code: reported.finding.code.to_owned(),
            level: reported.finding.level,
            message: reported.finding.message.clone(),
            place: match (&reported.place, &reported.finding.address) {
                (Some(place), _) => format!("{}:{}:{}", place.file, place.line, place.column),
                (None, Some(address)) => address.to_string(),
                (None, None) => String::new(),
            },
        };
        report.findings.iter().map(one).collect()
    }

    /// A broken budget in words, with its place.
    pub(super) fn over_budget(&self, verdicts: &[Verdict]) -> Vec<String> {
        let place = |verdict: &Verdict| verdict.span.map(|span| format!(" ({})", place_of(&self.loaded.sources, span))).unwrap_or_default();
        verdicts.iter().filter(|verdict| verdict.over).map(|verdict| format!("{}{}", verdict.message, place(verdict))).collect()
    }

    /// `pipetoll.toml:8`.
    pub(super) fn place(&self, span: crate::base::source::Span) -> String {
        place_of(&self.loaded.sources, span)
    }

    /// Whose state it is.
    pub(super) fn identity(&self) -> Identity {
        let settings = &self.architecture.settings;
        Identity {
            project: settings.name.clone(),
            environment: settings.environment.clone(),
            account: settings.account.clone(),
            region: settings.region.clone(),
        }
    }

    /// Where the state lies; opened once in a run.
    pub(super) fn store(&self) -> Result<Arc<dyn Store>, Failure> {
        if let Some(store) = self.store.get() {
            return Ok(Arc::clone(store));
        }
        let store: Arc<dyn Store> = Arc::new(EncryptedStore::over(self.open_store()?, self.keyring()?));
        Ok(Arc::clone(self.store.get_or_init(|| store)))
    }

    /// The keys of the state and of saved plans; of a project that names none, an empty keyring. A key that cannot be used is an error only when it is
    /// needed.
    pub(super) fn keyring(&self) -> Result<Arc<Keyring>, Failure> {
        if let Some(keyring) = self.keyring.get() {
            return Ok(Arc::clone(keyring));
        }
        let keyring = super::shared::keyring(&self.loaded.state, &self.architecture.settings, &self.passphrases)?;
        Ok(Arc::clone(self.keyring.get_or_init(|| Arc::new(keyring))))
    }

    fn open_store(&self) -> Result<Arc<dyn Store>, Failure> {
        let settings = &self.loaded.state;
        let environment = self.architecture.settings.environment.as_deref();
        if settings.backend == Some(project::StateBackend::S3) {
            return super::shared::open(settings, &self.architecture.settings, &self.loaded.root, self.lease);
        }
        Ok(Arc::new(match &settings.path {
            Some(path) => LocalStore::at(self.loaded.root.join(path).join(environment.unwrap_or(project::DEFAULT_ENVIRONMENT))),
            None => LocalStore::of(&self.loaded.root, environment),
        }))
    }

    /// What is remembered; notices are said.
    pub(super) fn snapshot(&self, context: &Context) -> Result<Snapshot, Failure> {
        let loaded = crate::state::load(self.store()?.as_ref(), &self.identity())?;
        for notice in &loaded.notices {
            context.remark(&format!("note: {notice}\n"));
        }
        Ok(loaded.snapshot)
    }
}

/// The passphrases that are there, which no message may show.
fn passphrases(state: &project::StateSettings, context: &Context) -> BTreeMap<String, String> {
    let encryption = state.encryption.iter();
    let previous = encryption.clone().flat_map(|encryption| encryption.previous.iter().flatten().map(|key| &key.passphrase_env));
    let names = encryption.map(|encryption| &encryption.passphrase_env).chain(previous).flatten();
    let found = names.filter_map(|name| Some((name.clone(), context.environment.named(name)?.to_owned())));
    let learn = |name: &str, value: &str| crate::base::scrub::learn(value, &format!("in {name}"));
    // A word that is too short to be one is refused, and may well stand in the very message about that.
    found
        .inspect(|(name, value)| {
            if Passphrase::is_long_enough(value) {
                learn(name, value);
            }
        })
        .collect()
}

/// Says messages on stderr; with `--quiet`, errors only.
pub(super) fn say(context: &Context, list: &[Diagnostic], sources: &Sources) {
    let heard: Vec<Diagnostic> = list.iter().filter(|message| !context.global.quiet || message.level == Level::Error).cloned().collect();
    context.say(&render::diagnostic::diagnostics(&heard, sources, context.talk_look()));
}

/// `pipetoll.toml:8`: a line is enough for a table.
fn place_of(sources: &Sources, span: crate::base::source::Span) -> String {
    let place = sources.place(span);
    place.rsplit_once(':').map_or(place.clone(), |(line, _)| line.to_owned())
}

/// Prices that are missing: each is named.
pub(super) fn unpriced(errors: Vec<EstimateError>) -> Failure {
    let failure = Failure::of(Kind::Configuration, "something has no price");
    errors.into_iter().fold(failure, |failure, error| failure.detailed("price", error.to_string()))
}

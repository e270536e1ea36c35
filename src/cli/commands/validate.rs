//! `pipetoll validate`.

use crate::base::diagnostic::Report;
use crate::base::prose::count;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::{self, Messages};
use crate::lint::Options;
use crate::project::Loaded;
use crate::render::{self, Look};
use crate::rules;

/// Check the configuration, without a network
///
/// Reads every file, checks every key, type, unit, limit, reference and file, and reports all mistakes together. Exit code 2 when there are any.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll validate
  pipetoll validate --env prod
  pipetoll -C examples/clickstream validate --json\n")]
pub struct Validate {}

struct Validation<'a>(&'a Loaded);

impl Validate {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        context.check_formats::<Validation<'_>>()?;
        let (mut loaded, _) = project::read(context, None)?;
        judge_lint(&mut loaded);
        context.deliver(&Validation(&loaded))?;
        Ok(if loaded.report.has_errors() { Outcome::CouldNot } else { Outcome::Done })
    }
}

/// `[lint]`, of every environment, and the suppressions: the linter would say the same, but only when it runs.
fn judge_lint(loaded: &mut Loaded) {
    let (rules, mut report) = (rules::all(), Report::default());
    for table in &loaded.other_lints {
        Options::read(Some(table), &rules, &mut report);
    }
    let options = Options::read(loaded.lint.as_ref(), &rules, &mut report);
    if loaded.architecture.is_some() {
        options.judge_suppressions(&loaded.sources, &rules, &mut report);
    }
    loaded.report.diagnostics.extend(report.diagnostics);
}

impl Document for Validation<'_> {
    const KIND: &'static str = "validation";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, &Messages::of(self.0))
    }

    fn human(&self, look: Look) -> String {
        let list = &self.0.report.diagnostics;
        let said = render::diagnostic::diagnostics(list, &self.0.sources, look);
        let files = count(self.0.sources.iter().count(), "file", "files");
        let tally = render::diagnostic::tally(list);
        let resources = self.0.architecture.as_ref().map_or(0, |architecture| architecture.resources.len());
        let resources = count(resources, "resource", "resources");
        match (self.0.report.has_errors(), tally.is_empty()) {
            (true, _) => format!("{said}{tally} in {files}\n"),
            (false, true) => format!("{said}Valid: {resources} in {files}.\n"),
            (false, false) => format!("{said}Valid: {resources} in {files}, {tally}.\n"),
        }
    }
}
